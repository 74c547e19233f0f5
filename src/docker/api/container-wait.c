/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker has a wait request that returns the exit code. Podman (at least 4.3 to 5.8) answers the
 * same request before it starts to watch, so it misses a container that exits at once, and it
 * returns 0 for a container that is gone. So for Podman this file reads the log of events from a
 * time before the exit. The log misses nothing and has the exit code.
 *
 * A helper that Podman starts at the exit logs it, and removes the container if that was asked for.
 * If the helper fails, Podman logs the exit only when somebody asks for the container, and never
 * removes it. So this file asks now and then, and then removes it.
 */
#include "container-wait.h"

#include "../value/text.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

enum {
    MAX_WAIT_LENGTH = 64 * 1024,
    ASK_INTERVAL = 5, /* seconds */
};

struct _CddContainerWait {
    CddClient *client;
    char *id;
    CddWaitCondition condition;
    CddResponse *response; /* NULL if the exit is already known */

    gboolean by_events;
    gboolean skip_one; /* the log begins with an earlier exit */
    gboolean auto_remove;
    gboolean exited;
    CddJsonStream events;
    GSource *asking;        /* for Podman: while the exit is awaited */
    GCancellable *question; /* NULL unless one is open */
    gboolean told;          /* whether a question was answered after the exit */
    gboolean ended;
    gint64 exit_code;
};

static void on_inspected(GObject *source, GAsyncResult *result, gpointer user_data);
static void ask(GTask *task);
static void on_asked(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_events_piece(GObject *source, GAsyncResult *result, gpointer user_data);

static void
stop_asking(CddContainerWait *self)
{
    if (self->asking != NULL)
        g_source_destroy(self->asking);
    g_clear_pointer(&self->asking, g_source_unref);
    g_cancellable_cancel(self->question);
    g_clear_object(&self->question);
}

void
cdd_container_wait_free(CddContainerWait *self)
{
    stop_asking(self);
    g_free(self->id);
    g_clear_object(&self->client);
    g_clear_object(&self->response);
    cdd_json_stream_clear(&self->events);
    g_free(self);
}

void
cdd_container_wait_async(CddClient *client,
                         const char *id,
                         CddWaitCondition condition,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    GTask *task = g_task_new(client, cancellable, callback, user_data);
    CddContainerWait *self = g_new0(CddContainerWait, 1);
    g_autofree char *path = cdd_path("/containers/%s/json", id);
    CddCall call = {.method = "GET", .path = path};

    self->client = g_object_ref(client);
    self->id = g_strdup(id);
    self->condition = condition;
    cdd_json_stream_init(&self->events);
    g_task_set_task_data(task, self, NULL);
    /* Until the first answer, the kind of engine is unknown. */
    if (cdd_client_get_api_version(client) == NULL || cdd_client_is_podman(client))
        cdd_client_call_async(client, &call, cancellable, on_inspected, task);
    else
        ask(task);
}

static void
finish_with(GTask *task, GError *error)
{
    CddContainerWait *self = g_task_get_task_data(task);

    if (error == NULL) {
        g_task_return_pointer(task, self, (GDestroyNotify)cdd_container_wait_free);
    } else {
        cdd_container_wait_free(self);
        g_task_return_error(task, error);
    }
    g_object_unref(task);
}

/* Returns a time before the awaited exit and after all earlier exits. */
static const char *
get_begin(CddContainerWait *self, JsonObject *container)
{
    JsonObject *state = cdd_json_get_object(container, "State");
    const char *started = cdd_json_get_string(state, "StartedAt");
    gboolean never_ran = started == NULL || g_str_has_prefix(started, "0001-");
    gboolean runs = cdd_json_get_boolean(state, "Running") || cdd_json_get_boolean(state, "Paused");

    self->auto_remove =
        cdd_json_get_boolean(cdd_json_get_object(container, "HostConfig"), "AutoRemove");
    self->ended = self->condition == CDD_WAIT_NOT_RUNNING && !runs;
    self->exit_code = cdd_json_get_int(state, "ExitCode");
    if (never_ran)
        return cdd_json_get_string(container, "Created");
    if (runs)
        return started;
    /* The event of the last exit is logged after FinishedAt. */
    self->skip_one = self->condition == CDD_WAIT_NEXT_EXIT;
    return cdd_json_get_string(state, "FinishedAt");
}

static void
watch_events(GTask *task, const char *id, const char *since)
{
    const char *const filters[] = {id, NULL};
    g_autofree char *text = cdd_filters_to_text(filters);
    g_autoptr(GString) path = g_string_new("/events");
    CddCall call = {.method = "GET", .header_timeout = CDD_NO_TIMEOUT, .endless = TRUE};

    cdd_path_add(path, "since", since);
    cdd_path_add(path, "filters", text);
    call.path = path->str;
    cdd_client_send_async(g_task_get_source_object(task), &call, g_task_get_cancellable(task),
                          on_asked, task);
}

static void
on_inspected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    CddContainerWait *self = g_task_get_task_data(task);
    CddClient *client = CDD_CLIENT(source);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(client, result, &error);
    JsonObject *container = cdd_json_as_object(node);
    const char *id = cdd_json_get_string(container, "Id");
    g_autofree char *filter = g_strdup_printf("container=%s", id);
    const char *since;

    if (error != NULL) {
        finish_with(task, error);
        return;
    }
    if (!cdd_client_is_podman(client)) {
        ask(task);
        return;
    }
    since = get_begin(self, container);
    if (id == NULL || since == NULL) {
        finish_with(task,
                    g_error_new_literal(CDD_ERROR, CDD_ERROR_PROTOCOL,
                                        "the engine's answer has no description of the container"));
        return;
    }
    self->by_events = TRUE;
    if (self->ended)
        finish_with(task, NULL);
    else
        watch_events(task, filter, since);
}

static void
ask(GTask *task)
{
    static const char *const names[] = {
        [CDD_WAIT_NOT_RUNNING] = "not-running",
        [CDD_WAIT_NEXT_EXIT] = "next-exit",
        [CDD_WAIT_REMOVED] = "removed",
    };
    CddContainerWait *self = g_task_get_task_data(task);
    g_autofree char *path =
        cdd_path("/containers/%s/wait?condition=%s", self->id, names[self->condition]);
    CddCall call = {.method = "POST", .path = path, .endless = TRUE};

    cdd_client_send_async(g_task_get_source_object(task), &call, g_task_get_cancellable(task),
                          on_asked, task);
}

static void
on_asked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    CddContainerWait *self = g_task_get_task_data(task);
    GError *error = NULL;

    self->response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);
    finish_with(task, error);
}

CddContainerWait *
cdd_container_wait_finish(CddClient *client G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

/* {"StatusCode": 7, "Error": null or {"Message": …}} */
static gboolean
parse_exit(GBytes *body, gint64 *exit_code, GError **error)
{
    gsize length = 0;
    const char *text = g_bytes_get_data(body, &length);
    g_autoptr(JsonNode) node = cdd_json_parse(text != NULL ? text : "", length, error);
    JsonObject *object = cdd_json_as_object(node);
    const char *message = cdd_json_get_string(cdd_json_get_object(object, "Error"), "Message");

    if (node == NULL)
        return FALSE;
    if (message != NULL && *message != '\0') {
        g_autofree char *clean =
            cdd_text_clean(message, strlen(message), MAX_WAIT_LENGTH, CDD_TEXT_ONE_LINE);

        g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "the engine lost the container: %s", clean);
        return FALSE;
    }
    if (object == NULL || !json_object_has_member(object, "StatusCode")) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine's answer has no exit code");
        return FALSE;
    }
    *exit_code = cdd_json_get_int(object, "StatusCode");
    return TRUE;
}

static void
on_wait_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddContainerWait *self = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(GBytes) body = cdd_response_read_all_finish(CDD_RESPONSE(source), result, &error);

    if (body != NULL && parse_exit(body, &self->exit_code, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void
note_exit(CddContainerWait *self, JsonObject *attributes)
{
    const char *code = cdd_json_get_string(attributes, "exitCode");

    if (code == NULL)
        code = cdd_json_get_string(attributes, "containerExitCode");
    self->exit_code = code != NULL ? g_ascii_strtoll(code, NULL, 10) : 0;
    self->exited = TRUE;
}

static gboolean
on_event(JsonNode *node, gpointer user_data, GError **error)
{
    CddContainerWait *self = user_data;
    JsonObject *event = cdd_json_as_object(node);
    const char *action = cdd_json_get_string(event, "Action");

    if (!cdd_operation_check_value(event, error))
        return FALSE;
    if (self->ended)
        return TRUE;
    if (g_strcmp0(action, "die") == 0) {
        if (self->skip_one) {
            self->skip_one = FALSE;
            return TRUE;
        }
        note_exit(self, cdd_json_get_object(cdd_json_get_object(event, "Actor"), "Attributes"));
        self->ended = self->condition != CDD_WAIT_REMOVED;
    } else if (g_strcmp0(action, "remove") == 0) {
        /* The removal is the last event, whatever the condition. */
        self->ended = TRUE;
    }
    return TRUE;
}

/* What is answered does not matter: the log has what follows. */
static void
on_question_answered(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    CddContainerWait *self = user_data;

    /* Then @self may be gone. */
    if (g_cancellable_is_cancelled(g_task_get_cancellable(G_TASK(result))))
        return;
    g_clear_object(&self->question);
    self->told = self->exited;
}

static gboolean
on_ask_again(gpointer user_data)
{
    CddContainerWait *self = user_data;
    gboolean removes = self->told && self->auto_remove;
    g_autofree char *path = removes ? cdd_path("/containers/%s?v=1", self->id)
                                    : cdd_path("/containers/%s/json", self->id);
    const CddCall call = {.method = removes ? "DELETE" : "GET", .path = path};

    if (self->question == NULL) {
        self->question = g_cancellable_new();
        cdd_client_call_async(self->client, &call, self->question, on_question_answered, self);
    }
    return G_SOURCE_CONTINUE;
}

static void
start_asking(CddContainerWait *self)
{
    self->asking = g_timeout_source_new_seconds(ASK_INTERVAL);
    g_source_set_callback(self->asking, on_ask_again, self, NULL);
    g_source_attach(self->asking, g_main_context_get_thread_default());
}

static void
read_events(GTask *task)
{
    CddContainerWait *self = g_task_get_task_data(task);

    cdd_response_read_async(self->response, g_task_get_cancellable(task), on_events_piece, task);
}

static void
on_events_piece(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddContainerWait *self = g_task_get_task_data(task);
    GError *error = NULL;
    gsize length = 0;
    const guint8 *piece = cdd_response_read_finish(CDD_RESPONSE(source), result, &length, &error);

    if (piece == NULL && error == NULL)
        error = g_error_new_literal(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                                    "the engine's event stream ended before the container did");
    if (error == NULL)
        cdd_json_stream_feed(&self->events, (const char *)piece, length, on_event, self, &error);
    if (error == NULL && !self->ended) {
        read_events(g_steal_pointer(&task));
        return;
    }
    stop_asking(self);
    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_boolean(task, TRUE);
}

void
cdd_container_wait_read_async(CddContainerWait *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);

    g_task_set_task_data(task, self, NULL);
    g_task_set_check_cancellable(task, FALSE);
    if (self->response == NULL) {
        g_task_return_boolean(task, TRUE);
        g_object_unref(task);
    } else if (self->by_events) {
        start_asking(self);
        read_events(task);
    } else {
        cdd_response_read_all_async(self->response, MAX_WAIT_LENGTH, cancellable, on_wait_read,
                                    task);
    }
}

gboolean
cdd_container_wait_read_finish(GAsyncResult *result, gint64 *exit_code, GError **error)
{
    const CddContainerWait *self = g_task_get_task_data(G_TASK(result));

    *exit_code = self->exit_code;
    return g_task_propagate_boolean(G_TASK(result), error);
}

/* The public operation, which combines both steps. */
typedef struct {
    CddContainerWait *wait;
    gint64 exit_code;
} Waiting;

static void
waiting_free(gpointer data)
{
    Waiting *waiting = data;

    g_clear_pointer(&waiting->wait, cdd_container_wait_free);
    g_free(waiting);
}

static void
on_exit_known(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Waiting *waiting = g_task_get_task_data(task);
    GError *error = NULL;

    cdd_container_wait_read_finish(result, &waiting->exit_code, &error);
    /* Close the connection before the callback runs. */
    g_clear_object(&waiting->wait->response);
    if (error == NULL)
        cdd_operation_return_true(task);
    else
        cdd_operation_return_error(task, error);
}

static void
on_watched(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Waiting *waiting = g_task_get_task_data(task);
    GError *error = NULL;

    waiting->wait = cdd_container_wait_finish(CDD_CLIENT(source), result, &error);
    if (waiting->wait == NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_container_wait_read_async(waiting->wait, cdd_operation_get_cancellable(task),
                                      on_exit_known, task);
}

void
cdd_service_wait_container_async(CddService *self,
                                 const char *container,
                                 CddWaitCondition condition,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "waiting for the container %s",
                             container);
    cdd_operation_require(task, "container", container, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    if ((guint)condition > CDD_WAIT_REMOVED) {
        cdd_operation_return_error(task, g_error_new(CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                                                     "%d is not a condition", (int)condition));
        return;
    }
    g_task_set_task_data(task, g_new0(Waiting, 1), waiting_free);
    cdd_container_wait_async(cdd_operation_get_client(task), container, condition,
                             cdd_operation_get_cancellable(task), on_watched, task);
}

gboolean
cdd_service_wait_container_finish(CddService *self,
                                  GAsyncResult *result,
                                  gint64 *exit_code,
                                  GError **error)
{
    if (!cdd_operation_finish(self, result, error))
        return FALSE;
    if (exit_code != NULL)
        *exit_code = ((Waiting *)g_task_get_task_data(G_TASK(result)))->exit_code;
    return TRUE;
}
