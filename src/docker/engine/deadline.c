/* SPDX-License-Identifier: Apache-2.0 */
#include "deadline.h"

#include "../value/error.h"

struct CddDeadline {
    GCancellable *cancellable;
    GCancellable *parent;
    gulong parent_handler;
    GSource *timer;
    guint milliseconds;
    const char *what;
    gboolean expired;
};

static gboolean
on_expired(gpointer user_data)
{
    CddDeadline *self = user_data;

    self->expired = TRUE;
    g_cancellable_cancel(self->cancellable);
    return G_SOURCE_REMOVE;
}

static void
on_parent_cancelled(GCancellable *parent G_GNUC_UNUSED, gpointer user_data)
{
    g_cancellable_cancel(user_data);
}

CddDeadline *
cdd_deadline_new(GCancellable *parent, guint milliseconds, const char *what)
{
    CddDeadline *self = g_new0(CddDeadline, 1);

    self->cancellable = g_cancellable_new();
    self->what = what;
    if (parent != NULL) {
        self->parent = g_object_ref(parent);
        self->parent_handler =
            g_cancellable_connect(parent, G_CALLBACK(on_parent_cancelled),
                                  g_object_ref(self->cancellable), g_object_unref);
    }
    cdd_deadline_arm(self, milliseconds);
    return self;
}

void
cdd_deadline_arm(CddDeadline *self, guint milliseconds)
{
    if (milliseconds == 0 || self->timer != NULL)
        return;
    self->milliseconds = milliseconds;
    self->timer = g_timeout_source_new(milliseconds);
    g_source_set_callback(self->timer, on_expired, self, NULL);
    g_source_attach(self->timer, g_main_context_get_thread_default());
}

void
cdd_deadline_free(CddDeadline *self)
{
    if (self == NULL)
        return;
    if (self->timer != NULL) {
        g_source_destroy(self->timer);
        g_source_unref(self->timer);
    }
    if (self->parent_handler != 0)
        g_cancellable_disconnect(self->parent, self->parent_handler);
    g_clear_object(&self->parent);
    g_object_unref(self->cancellable);
    g_free(self);
}

GCancellable *
cdd_deadline_get_cancellable(CddDeadline *self)
{
    return self->cancellable;
}

void
cdd_deadline_explain(CddDeadline *self, GError **error)
{
    if (error == NULL || !self->expired || !cdd_error_is_cancelled(*error))
        return;
    g_clear_error(error);
    g_set_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT, "waiting for %s timed out after %.3g s",
                self->what, self->milliseconds / 1000.0);
}
