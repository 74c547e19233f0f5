/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits until a container is healthy. The engine is asked again and again: its events would not
 * tell of a state that was reached before, nor of a container that ended meanwhile.
 */
#include "operation.h"

#include <colcon-deb-docker/cdd-container-info.h>
#include <colcon-deb-docker/cdd-container.h>
#include <string.h>

enum {
    INTERVAL = 200, /* milliseconds */
    MAX_OUTPUT = 500,
};

typedef struct {
    char *container;
    GSource *timer;
} Wait;

static void
wait_free(gpointer data)
{
    Wait *wait = data;

    g_free(wait->container);
    if (wait->timer != NULL)
        g_source_destroy(wait->timer);
    g_clear_pointer(&wait->timer, g_source_unref);
    g_free(wait);
}

/* Returns what the last test printed; NULL if there was no test, or it printed nothing. */
static char *
dup_last_output(const CddContainerInfo *info)
{
    g_autoptr(JsonNode) node = cdd_json_parse(info->json, strlen(info->json), NULL);
    JsonObject *state = cdd_json_get_object(cdd_json_as_object(node), "State");
    JsonArray *log = cdd_json_get_array(cdd_json_get_object(state, "Health"), "Log");
    guint n_tests = log != NULL ? json_array_get_length(log) : 0;
    JsonObject *last =
        n_tests > 0 ? cdd_json_as_object(json_array_get_element(log, n_tests - 1)) : NULL;
    const char *output = cdd_json_get_string(last, "Output");

    return output != NULL && *output != '\0' ? g_strndup(output, MAX_OUTPUT) : NULL;
}

/* Returns why the container will not become healthy; NULL if it is, or still may. */
static GError *
find_fault(const CddContainerInfo *info)
{
    g_autofree char *output = NULL;

    if (!info->running)
        return g_error_new(CDD_ERROR, CDD_ERROR_CONFLICT, "it does not run; it is %s",
                           info->status);
    if (info->health == NULL)
        return g_error_new_literal(CDD_ERROR, CDD_ERROR_INVALID_SPEC, "its health is not checked");
    if (!g_str_equal(info->health, "unhealthy"))
        return NULL;
    output = dup_last_output(info);
    return g_error_new(CDD_ERROR, CDD_ERROR_FAILED, "it is unhealthy%s%s",
                       output != NULL ? ": " : "", output != NULL ? output : "");
}

static gboolean ask(gpointer user_data);

/* Cancelling ends the pause too. */
static void
ask_later(GTask *task)
{
    Wait *wait = g_task_get_task_data(task);
    g_autoptr(GSource) cancelled = g_cancellable_source_new(cdd_operation_get_cancellable(task));

    g_clear_pointer(&wait->timer, g_source_unref);
    wait->timer = g_timeout_source_new(INTERVAL);
    g_source_set_dummy_callback(cancelled);
    g_source_add_child_source(wait->timer, cancelled);
    g_source_set_callback(wait->timer, ask, task, NULL);
    g_source_attach(wait->timer, g_main_context_get_thread_default());
}

static void
on_inspected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;
    g_autoptr(CddContainerInfo) info =
        cdd_service_inspect_container_finish(CDD_SERVICE(source), result, &error);

    if (error == NULL)
        error = find_fault(info);
    if (error != NULL)
        cdd_operation_return_error(task, error);
    else if (g_str_equal(info->health, "healthy"))
        cdd_operation_return_true(task);
    else
        ask_later(task);
}

static gboolean
ask(gpointer user_data)
{
    GTask *task = user_data;
    Wait *wait = g_task_get_task_data(task);

    cdd_service_inspect_container_async(g_task_get_source_object(task), wait->container,
                                        cdd_operation_get_cancellable(task), on_inspected, task);
    return G_SOURCE_REMOVE;
}

void
cdd_service_wait_container_healthy_async(CddService *self,
                                         const char *container,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
    GTask *task;
    Wait *wait;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "waiting until the container %s is healthy", container);
    cdd_operation_require(task, "container", container, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    wait = g_new0(Wait, 1);
    wait->container = g_strdup(container);
    g_task_set_task_data(task, wait, wait_free);
    ask(task);
}

gboolean
cdd_service_wait_container_healthy_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
