/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include "unary.h"
#include "wire/proto/session.pb-c.h"

enum {
    READ_SIZE = 64 * 1024,
    ID_BYTES = 16,
    SERVING = 1,
    MAX_NOTES = 100,
};

typedef struct {
    const CddBuildSessionMethod *method;
    gpointer service;
} Route;

typedef struct {
    gpointer service;
    GDestroyNotify free;
} Owned;

struct _CddBuildSession {
    char *id;
    char *shared_key;
    GArray *routes;
    GArray *owned;

    GIOStream *stream;
    GBytes *leftover;
    GMainContext *context;
    GMainLoop *loop;
    GThread *thread;
    GCancellable *cancellable; /* for everything that the thread waits for */

    /* Used by the thread only. */
    CddGrpcServer *server;
    guint pending; /* running reads and writes */
    gboolean writing;
    gboolean over;
    GSource *output; /* calls write_output() when the thread is idle */
    guint8 buffer[READ_SIZE];

    GMainContext *owner_context;
    CddBuildSessionNoteFunc note_func;
    gpointer note_data;

    GMutex lock;
    GError *fault;
    GPtrArray *notes;
    GSource *note_source; /* passes them on */
};

static void check_health(CddGrpcCall *call, gpointer service);

static const CddBuildSessionMethod health = {"/grpc.health.v1.Health/Check", check_health};

static void
check_health(CddGrpcCall *call, gpointer service G_GNUC_UNUSED)
{
    Cdd__HealthCheckResponse response = CDD__HEALTH_CHECK_RESPONSE__INIT;

    response.status = SERVING;
    cdd_unary_reply(call, &response.base);
}

static void
owned_clear(gpointer data)
{
    Owned *owned = data;

    if (owned->free != NULL)
        owned->free(owned->service);
}

static char *
random_id(void)
{
    GString *id = g_string_new(NULL);

    for (int i = 0; i < ID_BYTES; i++)
        g_string_append_printf(id, "%02x", (guint)g_random_int_range(0, 256));
    return g_string_free(id, FALSE);
}

CddBuildSession *
cdd_build_session_new(const char *shared_key)
{
    CddBuildSession *self = g_new0(CddBuildSession, 1);

    self->id = random_id();
    self->shared_key = g_strdup(shared_key);
    self->routes = g_array_new(FALSE, FALSE, sizeof(Route));
    self->owned = g_array_new(FALSE, FALSE, sizeof(Owned));
    g_array_set_clear_func(self->owned, owned_clear);
    self->context = g_main_context_new();
    self->loop = g_main_loop_new(self->context, FALSE);
    self->cancellable = g_cancellable_new();
    self->owner_context = g_main_context_ref_thread_default();
    self->notes = g_ptr_array_new_with_free_func(g_free);
    g_mutex_init(&self->lock);
    cdd_build_session_serve(self, &health, 1, NULL, NULL);
    return self;
}

static gboolean
quit(gpointer data)
{
    CddBuildSession *self = data;

    g_main_loop_quit(self->loop);
    return G_SOURCE_REMOVE;
}

static void
join(CddBuildSession *self)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_callback(source, quit, self, NULL);
    g_source_attach(source, self->context);
    g_thread_join(g_steal_pointer(&self->thread));
}

void
cdd_build_session_free(CddBuildSession *self)
{
    if (self->thread != NULL)
        join(self);
    if (self->note_source != NULL)
        g_source_destroy(self->note_source);
    g_clear_pointer(&self->note_source, g_source_unref);
    g_ptr_array_unref(self->notes);
    g_main_context_unref(self->owner_context);
    g_array_unref(self->routes);
    g_array_unref(self->owned);
    g_clear_object(&self->stream);
    g_clear_pointer(&self->leftover, g_bytes_unref);
    g_main_loop_unref(self->loop);
    g_main_context_unref(self->context);
    g_object_unref(self->cancellable);
    g_mutex_clear(&self->lock);
    g_clear_error(&self->fault);
    g_free(self->id);
    g_free(self->shared_key);
    g_free(self);
}

void
cdd_build_session_serve(CddBuildSession *self,
                        const CddBuildSessionMethod *methods,
                        gsize n_methods,
                        gpointer service,
                        GDestroyNotify free_service)
{
    const Owned owned = {.service = service, .free = free_service};

    for (gsize i = 0; i < n_methods; i++) {
        const Route route = {.method = &methods[i], .service = service};

        g_array_append_val(self->routes, route);
    }
    g_array_append_val(self->owned, owned);
}

const char *
cdd_build_session_get_id(CddBuildSession *self)
{
    return self->id;
}

void
cdd_build_session_set_note_func(CddBuildSession *self,
                                CddBuildSessionNoteFunc func,
                                gpointer user_data)
{
    self->note_func = func;
    self->note_data = user_data;
}

static gboolean
hand_on_notes(gpointer data)
{
    CddBuildSession *self = data;
    g_autoptr(GPtrArray) notes = NULL;

    g_mutex_lock(&self->lock);
    g_clear_pointer(&self->note_source, g_source_unref);
    notes = g_steal_pointer(&self->notes);
    self->notes = g_ptr_array_new_with_free_func(g_free);
    g_mutex_unlock(&self->lock);
    for (guint i = 0; i < notes->len; i++)
        self->note_func(notes->pdata[i], self->note_data);
    return G_SOURCE_REMOVE;
}

void
cdd_build_session_note(CddBuildSession *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_mutex_lock(&self->lock);
    if (self->notes->len < MAX_NOTES)
        g_ptr_array_add(self->notes, g_strdup_vprintf(format, arguments));
    if (self->note_source == NULL && self->note_func != NULL) {
        self->note_source = g_idle_source_new();
        g_source_set_priority(self->note_source, G_PRIORITY_DEFAULT);
        g_source_set_callback(self->note_source, hand_on_notes, self, NULL);
        g_source_attach(self->note_source, self->owner_context);
    }
    g_mutex_unlock(&self->lock);
    va_end(arguments);
}

void
cdd_build_session_report(CddBuildSession *self, GError *error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    if (locker != NULL && self->fault == NULL)
        self->fault = error;
    else
        g_error_free(error);
}

GError *
cdd_build_session_dup_fault(CddBuildSession *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    return locker == NULL || self->fault == NULL ? NULL : g_error_copy(self->fault);
}

/* The functions below run in the session's thread, except the request that opens it. */

/* Ends the connection. The engine reports this to the build. */
static void
end(CddBuildSession *self)
{
    self->over = TRUE;
    g_cancellable_cancel(self->cancellable);
}

static void write_output(CddBuildSession *self);

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    CddBuildSession *self = user_data;

    self->pending--;
    self->writing = FALSE;
    if (!g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL))
        end(self);
    else
        write_output(self);
}

static void
write_output(CddBuildSession *self)
{
    const guint8 *data = NULL;
    gsize length = 0;

    if (self->writing || self->over)
        return;
    if (!cdd_grpc_server_send(self->server, &data, &length, NULL)) {
        end(self);
        return;
    }
    if (length == 0)
        return;
    self->writing = TRUE;
    self->pending++;
    g_output_stream_write_all_async(g_io_stream_get_output_stream(self->stream), data, length,
                                    G_PRIORITY_DEFAULT, self->cancellable, on_written, self);
}

static gboolean
on_moment(gpointer data)
{
    CddBuildSession *self = data;

    g_clear_pointer(&self->output, g_source_unref);
    write_output(self);
    return G_SOURCE_REMOVE;
}

/* Not at once: the caller may be a function of the server. */
static void
on_output(gpointer user_data)
{
    CddBuildSession *self = user_data;

    if (self->output != NULL)
        return;
    self->output = g_idle_source_new();
    g_source_set_priority(self->output, G_PRIORITY_DEFAULT);
    g_source_set_callback(self->output, on_moment, self, NULL);
    g_source_attach(self->output, self->context);
}

/* Engines differ in the case of method names. */
void
cdd_build_session_dispatch(CddBuildSession *self, CddGrpcCall *call)
{
    for (guint i = 0; i < self->routes->len; i++) {
        const Route *route = &g_array_index(self->routes, Route, i);

        if (g_ascii_strcasecmp(route->method->name, cdd_grpc_call_get_method(call)) == 0) {
            route->method->begin(call, route->service);
            return;
        }
    }
}

static void
on_call(CddGrpcCall *call, gpointer user_data)
{
    cdd_build_session_dispatch(user_data, call);
}

static void read_input(CddBuildSession *self);

static void
take_input(CddBuildSession *self, const guint8 *data, gsize length)
{
    if (!cdd_grpc_server_receive(self->server, data, length, NULL))
        end(self);
    else
        write_output(self);
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    CddBuildSession *self = user_data;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);

    self->pending--;
    if (length <= 0)
        end(self);
    else
        take_input(self, self->buffer, (gsize)length);
    if (!self->over)
        read_input(self);
}

static void
read_input(CddBuildSession *self)
{
    self->pending++;
    g_input_stream_read_async(g_io_stream_get_input_stream(self->stream), self->buffer, READ_SIZE,
                              G_PRIORITY_DEFAULT, self->cancellable, on_read, self);
}

static gpointer
serve(gpointer data)
{
    static const CddGrpcServerFuncs funcs = {.on_call = on_call, .on_output = on_output};
    CddBuildSession *self = data;
    gsize length = 0;
    const guint8 *leftover = g_bytes_get_data(self->leftover, &length);

    g_main_context_push_thread_default(self->context);
    self->server = cdd_grpc_server_new(&funcs, self);
    take_input(self, leftover, length);
    read_input(self);
    g_main_loop_run(self->loop);

    end(self);
    while (self->pending > 0)
        g_main_context_iteration(self->context, TRUE);
    cdd_grpc_server_free(g_steal_pointer(&self->server));
    /* Lets pending work of the closed calls finish. */
    while (g_main_context_iteration(self->context, FALSE)) {
    }
    g_io_stream_close(self->stream, NULL, NULL);
    g_main_context_pop_thread_default(self->context);
    return NULL;
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddBuildSession *self = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(CddResponse) response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);

    if (response == NULL) {
        g_prefix_error(&error, "opening a build session: ");
        g_task_return_error(task, error);
        return;
    }
    self->stream = cdd_response_steal_stream(response, &self->leftover);
    self->thread = g_thread_new("cdd-build-session", serve, self);
    g_task_return_boolean(task, TRUE);
}

static GStrv
make_fields(CddBuildSession *self)
{
    g_autoptr(GStrvBuilder) fields = g_strv_builder_new();
    g_autofree char *id = g_strconcat("X-Docker-Expose-Session-Uuid: ", self->id, NULL);
    g_autofree char *key =
        g_strconcat("X-Docker-Expose-Session-Sharedkey: ", self->shared_key, NULL);

    g_strv_builder_add(fields, id);
    g_strv_builder_add(fields, key);
    for (guint i = 0; i < self->routes->len; i++) {
        const Route *route = &g_array_index(self->routes, Route, i);
        g_autofree char *field =
            g_strconcat("X-Docker-Expose-Session-Grpc-Method: ", route->method->name, NULL);

        g_strv_builder_add(fields, field);
    }
    return g_strv_builder_end(fields);
}

void
cdd_build_session_open_async(CddBuildSession *self,
                             CddClient *client,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    g_auto(GStrv) fields = make_fields(self);
    const CddCall call = {
        .method = "POST",
        .path = "/session",
        .upgrade = "h2c",
        .fields = (const char *const *)fields,
    };

    g_task_set_task_data(task, self, NULL);
    cdd_client_send_async(client, &call, cancellable, on_opened, task);
}

gboolean
cdd_build_session_open_finish(CddBuildSession *self G_GNUC_UNUSED,
                              GAsyncResult *result,
                              GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}
