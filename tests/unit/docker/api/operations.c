/* SPDX-License-Identifier: Apache-2.0 */
#include "operations.h"

#define ID "{\"Id\":\"abc\"}"
#define STREAMS "\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\3err"
#define EMPTY_ARCHIVE_SIZE 1024

static const char empty_archive[EMPTY_ARCHIVE_SIZE];

const FakeAnswer operation_answers[] = {
    {"GET /version", .body = "{\"Version\":\"20.10\",\"ApiVersion\":\"1.41\",\"Arch\":\"amd64\"}"},
    {"GET /info", .body = "{\"DockerRootDir\":\"/var/lib/docker\",\"SecurityOptions\":[]}"},
    {"GET /events", .body =
                        "{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"abc\"},"
                        "\"timeNano\":1}\n"},

    {"GET /containers/json", .body = "[{\"Id\":\"abc\",\"Names\":[\"/n\"]}]"},
    {"GET /containers/abc/json", .body =
                                     "{\"Id\":\"abc\",\"Name\":\"/n\",\"Config\":{\"Tty\":false},"
                                     "\"State\":{\"Status\":\"running\",\"Running\":true,"
                                     "\"Health\":{\"Status\":\"healthy\"}}}"},
    {"GET /containers/abc/changes", .body = "[{\"Path\":\"/f\",\"Kind\":1}]"},
    {"GET /containers/abc/export", .body = "archive"},
    {"POST /containers/abc/restart"},
    {"POST /containers/abc/update", .body = "{\"Warnings\":null}"},
    {"GET /containers/abc/top", .body = "{\"Titles\":[\"PID\"],\"Processes\":[[\"1\"]]}"},
    {"GET /containers/abc/logs", .body = STREAMS, .length = sizeof STREAMS - 1},
    {"GET /containers/abc/stats", .body = "{\"pids_stats\":{\"current\":1}}\n"},
    {"GET /containers/abc/archive", .body = empty_archive, .length = EMPTY_ARCHIVE_SIZE},
    {"HEAD /containers/abc/archive",
     /* {"name":"f","size":1,"mode":420} */
     .fields = "X-Docker-Container-Path-Stat: eyJuYW1lIjoiZiIsInNpemUiOjEsIm1vZGUiOjQyMH0=\r\n"},
    {"PUT /containers/abc/archive"},
    /* A run waits for the removal of its container. */
    {"POST /containers/abc/wait?condition=not-running", .body = "{\"StatusCode\":7}"},
    {"POST /containers/abc/exec", .body = "{\"Id\":\"exec\"}"},
    {"POST /containers/detached/exec", .body = "{\"Id\":\"apart\"}"},
    {"POST /exec/apart/start"},
    {"POST /containers/prune", .body = "{\"ContainersDeleted\":[\"abc\"]}"},
    {"POST /commit", .body = ID},
    {"POST /exec/exec/start", .body = STREAMS, .length = sizeof STREAMS - 1, .upgrade = TRUE},
    {"GET /exec/exec/json", .body = "{\"ID\":\"exec\",\"Running\":false,\"ExitCode\":0}"},

    {"GET /plugins", .body = "[{\"Id\":\"p\",\"Name\":\"p:1\",\"Enabled\":true}]"},
    {"POST /auth", .body = "{\"Status\":\"Login Succeeded\"}"},
    {"POST /build/prune", .body = "{\"CachesDeleted\":[\"c\"],\"SpaceReclaimed\":7}"},
    {"POST /networks/prune", .body = "{\"NetworksDeleted\":[\"n\"]}"},
    {"POST /volumes/prune", .body = "{\"VolumesDeleted\":[\"v\"],\"SpaceReclaimed\":7}"},
    {"GET /images/search", .body = "[{\"name\":\"debian\",\"star_count\":7}]"},
    {"GET /images/image/history", .body = "[{\"Id\":\"<missing>\",\"Created\":1,\"Size\":7}]"},
    {"GET /distribution/docker.io/library/image/json",
     .body = "{\"Descriptor\":{\"digest\":\"sha256:1\"},\"Platforms\":[{\"os\":\"linux\","
             "\"architecture\":\"arm64\",\"variant\":\"v8\"}]}"},
    {"GET /images/json", .body = "[{\"Id\":\"sha256:1\",\"RepoTags\":[\"image:1\"]}]"},
    {"GET /images/get", .body = "archive"},
    {"GET /images/image/json",
     .body = "{\"Id\":\"sha256:1\",\"Os\":\"linux\",\"Architecture\":\"amd64\"}"},
    {"POST /images/create?fromSrc=-", .body = "{\"status\":\"sha256:1\"}\r\n"},
    {"POST /images/create", .body = "{\"status\":\"Downloading\",\"id\":\"layer\","
                                    "\"progressDetail\":{\"current\":1,\"total\":2}}\r\n"},
    {"POST /session", .upgrade = TRUE},
    {"POST /build",
     .body = "{\"stream\":\"Step 1/1 : FROM image\\n\"}\r\n{\"aux\":{\"ID\":\"sha256:1\"}}\r\n"},
    {"POST /images/load", .body = "{\"stream\":\"Loaded image: image:1\\n\"}\r\n"},
    {"POST /images/prune", .body = "{\"ImagesDeleted\":[{\"Deleted\":\"sha256:1\"}]}"},
    {"POST /images/docker.io/library/image/push", .body = "{\"status\":\"Pushed\"}\r\n"},
    {"POST /images/image/tag"},
    {"DELETE /images/image", .body = "[{\"Untagged\":\"image:1\"}]"},

    {"POST /networks/create", .body = ID},
    {"GET /networks/abc", .body = "{\"Id\":\"abc\",\"Name\":\"n\"}"},
    {"GET /networks", .body = "[{\"Id\":\"abc\",\"Name\":\"n\"}]"},
    {"POST /volumes/create", .body = "{\"Name\":\"v\"}"},
    {"GET /volumes/v", .body = "{\"Name\":\"v\"}"},
    {"GET /volumes", .body = "{\"Volumes\":[{\"Name\":\"v\"}]}"},
    {"GET /system/df",
     .body = "{\"Volumes\":[{\"Name\":\"v\",\"UsageData\":{\"Size\":7,\"RefCount\":0}}]}"},
    {NULL},
};

/* Takes the arguments of the call before its cancellable. */
#define BEGIN(name, ...)                                                                           \
    static void begin_##name(CddService *service, GCancellable *cancellable,                       \
                             GAsyncReadyCallback callback, gpointer user_data)                     \
    {                                                                                              \
        name##_async(__VA_ARGS__, cancellable, callback, user_data);                               \
    }

/* A call that finishes with a gboolean. */
#define SUCCEEDS_LATER(name, ...)                                                                  \
    BEGIN(name, __VA_ARGS__)                                                                       \
    static gboolean finish_##name(CddService *service, GAsyncResult *result, GError **error)       \
    {                                                                                              \
        return name##_finish(service, result, error);                                              \
    }

/* A call that finishes with a value for free_value. */
#define GIVES_LATER(free_value, name, ...)                                                         \
    BEGIN(name, __VA_ARGS__)                                                                       \
    static gboolean finish_##name(CddService *service, GAsyncResult *result, GError **error)       \
    {                                                                                              \
        gpointer value = name##_finish((gpointer)service, result, error);                          \
                                                                                                   \
        if (value == NULL)                                                                         \
            return FALSE;                                                                          \
        free_value(value);                                                                         \
        return TRUE;                                                                               \
    }

/* The same, and there is a blocking call too. */
#define SUCCEEDS(name, ...)                                                                        \
    SUCCEEDS_LATER(name, __VA_ARGS__)                                                              \
    static gboolean block_##name(CddService *service, GCancellable *cancellable, GError **error)   \
    {                                                                                              \
        return name##_sync(__VA_ARGS__, cancellable, error);                                       \
    }

#define GIVES(free_value, name, ...)                                                               \
    GIVES_LATER(free_value, name, __VA_ARGS__)                                                     \
    static gboolean block_##name(CddService *service, GCancellable *cancellable, GError **error)   \
    {                                                                                              \
        gpointer value = name##_sync(__VA_ARGS__, cancellable, error);                             \
                                                                                                   \
        if (value == NULL)                                                                         \
            return FALSE;                                                                          \
        free_value(value);                                                                         \
        return TRUE;                                                                               \
    }

static const char *const names[] = {"image", NULL};
static const CddContainerSpec container_spec = {.image = "image"};
static const CddExecSpec exec_spec = {.command = (const char *const[]){"true", NULL}};
static const CddOutputHandler no_handler;

static GInputStream *
archive_in(void)
{
    static GInputStream *stream;

    /* Lives until the next call; the calls do not overlap. */
    g_clear_object(&stream);
    stream = g_memory_input_stream_new_from_data("archive", -1, NULL);
    return stream;
}

static GOutputStream *
archive_out(void)
{
    static GOutputStream *stream;

    g_clear_object(&stream);
    stream = g_memory_output_stream_new_resizable();
    return stream;
}

static const CddBuildContext *
build_context(CddBuilder builder)
{
    static CddBuildContext context = {.dockerfile_text = "FROM image\n"};
    static char *directory;

    if (directory == NULL)
        directory = g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "tests", "fixtures", NULL);
    context.context_dir = directory;
    context.builder = builder;
    return &context;
}

static void
on_event(const CddEvent *event G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED)
{
}

static void
on_stats(const CddContainerStats *stats G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED)
{
}

/* Each lives until the next call; the calls do not overlap. */
static CddEventHandler *
event_handler(void)
{
    static CddEventHandler *handler;

    g_clear_pointer(&handler, cdd_event_handler_unref);
    handler = cdd_event_handler_new(on_event, NULL, NULL);
    return handler;
}

static CddStatsHandler *
stats_handler(void)
{
    static CddStatsHandler *handler;

    g_clear_pointer(&handler, cdd_stats_handler_unref);
    handler = cdd_stats_handler_new(on_stats, NULL, NULL);
    return handler;
}

GIVES(cdd_architecture_info_free, cdd_check_architecture_compatibility, service, "image")
GIVES(cdd_engine_info_free, cdd_service_get_engine_info, service)
SUCCEEDS_LATER(
    cdd_service_watch_events, service, (&(CddEventsOptions){.until = 1}), on_event, NULL, NULL)

#define cdd_service_watch_events_with_handler_finish cdd_service_watch_events_finish
SUCCEEDS_LATER(cdd_service_watch_events_with_handler,
               service,
               (&(CddEventsOptions){.until = 1}),
               event_handler())

GIVES(cdd_container_info_free, cdd_service_inspect_container, service, "abc")
GIVES(g_ptr_array_unref, cdd_service_list_containers, service, TRUE, NULL)
GIVES(cdd_process_table_free, cdd_service_get_container_processes, service, "abc", NULL)
SUCCEEDS(cdd_service_read_container_logs, service, "abc", NULL, &no_handler)
GIVES(cdd_container_stats_free, cdd_service_get_container_stats, service, "abc")
SUCCEEDS_LATER(cdd_service_watch_container_stats, service, "abc", on_stats, NULL, NULL)
#define cdd_service_watch_stats_with_handler_finish cdd_service_watch_container_stats_finish
SUCCEEDS_LATER(cdd_service_watch_stats_with_handler, service, "abc", stats_handler())
GIVES(g_free, cdd_service_create_container, service, &container_spec)
SUCCEEDS(cdd_service_start_container, service, "abc")
SUCCEEDS(cdd_service_stop_container, service, "abc", 1000)
SUCCEEDS(cdd_service_kill_container, service, "abc", NULL)
SUCCEEDS(cdd_service_remove_container, service, "abc", CDD_REMOVE_FORCE)
SUCCEEDS(cdd_service_rename_container, service, "abc", "other")
SUCCEEDS(cdd_service_pause_container, service, "abc")
SUCCEEDS(cdd_service_unpause_container, service, "abc")
SUCCEEDS(cdd_service_resize_container, service, "abc", 80, 25)
GIVES(g_free,
      cdd_service_commit_container,
      service,
      "abc",
      (&(CddCommitOptions){.reference = "image:1"}))
GIVES_LATER(g_object_unref, cdd_service_attach_container, service, "abc", FALSE)

GIVES(cdd_path_stat_free, cdd_service_stat_path, service, "abc", "/f")
SUCCEEDS(cdd_service_put_archive, service, "abc", "/", archive_in())
SUCCEEDS(cdd_service_get_archive, service, "abc", "/", archive_out())
SUCCEEDS(cdd_service_copy_to_container, service, "/etc/passwd", "abc", "/", CDD_COPY_NONE)
SUCCEEDS(cdd_service_copy_from_container, service, "abc", "/f", g_get_tmp_dir(), 0)

GIVES_LATER(g_object_unref, cdd_service_start_exec, service, "abc", &exec_spec)
GIVES(cdd_exec_info_free, cdd_service_inspect_exec, service, "exec")
SUCCEEDS(cdd_service_resize_exec, service, "exec", 80, 25)

GIVES(cdd_image_info_free, cdd_service_inspect_image, service, "image")
SUCCEEDS(cdd_service_pull_image, service, "image", NULL, &no_handler)
SUCCEEDS(cdd_service_push_image, service, "image", &no_handler)
SUCCEEDS(cdd_service_tag_image, service, "image", "image:1")
GIVES(cdd_removed_images_free, cdd_service_remove_image, service, "image", FALSE)
GIVES(g_ptr_array_unref, cdd_service_list_images, service, FALSE, NULL)
GIVES(g_strfreev, cdd_service_load_images, service, archive_in(), &no_handler)
SUCCEEDS(cdd_service_save_images, service, names, archive_out())
GIVES(g_free, cdd_service_import_image, service, archive_in(), NULL, &no_handler)
GIVES(g_free,
      cdd_service_build_archive,
      service,
      archive_in(),
      (&(CddImageBuildOptions){.reference = "image:1"}),
      &no_handler)
GIVES(g_free, cdd_service_build_image, service, build_context(CDD_BUILDER_CLASSIC), &no_handler)
/* The same call with the other builder. */
#define cdd_service_build_image_by_buildkit_async cdd_service_build_image_async
#define cdd_service_build_image_by_buildkit_sync cdd_service_build_image_sync
#define cdd_service_build_image_by_buildkit_finish cdd_service_build_image_finish
GIVES(g_free,
      cdd_service_build_image_by_buildkit,
      service,
      build_context(CDD_BUILDER_BUILDKIT),
      &no_handler)
GIVES(cdd_removed_images_free, cdd_service_prune_images, service, NULL)

GIVES(g_ptr_array_unref, cdd_service_get_container_changes, service, "abc")
SUCCEEDS(cdd_service_export_container, service, "abc", archive_out())
SUCCEEDS(cdd_service_restart_container, service, "abc", -1)
SUCCEEDS(cdd_service_update_container,
         service,
         "abc",
         (&(CddContainerUpdate){.resources = {.cpus = 1}}))
SUCCEEDS(cdd_service_ping, service)
GIVES(cdd_disk_usage_free, cdd_service_get_disk_usage, service)
GIVES(g_ptr_array_unref, cdd_service_list_plugins, service, NULL)
SUCCEEDS(cdd_service_login, service, (&(CddCredentials){.server_address = (char *)"registry"}))
GIVES(cdd_pruned_free, cdd_service_prune_build_cache, service, NULL)
GIVES(cdd_pruned_free, cdd_service_prune_networks, service, NULL)
GIVES(cdd_pruned_free, cdd_service_prune_volumes, service, NULL)
GIVES(g_ptr_array_unref, cdd_service_search_images, service, "debian", 5, NULL)
GIVES(g_ptr_array_unref, cdd_service_get_image_history, service, "image")
GIVES(cdd_distribution_free, cdd_service_inspect_distribution, service, "image")
GIVES(g_free, cdd_service_start_exec_detached, service, "detached", &exec_spec)

GIVES(g_free, cdd_service_create_network, service, (&(CddNetworkSpec){.name = "n"}))
GIVES(cdd_network_free, cdd_service_inspect_network, service, "abc")
GIVES(g_ptr_array_unref, cdd_service_list_networks, service, NULL)
SUCCEEDS(cdd_service_remove_network, service, "abc")
SUCCEEDS(cdd_service_connect_network, service, "abc", (&(CddEndpointSettings){.network = "abc"}))
SUCCEEDS(cdd_service_wait_container_healthy, service, "abc")
SUCCEEDS(cdd_service_disconnect_network, service, "abc", "abc")
GIVES(cdd_volume_free, cdd_service_create_volume, service, (&(CddVolumeSpec){.name = "v"}))
GIVES(cdd_volume_free, cdd_service_inspect_volume, service, "v")
GIVES(g_ptr_array_unref, cdd_service_list_volumes, service, NULL)
GIVES(g_ptr_array_unref, cdd_service_measure_volumes, service)
SUCCEEDS(cdd_service_remove_volume, service, "v", FALSE)

GIVES(cdd_answer_free,
      cdd_service_request,
      service,
      (&(CddRequest){.method = "POST",
                     .path = "/containers/prune",
                     .query = (const char *const[]){"filters={}", NULL},
                     .body = "{}"}),
      NULL,
      NULL)
#define cdd_service_request_by_streams_async cdd_service_request_async
#define cdd_service_request_by_streams_sync cdd_service_request_sync
#define cdd_service_request_by_streams_finish cdd_service_request_finish
GIVES(cdd_answer_free,
      cdd_service_request_by_streams,
      service,
      (&(CddRequest){.method = "POST", .path = "/images/load"}),
      archive_in(),
      archive_out())

GIVES(cdd_container_result_free, cdd_service_run_container, service, &container_spec, NULL)
GIVES(cdd_container_result_free,
      cdd_service_run_created_container,
      service,
      "abc",
      &container_spec,
      NULL)
GIVES_LATER(cdd_image_info_free,
            cdd_docker_client_inspect_image,
            CDD_DOCKER_CLIENT(service),
            "image")
BEGIN(cdd_docker_client_pull_image, CDD_DOCKER_CLIENT(service), "image", NULL, NULL)
GIVES_LATER(cdd_container_result_free,
            cdd_docker_client_run_container,
            CDD_DOCKER_CLIENT(service),
            &container_spec,
            NULL)

static gboolean
finish_cdd_docker_client_pull_image(CddService *service, GAsyncResult *result, GError **error)
{
    return cdd_docker_client_pull_image_finish(CDD_DOCKER_CLIENT(service), result, error);
}

BEGIN(cdd_service_prune_containers, service, NULL)

static gboolean
finish_cdd_service_prune_containers(CddService *service, GAsyncResult *result, GError **error)
{
    g_auto(GStrv) ids = cdd_service_prune_containers_finish(service, result, NULL, error);

    return ids != NULL;
}

static gboolean
block_cdd_service_prune_containers(CddService *service, GCancellable *cancellable, GError **error)
{
    g_auto(GStrv) ids = cdd_service_prune_containers_sync(service, NULL, cancellable, NULL, error);

    return ids != NULL;
}

BEGIN(cdd_service_exec, service, "abc", &exec_spec, NULL, &no_handler)

static gboolean
finish_cdd_service_exec(CddService *service, GAsyncResult *result, GError **error)
{
    gint64 exit_code = -1;

    if (!cdd_service_exec_finish(service, result, &exit_code, error))
        return FALSE;
    g_assert_cmpint(exit_code, ==, 0);
    return TRUE;
}

static gboolean
block_cdd_service_exec(CddService *service, GCancellable *cancellable, GError **error)
{
    gint64 exit_code = -1;

    if (!cdd_service_exec_sync(service, "abc", &exec_spec, NULL, &no_handler, cancellable,
                               &exit_code, error))
        return FALSE;
    g_assert_cmpint(exit_code, ==, 0);
    return TRUE;
}

static gboolean
block_cdd_service_wait_container(CddService *service, GCancellable *cancellable, GError **error)
{
    gint64 exit_code = -1;

    if (!cdd_service_wait_container_sync(service, "abc", CDD_WAIT_NOT_RUNNING, cancellable,
                                         &exit_code, error))
        return FALSE;
    g_assert_cmpint(exit_code, ==, FAKE_EXIT_CODE);
    return TRUE;
}

BEGIN(cdd_service_wait_container, service, "abc", CDD_WAIT_NOT_RUNNING)

static gboolean
finish_cdd_service_wait_container(CddService *service, GAsyncResult *result, GError **error)
{
    gint64 exit_code = -1;

    if (!cdd_service_wait_container_finish(service, result, &exit_code, error))
        return FALSE;
    g_assert_cmpint(exit_code, ==, FAKE_EXIT_CODE);
    return TRUE;
}

static void
begin_cdd_image_cache_get_or_pull(CddService *service,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autoptr(CddImageCache) cache =
        cdd_image_cache_new(CDD_DOCKER_CLIENT(service), CDD_PULL_ALWAYS);

    cdd_image_cache_get_or_pull_async(cache, "image", NULL, NULL, cancellable, callback, user_data);
}

static gboolean
finish_cdd_image_cache_get_or_pull(CddService *service G_GNUC_UNUSED,
                                   GAsyncResult *result,
                                   GError **error)
{
    g_autoptr(CddImageCache) cache = CDD_IMAGE_CACHE(g_async_result_get_source_object(result));
    g_autoptr(CddImageInfo) info = cdd_image_cache_get_or_pull_finish(cache, result, error);

    return info != NULL;
}

static void
begin_cdd_container_pool_run_many(CddService *service,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autoptr(CddContainerPool) pool = cdd_container_pool_new(CDD_DOCKER_CLIENT(service), 1);
    const CddContainerSpec *specs[] = {&container_spec};

    cdd_container_pool_run_many_async(pool, specs, G_N_ELEMENTS(specs), NULL,
                                      CDD_CONTAINER_POOL_NONE, cancellable, callback, user_data);
}

static gboolean
finish_cdd_container_pool_run_many(CddService *service G_GNUC_UNUSED,
                                   GAsyncResult *result,
                                   GError **error)
{
    g_autoptr(CddContainerPool) pool = CDD_CONTAINER_POOL(g_async_result_get_source_object(result));
    g_autoptr(GPtrArray) outcomes = cdd_container_pool_run_many_finish(pool, result);
    const CddContainerOutcome *outcome = g_ptr_array_index(outcomes, 0);

    if (outcome->error != NULL)
        g_propagate_error(error, g_error_copy(outcome->error));
    return outcome->result != NULL;
}

#define ROW_LATER(call, ...)                                                                       \
    {                                                                                              \
        .name = #call, .begin = begin_##call, .finish = finish_##call, __VA_ARGS__                 \
    }
#define ROW(call, ...) ROW_LATER(call, .block = block_##call, __VA_ARGS__)

const Operation operations[] = {
    ROW(cdd_check_architecture_compatibility),
    ROW(cdd_service_get_engine_info),
    ROW_LATER(cdd_service_watch_events),
    ROW_LATER(cdd_service_watch_events_with_handler),
    ROW(cdd_service_inspect_container),
    ROW(cdd_service_list_containers),
    ROW(cdd_service_get_container_processes),
    ROW(cdd_service_read_container_logs),
    ROW(cdd_service_get_container_stats),
    ROW_LATER(cdd_service_watch_container_stats),
    ROW_LATER(cdd_service_watch_stats_with_handler),
    ROW(cdd_service_create_container, .tidies_up = TRUE),
    ROW(cdd_service_start_container),
    ROW(cdd_service_stop_container),
    ROW(cdd_service_kill_container),
    ROW(cdd_service_wait_container),
    ROW(cdd_service_remove_container),
    ROW(cdd_service_rename_container),
    ROW(cdd_service_pause_container),
    ROW(cdd_service_unpause_container),
    ROW(cdd_service_resize_container),
    ROW(cdd_service_commit_container),
    ROW(cdd_service_prune_containers),
    ROW_LATER(cdd_service_attach_container, .gives_stream = TRUE),
    ROW(cdd_service_stat_path),
    ROW(cdd_service_put_archive),
    ROW(cdd_service_get_archive),
    ROW(cdd_service_copy_to_container),
    ROW(cdd_service_copy_from_container),
    ROW(cdd_service_exec),
    ROW_LATER(cdd_service_start_exec, .gives_stream = TRUE),
    ROW(cdd_service_inspect_exec),
    ROW(cdd_service_resize_exec),
    ROW(cdd_service_inspect_image),
    ROW(cdd_service_pull_image),
    ROW(cdd_service_push_image),
    ROW(cdd_service_tag_image),
    ROW(cdd_service_remove_image),
    ROW(cdd_service_list_images),
    ROW(cdd_service_load_images),
    ROW(cdd_service_save_images),
    ROW(cdd_service_import_image),
    ROW(cdd_service_build_archive),
    ROW(cdd_service_build_image),
    ROW(cdd_service_build_image_by_buildkit, .is_variant = TRUE),
    ROW(cdd_service_prune_images),
    ROW(cdd_service_create_network),
    ROW(cdd_service_inspect_network),
    ROW(cdd_service_list_networks),
    ROW(cdd_service_remove_network),
    ROW(cdd_service_get_container_changes),
    ROW(cdd_service_export_container),
    ROW(cdd_service_restart_container),
    ROW(cdd_service_update_container),
    ROW(cdd_service_ping, .is_ping = TRUE),
    ROW(cdd_service_get_disk_usage),
    ROW(cdd_service_list_plugins),
    ROW(cdd_service_login),
    ROW(cdd_service_prune_build_cache),
    ROW(cdd_service_prune_networks),
    ROW(cdd_service_prune_volumes),
    ROW(cdd_service_search_images),
    ROW(cdd_service_get_image_history),
    ROW(cdd_service_inspect_distribution),
    ROW(cdd_service_start_exec_detached),
    ROW(cdd_service_connect_network),
    ROW(cdd_service_wait_container_healthy),
    ROW(cdd_service_disconnect_network),
    ROW(cdd_service_create_volume),
    ROW(cdd_service_inspect_volume),
    ROW(cdd_service_list_volumes),
    ROW(cdd_service_measure_volumes),
    ROW(cdd_service_remove_volume),
    ROW(cdd_service_request),
    ROW(cdd_service_request_by_streams, .is_variant = TRUE),
    ROW(cdd_service_run_container, .tidies_up = TRUE),
    ROW(cdd_service_run_created_container, .tidies_up = TRUE),
    ROW_LATER(cdd_container_pool_run_many, .tidies_up = TRUE),
    ROW_LATER(cdd_image_cache_get_or_pull),
    ROW_LATER(cdd_docker_client_inspect_image),
    ROW_LATER(cdd_docker_client_pull_image),
    ROW_LATER(cdd_docker_client_run_container, .tidies_up = TRUE),
    {NULL},
};
