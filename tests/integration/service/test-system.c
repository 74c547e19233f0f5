/* SPDX-License-Identifier: Apache-2.0 */
/* The engine as a whole, and what is rarely asked of a container or image. */
#include "engine-test.h"

#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static CddContainerInfo *
inspect(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    CddContainerInfo *info;

    cdd_service_inspect_container_async(test->service, id, NULL, await_ready, &done);
    info = cdd_service_inspect_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    return info;
}

static void
test_the_engine_is_asked(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GAsyncResult) pinged = NULL;
    g_autoptr(GAsyncResult) measured = NULL;
    g_autoptr(GAsyncResult) listed = NULL;
    g_autoptr(CddDiskUsage) usage = NULL;
    g_autoptr(GPtrArray) plugins = NULL;
    g_autofree char *id = begin_container(test, "echo x >/file; sleep 60");
    GError *error = NULL;

    cdd_service_ping_async(test->service, NULL, await_ready, &pinged);
    cdd_service_ping_finish(test->service, await(&pinged), &error);
    g_assert_no_error(error);
    cdd_service_get_disk_usage_async(test->service, NULL, await_ready, &measured);
    usage = cdd_service_get_disk_usage_finish(test->service, await(&measured), &error);
    g_assert_no_error(error);
    g_assert_cmpint(usage->n_images, >=, 1);
    g_assert_cmpint(usage->images_size, >, 1000000);
    g_assert_cmpint(usage->n_containers, >=, 1);
    g_assert_nonnull(strstr(usage->json, id));
    if (!test->is_podman) {
        cdd_service_list_plugins_async(test->service, NULL, NULL, await_ready, &listed);
        plugins = cdd_service_list_plugins_finish(test->service, await(&listed), &error);
        g_assert_no_error(error);
        g_assert_cmpuint(plugins->len, ==, 0);
    }
    end_container(test, id);
}

/* Returns the names in a tar archive that the engine made, one a line. */
static char *
list_archive(GBytes *archive)
{
    GString *names = g_string_new(NULL);
    const char *at = g_bytes_get_data(archive, NULL);
    const char *end = at + g_bytes_get_size(archive);

    while (at + 512 <= end && *at != '\0') {
        guint64 size = g_ascii_strtoull(at + 124, NULL, 8);

        g_string_append_printf(names, "%.100s\n", at);
        at += 512 + (size + 511) / 512 * 512;
    }
    return g_string_free(names, FALSE);
}

static void
test_what_a_container_changed(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "echo x >/new-file; rm /etc/passwd; sleep 60");
    g_autoptr(GOutputStream) archive = g_memory_output_stream_new_resizable();
    g_autoptr(GAsyncResult) exported = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *names = NULL;
    gboolean added = FALSE;
    gboolean removed = FALSE;
    GError *error = NULL;

    for (guint tries = 0; tries < 100 && !(added && removed); tries++) {
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GPtrArray) changes = NULL;

        g_usleep(50000);
        cdd_service_get_container_changes_async(test->service, id, NULL, await_ready, &done);
        changes = cdd_service_get_container_changes_finish(test->service, await(&done), &error);
        g_assert_no_error(error);
        for (guint i = 0; i < changes->len; i++) {
            const CddFilesystemChange *change = changes->pdata[i];

            added = added ||
                    (g_str_equal(change->path, "/new-file") && change->kind == CDD_CHANGE_ADDED);
            removed = removed || (g_str_equal(change->path, "/etc/passwd") &&
                                  change->kind == CDD_CHANGE_DELETED);
        }
    }
    g_assert_true(added);
    g_assert_true(removed);

    cdd_service_export_container_async(test->service, id, archive, NULL, await_ready, &exported);
    cdd_service_export_container_finish(test->service, await(&exported), &error);
    g_assert_no_error(error);
    g_output_stream_close(archive, NULL, NULL);
    bytes = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(archive));
    names = list_archive(bytes);
    g_assert_nonnull(strstr(names, "new-file\n"));
    g_assert_null(strstr(names, "etc/passwd\n"));
    end_container(test, id);
}

static void
test_a_container_is_restarted_and_updated(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "trap 'exit 3' TERM; sleep 60 & wait");
    const CddContainerUpdate update = {
        .resources = {.memory = 64 * 1024 * 1024, .memory_swap = 64 * 1024 * 1024},
        .change_restart_policy = TRUE,
        .restart_policy = CDD_RESTART_ON_FAILURE,
        .restart_maximum_retry_count = 3,
    };
    const CddContainerUpdate wrong = {.resources = {.cpus = -1}};
    g_autoptr(CddContainerInfo) before = inspect(test, id);
    g_autoptr(CddContainerInfo) after = NULL;
    g_autoptr(GAsyncResult) restarted = NULL;
    g_autoptr(GAsyncResult) updated = NULL;
    g_autoptr(GAsyncResult) refused = NULL;
    g_autoptr(GError) fault = NULL;
    GError *error = NULL;

    cdd_service_restart_container_async(test->service, id, 5000, NULL, await_ready, &restarted);
    cdd_service_restart_container_finish(test->service, await(&restarted), &error);
    g_assert_no_error(error);
    after = inspect(test, id);
    g_assert_true(after->running);
    g_assert_cmpstr(after->started_at, !=, before->started_at);

    cdd_service_update_container_async(test->service, id, &wrong, NULL, await_ready, &refused);
    g_assert_false(cdd_service_update_container_finish(test->service, await(&refused), &fault));
    g_assert_error(fault, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    cdd_service_update_container_async(test->service, id, &update, NULL, await_ready, &updated);
    cdd_service_update_container_finish(test->service, await(&updated), &error);
    /* Podman 4 has no such request. */
    if (!test->is_podman) {
        g_autoptr(CddContainerInfo) changed = NULL;

        g_assert_no_error(error);
        changed = inspect(test, id);
        g_assert_nonnull(strstr(changed->json, "\"Memory\":67108864"));
        g_assert_nonnull(strstr(changed->json, "\"MaximumRetryCount\":3"));
    }
    g_clear_error(&error);
    end_container(test, id);
}

static void
test_a_command_runs_apart(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    const CddExecSpec spec = {.command = LIST("sh", "-c", "echo apart >/apart; exit 4")};
    g_autoptr(GAsyncResult) started = NULL;
    g_autofree char *exec = NULL;
    gint64 exit_code = -1;
    GError *error = NULL;
    g_auto(Output) output;

    output_init(&output);
    cdd_service_start_exec_detached_async(test->service, id, &spec, NULL, await_ready, &started);
    exec = cdd_service_start_exec_detached_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    /* Podman may not tell the end of a command that nobody attached to. */
    for (guint tries = 0; tries < 100 && exit_code < 0 && !test->is_podman; tries++) {
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(CddExecInfo) info = NULL;

        g_usleep(50000);
        cdd_service_inspect_exec_async(test->service, exec, NULL, await_ready, &done);
        info = cdd_service_inspect_exec_finish(test->service, await(&done), &error);
        g_assert_no_error(error);
        if (info->has_exited)
            exit_code = info->exit_code;
    }
    g_assert_cmpint(exit_code, ==, test->is_podman ? -1 : 4);
    exec_shell(test, id, "until [ -s /apart ]; do sleep 0.1; done; cat /apart", &output);
    g_assert_cmpstr(output.out->str, ==, "apart\n");
    end_container(test, id);
}

static void
test_an_image_has_a_history(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GAsyncResult) missed = NULL;
    g_autoptr(GPtrArray) history = NULL;
    g_autoptr(GPtrArray) none = NULL;
    g_autoptr(GError) missing = NULL;
    guint64 size = 0;
    GError *error = NULL;

    cdd_service_get_image_history_async(test->service, test->image, NULL, await_ready, &done);
    history = cdd_service_get_image_history_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(history->len, >=, 1);
    for (guint i = 0; i < history->len; i++)
        size += ((const CddImageHistoryItem *)history->pdata[i])->size;
    g_assert_cmpuint(size, >, 1000000);
    cdd_service_get_image_history_async(test->service, "cdd-no-such-image", NULL, await_ready,
                                        &missed);
    none = cdd_service_get_image_history_finish(test->service, await(&missed), &missing);
    g_assert_null(none);
    g_assert_error(missing, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND);
}

static void
test_networks_and_volumes_are_pruned(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    const CddNetworkSpec network = {.name = "cdd-test-pruned",
                                    .internal = TRUE,
                                    .subnet = "10.123.45.0/24",
                                    .gateway = "10.123.45.1",
                                    .labels = LIST("cdd.test=pruned")};
    const CddNetworkSpec wrong = {.name = "cdd-test-wrong", .gateway = "10.123.45.1"};
    const CddVolumeSpec volume = {.name = "cdd-test-pruned", .labels = LIST("cdd.test=pruned")};
    const char *const filters[] = {"label=cdd.test=pruned", NULL};
    const char *const volume_filters[] = {"label=cdd.test=pruned", "all=true", NULL};
    g_autoptr(GAsyncResult) refused = NULL;
    g_autoptr(GAsyncResult) created = NULL;
    g_autoptr(GAsyncResult) volume_made = NULL;
    g_autoptr(GAsyncResult) networks_pruned = NULL;
    g_autoptr(GAsyncResult) volumes_pruned = NULL;
    g_autoptr(CddPruned) networks = NULL;
    g_autoptr(CddPruned) volumes = NULL;
    g_autoptr(CddVolume) made = NULL;
    g_autoptr(GError) fault = NULL;
    g_autofree char *id = NULL;
    g_autofree char *none = NULL;
    GError *error = NULL;

    cdd_service_create_network_async(test->service, &wrong, NULL, await_ready, &refused);
    none = cdd_service_create_network_finish(test->service, await(&refused), &fault);
    g_assert_null(none);
    g_assert_error(fault, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    cdd_service_create_network_async(test->service, &network, NULL, await_ready, &created);
    id = cdd_service_create_network_finish(test->service, await(&created), &error);
    g_assert_no_error(error);
    cdd_service_create_volume_async(test->service, &volume, NULL, await_ready, &volume_made);
    made = cdd_service_create_volume_finish(test->service, await(&volume_made), &error);
    g_assert_no_error(error);

    cdd_service_prune_networks_async(test->service, filters, NULL, await_ready, &networks_pruned);
    networks = cdd_service_prune_networks_finish(test->service, await(&networks_pruned), &error);
    g_assert_no_error(error);
    if (!test->is_podman)
        g_assert_cmpstrv(networks->removed, ((char *[]){(char *)"cdd-test-pruned", NULL}));
    /* Engines before API 1.42 do not know the filter "all", and remove volumes with a name. */
    cdd_service_prune_volumes_async(test->service, filters, NULL, await_ready, &volumes_pruned);
    volumes = cdd_service_prune_volumes_finish(test->service, await(&volumes_pruned), &error);
    g_assert_no_error(error);
    if (g_strv_length(volumes->removed) == 0) {
        g_autoptr(GAsyncResult) again = NULL;

        g_clear_pointer(&volumes, cdd_pruned_free);
        cdd_service_prune_volumes_async(test->service, volume_filters, NULL, await_ready, &again);
        volumes = cdd_service_prune_volumes_finish(test->service, await(&again), &error);
        g_assert_no_error(error);
    }
    g_assert_cmpstrv(volumes->removed, ((char *[]){(char *)"cdd-test-pruned", NULL}));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/system/the-engine-is-asked", test_the_engine_is_asked);
    ENGINE_TEST("/system/what-a-container-changed", test_what_a_container_changed);
    ENGINE_TEST("/system/a-container-is-restarted-and-updated",
                test_a_container_is_restarted_and_updated);
    ENGINE_TEST("/system/a-command-runs-apart", test_a_command_runs_apart);
    ENGINE_TEST("/system/an-image-has-a-history", test_an_image_has_a_history);
    ENGINE_TEST("/system/networks-and-volumes-are-pruned", test_networks_and_volumes_are_pruned);
    return g_test_run();
}
