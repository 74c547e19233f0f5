/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"

#include <colcon-deb-docker/cdd-container-stats.h>

CddContainerStats *
cdd_container_stats_copy(const CddContainerStats *stats)
{
    CddContainerStats *copy = g_new(CddContainerStats, 1);

    *copy = *stats;
    return copy;
}

void
cdd_container_stats_free(CddContainerStats *stats)
{
    g_free(stats);
}

static guint64
get_size(JsonObject *object, const char *name)
{
    return (guint64)MAX(0, cdd_json_get_int(object, name));
}

/* {"networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, …}} */
static void
add_networks(JsonObject *object, CddContainerStats *stats)
{
    JsonObject *networks = cdd_json_get_object(object, "networks");
    GList *names = networks != NULL ? json_object_get_members(networks) : NULL;

    for (GList *name = names; name != NULL; name = name->next) {
        JsonObject *network = cdd_json_get_object(networks, name->data);

        stats->received += get_size(network, "rx_bytes");
        stats->sent += get_size(network, "tx_bytes");
    }
    g_list_free(names);
}

/* {"blkio_stats": {"io_service_bytes_recursive": [{"op": "Read", "value": 1}, …]}} */
static void
add_disks(JsonObject *object, CddContainerStats *stats)
{
    JsonArray *entries = cdd_json_get_array(cdd_json_get_object(object, "blkio_stats"),
                                            "io_service_bytes_recursive");

    for (guint i = 0; entries != NULL && i < json_array_get_length(entries); i++) {
        JsonObject *entry = cdd_json_as_object(json_array_get_element(entries, i));
        const char *operation = cdd_json_get_string(entry, "op");

        if (operation != NULL && g_ascii_strcasecmp(operation, "read") == 0)
            stats->read += get_size(entry, "value");
        else if (operation != NULL && g_ascii_strcasecmp(operation, "write") == 0)
            stats->written += get_size(entry, "value");
    }
}

/* Reclaimable page cache is total_inactive_file in cgroup v1 and inactive_file in v2. */
static guint64
get_memory(JsonObject *memory)
{
    JsonObject *details = cdd_json_get_object(memory, "stats");
    guint64 usage = get_size(memory, "usage");
    guint64 cache = get_size(details, "total_inactive_file");

    if (cache == 0)
        cache = get_size(details, "inactive_file");
    return cache < usage ? usage - cache : usage;
}

static double
get_share(JsonObject *object, const CddContainerStats *stats)
{
    JsonObject *before = cdd_json_get_object(object, "precpu_stats");
    guint64 used = get_size(cdd_json_get_object(before, "cpu_usage"), "total_usage");
    guint64 passed = get_size(before, "system_cpu_usage");

    if (passed == 0 || stats->system_cpu_time <= passed || stats->cpu_time < used)
        return 0;
    return (double)(stats->cpu_time - used) / (double)(stats->system_cpu_time - passed) *
           stats->n_cpus * 100;
}

static void
fill(CddContainerStats *stats, JsonObject *object)
{
    JsonObject *cpu = cdd_json_get_object(object, "cpu_stats");
    JsonObject *memory = cdd_json_get_object(object, "memory_stats");

    *stats = (CddContainerStats){
        .cpu_time = get_size(cdd_json_get_object(cpu, "cpu_usage"), "total_usage"),
        .system_cpu_time = get_size(cpu, "system_cpu_usage"),
        .n_cpus = (guint)get_size(cpu, "online_cpus"),
        .memory = get_memory(memory),
        .memory_limit = get_size(memory, "limit"),
        .n_processes = get_size(cdd_json_get_object(object, "pids_stats"), "current"),
    };
    add_networks(object, stats);
    add_disks(object, stats);
    stats->cpu_percent = get_share(object, stats);
}

static gpointer
parse(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "container's use of resources", error);
    CddContainerStats *stats;

    if (object == NULL)
        return NULL;
    stats = g_new0(CddContainerStats, 1);
    fill(stats, object);
    return stats;
}

void
cdd_service_get_container_stats_async(CddService *self,
                                      const char *container,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/stats?stream=0", container);
    CddCall call = {.method = "GET", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call_for(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "reading the statistics of the container %s",
                                                container),
                              "container", container, NULL),
        &call, parse, (GDestroyNotify)cdd_container_stats_free);
}

CddContainerStats *
cdd_service_get_container_stats_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

typedef struct {
    CddStatsFunc func;
    gpointer func_data;
    GDestroyNotify free_func_data;
} Watch;

static void
watch_free(gpointer data)
{
    Watch *watch = data;

    if (watch->free_func_data != NULL)
        watch->free_func_data(watch->func_data);
    g_free(watch);
}

static gboolean
on_value(GTask *task, JsonObject *value, GError **error G_GNUC_UNUSED)
{
    Watch *watch = g_task_get_task_data(task);
    CddContainerStats stats;

    fill(&stats, value);
    watch->func(&stats, watch->func_data);
    return TRUE;
}

void
cdd_service_watch_container_stats_async(CddService *self,
                                        const char *container,
                                        CddStatsFunc func,
                                        gpointer func_data,
                                        GDestroyNotify free_func_data,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/stats?stream=1", container);
    CddCall call = {.method = "GET", .path = path, .endless = TRUE};
    Watch *watch;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "watching the statistics of the container %s", container);
    cdd_operation_require(task, "container", container, NULL);
    watch = g_new0(Watch, 1);
    *watch = (Watch){func, func_data, free_func_data};
    g_task_set_task_data(task, watch, watch_free);
    cdd_operation_set_unbounded(task);
    if (func == NULL)
        cdd_operation_return_missing(task, "func");
    else
        cdd_operation_stream(task, &call, on_value);
}

struct CddStatsHandler {
    CddStatsFunc func;
    gpointer user_data;
    GDestroyNotify free_user_data;
};

G_DEFINE_BOXED_TYPE(CddStatsHandler,
                    cdd_stats_handler,
                    cdd_stats_handler_ref,
                    cdd_stats_handler_unref)

CddStatsHandler *
cdd_stats_handler_new(CddStatsFunc func, gpointer user_data, GDestroyNotify free_user_data)
{
    CddStatsHandler *self = g_atomic_rc_box_new0(CddStatsHandler);

    *self = (CddStatsHandler){func, user_data, free_user_data};
    return self;
}

CddStatsHandler *
cdd_stats_handler_ref(CddStatsHandler *self)
{
    return g_atomic_rc_box_acquire(self);
}

static void
handler_clear(gpointer data)
{
    CddStatsHandler *self = data;

    if (self->free_user_data != NULL)
        self->free_user_data(self->user_data);
}

void
cdd_stats_handler_unref(CddStatsHandler *self)
{
    g_atomic_rc_box_release_full(self, handler_clear);
}

static void
call_handler(const CddContainerStats *stats, gpointer user_data)
{
    const CddStatsHandler *handler = user_data;

    handler->func(stats, handler->user_data);
}

void
cdd_service_watch_stats_with_handler_async(CddService *self,
                                           const char *container,
                                           CddStatsHandler *handler,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
    if (handler == NULL)
        cdd_service_watch_container_stats_async(self, container, NULL, NULL, NULL, cancellable,
                                                callback, user_data);
    else
        cdd_service_watch_container_stats_async(
            self, container, call_handler, cdd_stats_handler_ref(handler),
            (GDestroyNotify)cdd_stats_handler_unref, cancellable, callback, user_data);
}

gboolean
cdd_service_watch_container_stats_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
