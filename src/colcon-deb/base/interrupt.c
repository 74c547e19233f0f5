/* SPDX-License-Identifier: Apache-2.0 */
#include "interrupt.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

enum {
    EXIT_STATUS_INTERRUPTED = 130
};

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

struct Interrupt {
    GCancellable *cancellable;
    guint sources[G_N_ELEMENTS(signals)];
    guint count;
    InterruptFunc func;
    gpointer user_data;
};

void
interrupt_trigger(Interrupt *interrupt)
{
    /* Nothing stays: the container's standard input ends with this process, and the container ends
     * with its input. */
    if (++interrupt->count > 2)
        _exit(EXIT_STATUS_INTERRUPTED);
    if (interrupt->func != NULL)
        interrupt->func(interrupt->count, interrupt->user_data);
    g_cancellable_cancel(interrupt->cancellable);
}

static gboolean
on_signal(gpointer user_data)
{
    interrupt_trigger(user_data);
    return G_SOURCE_CONTINUE;
}

Interrupt *
interrupt_new(void)
{
    Interrupt *interrupt = g_new0(Interrupt, 1);

    interrupt->cancellable = g_cancellable_new();
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        interrupt->sources[i] = g_unix_signal_add(signals[i], on_signal, interrupt);
    return interrupt;
}

void
interrupt_free(Interrupt *interrupt)
{
    if (interrupt == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(interrupt->sources[i]);
    g_object_unref(interrupt->cancellable);
    g_free(interrupt);
}

GCancellable *
interrupt_get_cancellable(const Interrupt *interrupt)
{
    return interrupt->cancellable;
}

void
interrupt_set_handler(Interrupt *interrupt, InterruptFunc func, gpointer user_data)
{
    interrupt->func = func;
    interrupt->user_data = user_data;
}

void
interrupt_settle(const Interrupt *interrupt, GError **error)
{
    if (error == NULL || !g_cancellable_is_cancelled(interrupt->cancellable))
        return;
    g_clear_error(error);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
}
