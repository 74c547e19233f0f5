/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of an engine. After a lost connection, events are requested from the time of the last
 * one. The engine then repeats all events of that very time, so those already passed on are
 * remembered and skipped.
 */
#include "faults.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-events.h>
#include <string.h>

/* Nanoseconds. */
#define PODMAN_READING_TIME G_GINT64_CONSTANT(2000000000)

enum {
    MAX_DELAY = 30, /* seconds */
    /*
     * Docker's answer includes events at the requested time, Podman's begins after it, and Podman
     * keeps times as floating point. So Podman is asked for slightly earlier events, which are
     * skipped here. In nanoseconds.
     */
    PODMAN_ROUNDING = 1000,
};

typedef struct {
    char **filters;
    gint64 since;
    gint64 until;
    int max_retries;
    CddEventFunc func;
    gpointer func_data;
    GDestroyNotify free_func_data;

    CddResponse *response;
    CddJsonStream values;
    gint64 last_time;         /* of the last event passed on; 0 before the first */
    GHashTable *at_last_time; /* the texts of the events at that time */
    int n_retries;            /* retries since the last event */
    GSource *timer;
} Watch;

static void connect_to(GTask *task);
static void on_connected(GObject *source, GAsyncResult *result, gpointer user_data);
static void read_on(GTask *task);
static void on_piece(GObject *source, GAsyncResult *result, gpointer user_data);

CddEvent *
cdd_event_copy(const CddEvent *event)
{
    CddEvent *copy = g_new0(CddEvent, 1);

    copy->type = g_strdup(event->type);
    copy->action = g_strdup(event->action);
    copy->id = g_strdup(event->id);
    copy->attributes = g_strdupv(event->attributes);
    copy->time = event->time;
    return copy;
}

void
cdd_event_free(CddEvent *event)
{
    if (event == NULL)
        return;
    g_free(event->type);
    g_free(event->action);
    g_free(event->id);
    g_strfreev(event->attributes);
    g_free(event);
}

const char *
cdd_event_get_attribute(const CddEvent *event, const char *name)
{
    gsize length = strlen(name);

    for (char **entry = event->attributes; *entry != NULL; entry++) {
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return *entry + length + 1;
    }
    return NULL;
}

static CddEvent *
new_event(JsonObject *object)
{
    JsonObject *actor = cdd_json_get_object(object, "Actor");
    CddEvent *event = g_new0(CddEvent, 1);

    event->type = cdd_json_dup_string(object, "Type");
    event->action = cdd_json_dup_string(object, "Action");
    /* Podman reports "remove" for Docker's "destroy" of a container. */
    if (g_str_equal(event->type, "container") && g_str_equal(event->action, "remove")) {
        g_free(event->action);
        event->action = g_strdup("destroy");
    }
    event->id = cdd_json_dup_string(actor, "ID");
    event->attributes = cdd_json_dup_pairs(actor, "Attributes");
    event->time = cdd_json_get_int(object, "timeNano");
    if (event->time == 0)
        event->time = cdd_json_get_int(object, "time") * G_GINT64_CONSTANT(1000000000);
    return event;
}

static void
watch_free(gpointer data)
{
    Watch *watch = data;

    g_strfreev(watch->filters);
    g_clear_object(&watch->response);
    cdd_json_stream_clear(&watch->values);
    g_hash_table_unref(watch->at_last_time);
    if (watch->timer != NULL) {
        g_source_destroy(watch->timer);
        g_source_unref(watch->timer);
    }
    if (watch->free_func_data != NULL)
        watch->free_func_data(watch->func_data);
    g_free(watch);
}

void
cdd_service_watch_events_async(CddService *self,
                               const CddEventsOptions *options,
                               CddEventFunc func,
                               gpointer func_data,
                               GDestroyNotify free_func_data,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    static const CddEventsOptions none;
    const CddEventsOptions *from = options != NULL ? options : &none;
    GError *error = NULL;
    GTask *task;
    Watch *watch;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task =
        cdd_operation_new(self, cancellable, callback, user_data, "watching the engine's events");
    cdd_operation_set_unbounded(task);
    watch = g_new0(Watch, 1);
    watch->filters = g_strdupv((char **)from->filters);
    watch->since = from->since;
    watch->until = from->until;
    watch->max_retries = from->max_retries;
    watch->func = func;
    watch->func_data = func_data;
    watch->free_func_data = free_func_data;
    watch->at_last_time = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    cdd_json_stream_init(&watch->values);
    g_task_set_task_data(task, watch, watch_free);
    if (!cdd_check_reserved(options, &error) || !cdd_filters_check(from->filters, &error))
        cdd_operation_return_error(task, error);
    else if (func == NULL)
        cdd_operation_return_missing(task, "func");
    else
        connect_to(task);
}

struct CddEventHandler {
    CddEventFunc func;
    gpointer user_data;
    GDestroyNotify free_user_data;
};

G_DEFINE_BOXED_TYPE(CddEventHandler,
                    cdd_event_handler,
                    cdd_event_handler_ref,
                    cdd_event_handler_unref)

CddEventHandler *
cdd_event_handler_new(CddEventFunc func, gpointer user_data, GDestroyNotify free_user_data)
{
    CddEventHandler *self = g_atomic_rc_box_new0(CddEventHandler);

    *self = (CddEventHandler){func, user_data, free_user_data};
    return self;
}

CddEventHandler *
cdd_event_handler_ref(CddEventHandler *self)
{
    return g_atomic_rc_box_acquire(self);
}

static void
handler_clear(gpointer data)
{
    CddEventHandler *self = data;

    if (self->free_user_data != NULL)
        self->free_user_data(self->user_data);
}

void
cdd_event_handler_unref(CddEventHandler *self)
{
    g_atomic_rc_box_release_full(self, handler_clear);
}

static void
call_handler(const CddEvent *event, gpointer user_data)
{
    const CddEventHandler *handler = user_data;

    handler->func(event, handler->user_data);
}

void
cdd_service_watch_events_with_handler_async(CddService *self,
                                            const CddEventsOptions *options,
                                            CddEventHandler *handler,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data)
{
    if (handler == NULL)
        cdd_service_watch_events_async(self, options, NULL, NULL, NULL, cancellable, callback,
                                       user_data);
    else
        cdd_service_watch_events_async(self, options, call_handler, cdd_event_handler_ref(handler),
                                       (GDestroyNotify)cdd_event_handler_unref, cancellable,
                                       callback, user_data);
}

/* Adds a time in the engine's format: seconds and nanoseconds. */
static void
add_time(GString *path, const char *name, gint64 time)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT,
                                            time / 1000000000, time % 1000000000);

    cdd_path_add(path, name, text);
}

/* Podman reports Docker's names, but filters by its own names. */
static const char *
get_podman_filter(const char *filter)
{
    if (g_str_equal(filter, "event=die"))
        return "event=died";
    if (g_str_equal(filter, "event=destroy"))
        return "event=remove";
    return filter;
}

static char *
filters_to_text(char **filters, gboolean for_podman)
{
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_auto(GStrv) list = NULL;

    for (; filters != NULL && *filters != NULL; filters++) {
        g_strv_builder_add(all, for_podman ? get_podman_filter(*filters) : *filters);
    }
    list = g_strv_builder_end(all);
    return cdd_filters_to_text((const char *const *)list);
}

/*
 * Podman reads its log only if the end is in the future. So a past end is moved to the future, and
 * later events are skipped here.
 */
static gint64
get_podman_until(const Watch *watch)
{
    gint64 soon = g_get_real_time() * 1000 + PODMAN_READING_TIME;

    return MAX(watch->until, soon);
}

static char *
path_for(Watch *watch, gboolean for_podman)
{
    g_autoptr(GString) path = g_string_new("/events");
    g_autofree char *filters = filters_to_text(watch->filters, for_podman);
    gint64 since = watch->last_time == 0 ? watch->since : watch->last_time;

    /* Podman's time may become 0. It is sent: without a time, only new events are reported. */
    if (since != 0)
        add_time(path, "since", MAX(0, for_podman ? since - PODMAN_ROUNDING : since));
    if (watch->until != 0)
        add_time(path, "until", for_podman ? get_podman_until(watch) : watch->until);
    cdd_path_add(path, "filters", filters);
    return g_string_free(g_steal_pointer(&path), FALSE);
}

static void
connect_to(GTask *task)
{
    Watch *watch = g_task_get_task_data(task);
    g_autofree char *path = path_for(watch, FALSE);
    g_autofree char *podman_path = path_for(watch, TRUE);
    /* The head arrives with the first event, which may take any time. */
    CddCall call = {.method = "GET",
                    .path = path,
                    .podman_path = podman_path,
                    .header_timeout = CDD_NO_TIMEOUT,
                    .endless = TRUE};

    cdd_client_send_async(cdd_operation_get_client(task), &call,
                          cdd_operation_get_cancellable(task), on_connected, task);
}

static gboolean
on_retry(gpointer user_data)
{
    GTask *task = user_data;
    Watch *watch = g_task_get_task_data(task);

    g_clear_pointer(&watch->timer, g_source_unref);
    connect_to(task);
    return G_SOURCE_REMOVE;
}

static gboolean
may_retry(const Watch *watch, const GError *error)
{
    return g_error_matches(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE) &&
           (watch->max_retries < 0 || watch->n_retries < watch->max_retries);
}

/* Cancelling ends the pause; the following request then reports it. */
static void
retry_or_fail(GTask *task, GError *error)
{
    Watch *watch = g_task_get_task_data(task);
    g_autoptr(GSource) cancelling = NULL;

    if (!may_retry(watch, error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    g_error_free(error);
    g_clear_object(&watch->response);
    cdd_json_stream_clear(&watch->values);
    cdd_json_stream_init(&watch->values);
    watch->timer = g_timeout_source_new_seconds(MIN(1U << MIN(watch->n_retries, 5), MAX_DELAY));
    watch->n_retries++;
    cancelling = g_cancellable_source_new(cdd_operation_get_cancellable(task));
    g_source_set_dummy_callback(cancelling);
    g_source_add_child_source(watch->timer, cancelling);
    g_source_set_callback(watch->timer, on_retry, task, NULL);
    g_source_attach(watch->timer, g_main_context_get_thread_default());
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Watch *watch = g_task_get_task_data(task);
    GError *error = NULL;

    watch->response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);
    if (watch->response == NULL)
        retry_or_fail(task, error);
    else
        read_on(task);
}

static void
read_on(GTask *task)
{
    Watch *watch = g_task_get_task_data(task);

    cdd_response_read_async(watch->response, cdd_operation_get_cancellable(task), on_piece, task);
}

/* Returns whether the event is new. Only an event at the time of the last one may be repeated. */
static gboolean
remember(Watch *watch, const CddEvent *event)
{
    g_autofree char *text = NULL;

    if (event->time < watch->last_time)
        return FALSE;
    if (event->time > watch->last_time)
        g_hash_table_remove_all(watch->at_last_time);
    watch->last_time = event->time;
    text = g_strjoin("\n", event->type, event->action, event->id, NULL);
    return g_hash_table_add(watch->at_last_time, g_steal_pointer(&text));
}

static gboolean
on_value(JsonNode *node, gpointer user_data, GError **error)
{
    Watch *watch = user_data;
    JsonObject *object = cdd_json_as_object(node);
    g_autoptr(CddEvent) event = NULL;

    if (!cdd_operation_check_value(object, error))
        return FALSE;
    event = new_event(object);
    watch->n_retries = 0;
    if (event->time < watch->since || (watch->until != 0 && event->time > watch->until))
        return TRUE;
    if (remember(watch, event))
        watch->func(event, watch->func_data);
    return TRUE;
}

static void
on_piece(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Watch *watch = g_task_get_task_data(task);
    GError *error = NULL;
    gsize length = 0;
    const guint8 *piece = cdd_response_read_finish(CDD_RESPONSE(source), result, &length, &error);

    if (piece != NULL && cdd_json_stream_feed(&watch->values, (const char *)piece, length, on_value,
                                              watch, &error)) {
        read_on(task);
        return;
    }
    /* An engine that shuts down properly also ends its answers properly. */
    if (error == NULL && watch->until == 0)
        error = g_error_new_literal(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                                    "the engine ended the event stream");
    if (error == NULL)
        cdd_operation_return_true(task);
    else
        retry_or_fail(task, error);
}

gboolean
cdd_service_watch_events_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
