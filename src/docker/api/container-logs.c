/* SPDX-License-Identifier: Apache-2.0 */
#include "../wire/stdcopy.h"
#include "faults.h"
#include "operation.h"
#include "output-handler.h"

#include <colcon-deb-docker/cdd-container-logs.h>

typedef struct {
    char *container;
    CddLogsOptions options;
    CddOutputHandler handler;
    gboolean tty;
    CddStdcopy demultiplexer;
} Logs;

static void
logs_free(gpointer data)
{
    Logs *logs = data;

    g_free(logs->container);
    cdd_stdcopy_clear(&logs->demultiplexer);
    g_free(logs);
}

static gboolean
on_piece(GTask *task, const guint8 *data, gsize length, GError **error)
{
    Logs *logs = g_task_get_task_data(task);

    if (!logs->tty)
        return cdd_stdcopy_feed(&logs->demultiplexer, data, length, &logs->handler, error);
    if (logs->handler.on_stdout != NULL)
        logs->handler.on_stdout(data, length, logs->handler.user_data);
    return TRUE;
}

/* Adds a time in the engine's format: seconds and a fraction. */
static void
add_time(GString *path, const char *name, gint64 time)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT,
                                            time / G_USEC_PER_SEC, time % G_USEC_PER_SEC);

    cdd_path_add(path, name, time == 0 ? NULL : text);
}

static char *
path_of(const Logs *logs)
{
    const CddLogsOptions *options = &logs->options;
    g_autofree char *plain = cdd_path("/containers/%s/logs", logs->container);
    g_autofree char *tail = g_strdup_printf("%d", MAX(0, options->tail));
    GString *path = g_string_new(plain);

    cdd_path_add(path, "follow", options->follow ? "1" : "0");
    cdd_path_add(path, "stdout", options->no_stdout ? "0" : "1");
    cdd_path_add(path, "stderr", options->no_stderr ? "0" : "1");
    cdd_path_add(path, "timestamps", options->timestamps ? "1" : "0");
    cdd_path_add(path, "tail", options->tail == 0 ? "all" : tail);
    add_time(path, "since", MAX(0, options->since));
    add_time(path, "until", MAX(0, options->until));
    return g_string_free(path, FALSE);
}

/* With a terminal the log is raw, else multiplexed. The content type is not reliable. */
static void
on_inspected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Logs *logs = g_task_get_task_data(task);
    g_autofree char *path = path_of(logs);
    CddCall call = {.method = "GET", .path = path, .endless = logs->options.follow};
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);
    JsonObject *config = cdd_json_get_object(cdd_json_as_object(node), "Config");

    if (error != NULL) {
        cdd_operation_return_error(task, error);
        return;
    }
    logs->tty = cdd_json_get_boolean(config, "Tty");
    cdd_operation_read(task, &call, on_piece);
}

void
cdd_service_read_container_logs_async(CddService *self,
                                      const char *container,
                                      const CddLogsOptions *options,
                                      const CddOutputHandler *handler,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/json", container);
    CddCall call = {.method = "GET", .path = path};
    GError *error = NULL;
    Logs *logs;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "reading the log of the container %s", container);
    cdd_operation_require(task, "container", container, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    logs = g_new0(Logs, 1);
    logs->container = g_strdup(container);
    if (options != NULL)
        logs->options = *options;
    cdd_stdcopy_init(&logs->demultiplexer);
    g_task_set_task_data(task, logs, logs_free);
    if (!cdd_check_reserved(options, &error) ||
        !cdd_output_handler_take(&logs->handler, handler, task, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    if (logs->options.follow)
        cdd_operation_set_unbounded(task);
    cdd_client_call_async(cdd_operation_get_client(task), &call,
                          cdd_operation_get_cancellable(task), on_inspected, task);
}

gboolean
cdd_service_read_container_logs_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
