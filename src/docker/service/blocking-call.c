/* SPDX-License-Identifier: Apache-2.0 */
#include "blocking-call.h"

#include "../api/service.h"

#include <colcon-deb-docker/cdd-error.h>

static gboolean
cancel_here(gpointer user_data)
{
    g_cancellable_cancel(user_data);
    return G_SOURCE_REMOVE;
}

/* In any thread. The asynchronous call is cancelled in its own, as always. */
static void
on_cancelled(GCancellable *from G_GNUC_UNUSED, gpointer user_data)
{
    CddBlockingCall *self = user_data;
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, cancel_here, g_object_ref(self->cancellable), g_object_unref);
    g_source_attach(source, self->service->blocking_context);
}

gboolean
cdd_blocking_call_begin(CddBlockingCall *self,
                        CddService *service,
                        GCancellable *cancellable,
                        GError **error)
{
    g_rec_mutex_lock(&service->blocking_lock);
    if (service->is_blocking) {
        g_rec_mutex_unlock(&service->blocking_lock);
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_FAILED,
                            "a callback of a blocking call makes a blocking call of the same "
                            "service; make it with another service, or afterwards");
        return FALSE;
    }
    *self = (CddBlockingCall){.service = g_object_ref(service)};
    service->is_blocking = TRUE;
    if (service->blocking_context == NULL)
        service->blocking_context = g_main_context_new();
    g_main_context_push_thread_default(service->blocking_context);
    self->cancellable = g_cancellable_new();
    if (g_cancellable_is_cancelled(cancellable)) {
        g_cancellable_cancel(self->cancellable);
    } else if (cancellable != NULL) {
        self->from = g_object_ref(cancellable);
        self->handler = g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled), self, NULL);
    }
    return TRUE;
}

void
cdd_blocking_call_done(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    CddBlockingCall *self = user_data;

    self->result = g_object_ref(result);
}

GAsyncResult *
cdd_blocking_call_wait(CddBlockingCall *self)
{
    while (self->result == NULL)
        g_main_context_iteration(self->service->blocking_context, TRUE);
    return self->result;
}

/* What was cancelled with the call ends now; nobody may come back to it. */
void
cdd_blocking_call_end(CddBlockingCall *self)
{
    CddService *service = self->service;

    if (self->handler != 0)
        g_cancellable_disconnect(self->from, self->handler);
    g_clear_object(&self->from);
    g_object_unref(self->result);
    while (g_main_context_iteration(service->blocking_context, FALSE))
        ;
    g_object_unref(self->cancellable);
    g_main_context_pop_thread_default(service->blocking_context);
    service->is_blocking = FALSE;
    g_rec_mutex_unlock(&service->blocking_lock);
    g_object_unref(service);
}
