/* SPDX-License-Identifier: Apache-2.0 */
#include "blocking-call.h"

#include "../api/service.h"

void
cdd_blocking_call_begin(CddBlockingCall *self, CddService *service)
{
    *self = (CddBlockingCall){.service = g_object_ref(service)};
    g_rec_mutex_lock(&service->blocking_lock);
    if (service->blocking_context == NULL)
        service->blocking_context = g_main_context_new();
    g_main_context_push_thread_default(service->blocking_context);
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

    g_object_unref(self->result);
    while (g_main_context_iteration(service->blocking_context, FALSE))
        ;
    g_main_context_pop_thread_default(service->blocking_context);
    g_rec_mutex_unlock(&service->blocking_lock);
    g_object_unref(service);
}
