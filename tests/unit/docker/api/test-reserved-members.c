/* SPDX-License-Identifier: Apache-2.0 */
/* A member that this version does not know is refused, in each structure that callers fill. */
#include "await.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

static CddService *
service_of(gpointer engine)
{
    return cdd_mock_engine_get_service(engine);
}

/* Asserts what is refused, and that the engine was asked nothing. */
static void
assert_refused(gpointer engine, GError *error, const char *what)
{
    g_autoptr(GPtrArray) requests = cdd_mock_engine_dup_requests(engine, NULL, NULL);

    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_test_message("%s", error->message);
    g_assert_nonnull(g_strstr_len(error->message, -1, what));
    g_assert_nonnull(g_strstr_len(error->message, -1, "does not know"));
    g_assert_cmpuint(requests->len, ==, 0);
    g_error_free(error);
}

static void
test_options(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddService *service = service_of(engine);
    const CddLogsOptions logs = {.reserved = {engine}};
    const CddCommitOptions commit = {.reserved = {NULL, engine}};
    const CddImportOptions import = {.reserved = {engine}};
    const CddImageBuildOptions archive = {.reserved = {engine}};
    const CddBuildContext context = {.context_dir = "/", .reserved = {engine}};
    g_autoptr(GInputStream) empty = g_memory_input_stream_new();
    GError *error = NULL;

    cdd_service_read_container_logs_sync(service, "x", &logs, NULL, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "options");
    cdd_service_commit_container_sync(service, "x", &commit, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "options");
    cdd_service_import_image_sync(service, empty, &import, NULL, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "options");
    cdd_service_build_archive_sync(service, empty, &archive, NULL, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "options");
    cdd_service_build_image_sync(service, &context, NULL, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "context");
}

static void
test_specifications(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddService *service = service_of(engine);
    const CddContainerSpec spec = {.image = "x", .reserved = {engine}};
    const CddExecSpec exec = {.command = (const char *const[]){"true", NULL}, .reserved = {engine}};
    GError *error = NULL;

    cdd_service_run_container_sync(service, &spec, NULL, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "spec");
    cdd_service_exec_sync(service, "x", &exec, NULL, NULL, NULL, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "spec");
}

static void
test_handlers(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddService *service = service_of(engine);
    const CddOutputHandler handler = {.reserved = {engine}};
    const CddContainerSpec spec = {.image = "x"};
    const CddExecSpec exec = {.command = (const char *const[]){"true", NULL}};
    const CddBuildContext context = {.context_dir = "/"};
    g_autoptr(GInputStream) empty = g_memory_input_stream_new();
    GError *error = NULL;

    cdd_service_run_container_sync(service, &spec, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_exec_sync(service, "x", &exec, NULL, &handler, NULL, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_read_container_logs_sync(service, "x", NULL, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_pull_image_sync(service, "x", NULL, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_import_image_sync(service, empty, NULL, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_build_image_sync(service, &context, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_build_archive_sync(service, empty, NULL, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_push_image_sync(service, "x", &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_load_images_sync(service, empty, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_service_run_created_container_sync(service, "x", &spec, &handler, NULL, &error);
    assert_refused(engine, g_steal_pointer(&error), "handler");
}

static void
test_handlers_of_objects(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddDockerClient *client = CDD_DOCKER_CLIENT(service_of(engine));
    g_autoptr(CddImageCache) cache = cdd_image_cache_new(client, CDD_PULL_ALWAYS);
    g_autoptr(CddContainerPool) pool = cdd_container_pool_new(client, 1);
    const CddOutputHandler handler = {.reserved = {engine}};
    const CddContainerSpec spec = {.image = "x"};
    g_autoptr(GAsyncResult) cached = NULL;
    g_autoptr(GAsyncResult) ran = NULL;
    g_autoptr(GPtrArray) outcomes = NULL;
    GError *error = NULL;

    cdd_image_cache_get_or_pull_async(cache, "x", NULL, &handler, NULL, await_ready, &cached);
    g_assert_null(cdd_image_cache_get_or_pull_finish(cache, await(&cached), &error));
    assert_refused(engine, g_steal_pointer(&error), "handler");
    cdd_container_pool_run_many_async(pool, (const CddContainerSpec *const[]){&spec}, 1,
                                      (const CddOutputHandler *const[]){&handler},
                                      CDD_CONTAINER_POOL_NONE, NULL, await_ready, &ran);
    outcomes = cdd_container_pool_run_many_finish(pool, await(&ran));
    g_assert_cmpuint(outcomes->len, ==, 1);
    error = g_error_copy(((CddContainerOutcome *)outcomes->pdata[0])->error);
    assert_refused(engine, error, "handler");
}

static void
test_what_needs_no_engine(void)
{
    const CddConfig config = {.host = "unix:///x", .reserved = {(gpointer)&config}};
    const CddBuildConfig build = {.reserved = {(gpointer)&build}};
    const CddBuildConfig user = {.user = {.reserved = {(gpointer)&user}}};
    GError *error = NULL;

    g_assert_null(cdd_service_new(&config, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    g_assert_null(cdd_create_build_container_spec("x", NULL, NULL, NULL, &build, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    g_assert_null(cdd_create_build_container_spec("x", NULL, NULL, NULL, &user, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reserved-members/options", test_options);
    g_test_add_func("/reserved-members/specifications", test_specifications);
    g_test_add_func("/reserved-members/handlers", test_handlers);
    g_test_add_func("/reserved-members/handlers-of-objects", test_handlers_of_objects);
    g_test_add_func("/reserved-members/what-needs-no-engine", test_what_needs_no_engine);
    return g_test_run();
}
