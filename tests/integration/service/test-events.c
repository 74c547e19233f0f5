/* SPDX-License-Identifier: Apache-2.0 */
/* Tests events, volumes and networks. */
#include "engine-test.h"

#include <string.h>

typedef struct {
    GString *actions;
    GCancellable *cancellable; /* cancelled by the event "destroy" */
    gint64 first_time;
    guint n_freed;
} Seen;

static void
on_event(const CddEvent *event, gpointer user_data)
{
    Seen *seen = user_data;

    g_assert_cmpstr(event->type, ==, "container");
    g_assert_cmpint(event->time, >, G_GINT64_CONSTANT(1600000000) * 1000000000);
    if (seen->first_time == 0)
        seen->first_time = event->time;
    g_string_append_printf(seen->actions, "%s ", event->action);
    if (g_str_equal(event->action, "die"))
        g_string_append_printf(seen->actions, "(%s) ", cdd_event_get_attribute(event, "exitCode"));
    if (g_str_equal(event->action, "destroy") && seen->cancellable != NULL)
        g_cancellable_cancel(seen->cancellable);
}

static void
on_freed(gpointer user_data)
{
    ((Seen *)user_data)->n_freed++;
}

static void
run_labelled(EngineTest *test, const char *label)
{
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"sh", "-c", "exit 7", NULL},
                             .labels = (const char *const[]){label, NULL}};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContainerResult) result = NULL;
    GError *error = NULL;

    cdd_service_run_container_async(test->service, &spec, NULL, NULL, await_ready, &done);
    result = cdd_service_run_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static void
test_events_come_in_order_and_can_be_asked_for_later(EngineTest *test,
                                                     gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *label = g_strdup_printf("cdd.events=%d", g_random_int_range(0, 1000000));
    g_autofree char *filter = g_strdup_printf("label=%s", label);
    const char *filters[] = {"type=container", filter, "event=create", "event=start", "event=die",
                             "event=destroy",  NULL};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Seen live = {.actions = g_string_new(NULL), .cancellable = cancellable};
    Seen later = {.actions = g_string_new(NULL)};
    CddEventsOptions to_come = {.filters = filters, .max_retries = -1};
    CddEventsOptions past = {.filters = filters, .until = g_get_real_time() * 1000};
    g_autoptr(GError) error = NULL;

    {
        g_autoptr(GAsyncResult) watched = NULL;

        cdd_service_watch_events_async(test->service, &to_come, on_event, &live, on_freed,
                                       cancellable, await_ready, &watched);
        run_labelled(test, label);
        g_assert_false(cdd_service_watch_events_finish(test->service, await(&watched), &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_clear_error(&error);
    }
    g_assert_cmpstr(live.actions->str, ==, "create start die (7) destroy ");
    g_assert_cmpuint(live.n_freed, ==, 1);
    past.since = live.first_time;
    past.until = g_get_real_time() * 1000;
    {
        g_autoptr(GAsyncResult) asked = NULL;

        cdd_service_watch_events_async(test->service, &past, on_event, &later, NULL, NULL,
                                       await_ready, &asked);
        g_assert_true(cdd_service_watch_events_finish(test->service, await(&asked), &error));
        g_assert_no_error(error);
    }
    g_assert_cmpstr(later.actions->str, ==, live.actions->str);
    g_string_free(live.actions, TRUE);
    g_string_free(later.actions, TRUE);
}

/* -2 if the volume is not in the list. */
static gint64
find_size(const GPtrArray *volumes, const char *name)
{
    for (guint i = 0; i < volumes->len; i++) {
        const CddVolume *volume = volumes->pdata[i];

        if (g_str_equal(volume->name, name))
            return volume->size;
    }
    return -2;
}

static void
test_a_volume_is_made_found_and_removed(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    const char *labels[] = {"cdd.test=volume", NULL};
    const char *filters[] = {"label=cdd.test=volume", NULL};
    const CddVolumeSpec spec = {.name = "cdd-test-volume", .labels = labels};
    g_autoptr(GAsyncResult) made = NULL;
    g_autoptr(GAsyncResult) looked = NULL;
    g_autoptr(GAsyncResult) listed = NULL;
    g_autoptr(GAsyncResult) measured = NULL;
    g_autoptr(GAsyncResult) removed = NULL;
    g_autoptr(GAsyncResult) again = NULL;
    g_autoptr(CddVolume) volume = NULL;
    g_autoptr(CddVolume) same = NULL;
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GPtrArray) sizes = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_create_volume_async(test->service, &spec, NULL, await_ready, &made);
    volume = cdd_service_create_volume_finish(test->service, await(&made), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(volume->name, ==, "cdd-test-volume");
    g_assert_cmpstr(volume->labels[0], ==, labels[0]);
    cdd_service_inspect_volume_async(test->service, "cdd-test-volume", NULL, await_ready, &looked);
    same = cdd_service_inspect_volume_finish(test->service, await(&looked), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(same->mountpoint, ==, volume->mountpoint);
    cdd_service_list_volumes_async(test->service, filters, NULL, await_ready, &listed);
    list = cdd_service_list_volumes_finish(test->service, await(&listed), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(list->len, ==, 1);
    g_assert_cmpint(((CddVolume *)list->pdata[0])->size, ==, -1);
    cdd_service_measure_volumes_async(test->service, NULL, await_ready, &measured);
    sizes = cdd_service_measure_volumes_finish(test->service, await(&measured), &error);
    g_assert_no_error(error);
    g_assert_cmpint(find_size(sizes, "cdd-test-volume"), ==, 0);
    cdd_service_remove_volume_async(test->service, "cdd-test-volume", FALSE, NULL, await_ready,
                                    &removed);
    g_assert_true(cdd_service_remove_volume_finish(test->service, await(&removed), &error));
    cdd_service_inspect_volume_async(test->service, "cdd-test-volume", NULL, await_ready, &again);
    g_assert_null(cdd_service_inspect_volume_finish(test->service, await(&again), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
}

static void
test_a_network_is_made_joined_and_removed(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddNetworkSpec spec = {.name = "cdd-test-network",
                           .internal = TRUE,
                           .labels = (const char *const[]){"cdd.test=network", NULL}};
    CddContainerSpec container = {.image = test->image,
                                  .command = (const char *const[]){"true", NULL},
                                  .network_mode = CDD_NETWORK_NAMED,
                                  .network = "cdd-test-network"};
    const CddEndpointSettings other = {.network = "cdd-test-network",
                                       .aliases = (const char *const[]){"other", NULL}};
    const char *filters[] = {"label=cdd.test=network", NULL};
    g_autoptr(GAsyncResult) made = NULL;
    g_autoptr(GAsyncResult) looked = NULL;
    g_autoptr(GAsyncResult) listed = NULL;
    g_autoptr(GAsyncResult) created = NULL;
    g_autoptr(GAsyncResult) left = NULL;
    g_autoptr(GAsyncResult) joined = NULL;
    g_autoptr(GAsyncResult) gone = NULL;
    g_autoptr(GAsyncResult) removed = NULL;
    g_autoptr(GAsyncResult) again = NULL;
    g_autoptr(CddNetwork) network = NULL;
    g_autoptr(GPtrArray) list = NULL;
    g_autofree char *id = NULL;
    g_autofree char *container_id = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_create_network_async(test->service, &spec, NULL, await_ready, &made);
    id = cdd_service_create_network_finish(test->service, await(&made), &error);
    g_assert_no_error(error);
    cdd_service_inspect_network_async(test->service, "cdd-test-network", NULL, await_ready,
                                      &looked);
    network = cdd_service_inspect_network_finish(test->service, await(&looked), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(network->id, ==, id);
    g_assert_cmpstr(network->driver, ==, "bridge");
    g_assert_true(network->internal);
    cdd_service_list_networks_async(test->service, filters, NULL, await_ready, &listed);
    list = cdd_service_list_networks_finish(test->service, await(&listed), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(list->len, ==, 1);

    cdd_service_create_container_async(test->service, &container, NULL, await_ready, &created);
    container_id = cdd_service_create_container_finish(test->service, await(&created), &error);
    g_assert_no_error(error);
    cdd_service_disconnect_network_async(test->service, id, container_id, NULL, await_ready, &left);
    g_assert_true(cdd_service_disconnect_network_finish(test->service, await(&left), &error));
    cdd_service_connect_network_async(test->service, container_id, &other, NULL, await_ready,
                                      &joined);
    cdd_service_connect_network_finish(test->service, await(&joined), &error);
    g_assert_no_error(error);
    cdd_service_remove_container_async(test->service, container_id, CDD_REMOVE_FORCE, NULL,
                                       await_ready, &gone);
    g_assert_true(cdd_service_remove_container_finish(test->service, await(&gone), &error));
    cdd_service_remove_network_async(test->service, id, NULL, await_ready, &removed);
    cdd_service_remove_network_finish(test->service, await(&removed), &error);
    g_assert_no_error(error);
    cdd_service_remove_network_async(test->service, id, NULL, await_ready, &again);
    g_assert_false(cdd_service_remove_network_finish(test->service, await(&again), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/events/come-in-order-and-can-be-asked-for-later",
                test_events_come_in_order_and_can_be_asked_for_later);
    ENGINE_TEST("/volumes/a-volume-is-made-found-and-removed",
                test_a_volume_is_made_found_and_removed);
    ENGINE_TEST("/networks/a-network-is-made-joined-and-removed",
                test_a_network_is_made_joined_and_removed);
    return g_test_run();
}
