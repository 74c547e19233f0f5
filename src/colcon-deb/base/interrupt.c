/* SPDX-License-Identifier: Apache-2.0 */
#include "interrupt.h"

#include <glib-unix.h>
#include <unistd.h>

enum {
    EXIT_STATUS_INTERRUPTED = 130
};

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

struct Interrupt {
    GCancellable *cancellable;
    guint sources[G_N_ELEMENTS(signals)];
    guint parent;    /* the source of INTERRUPT_SIGNAL */
    guint count;     /* how often something has interrupted */
    guint own;       /* signals that this process has got itself */
    guint of_parent; /* and those that its parent has got */
    InterruptFunc func;
    gpointer user_data;
};

static void
count_up(Interrupt *interrupt)
{
    /* Nothing stays: the container's standard input ends with this process, and the container ends
     * with its input. */
    if (++interrupt->count > 2)
        _exit(EXIT_STATUS_INTERRUPTED);
    if (interrupt->func != NULL)
        interrupt->func(interrupt->count, interrupt->user_data);
    g_cancellable_cancel(interrupt->cancellable);
}

/* What both have got counts once, in whatever order it comes. */
static void
settle_count(Interrupt *interrupt)
{
    if (MAX(interrupt->own, interrupt->of_parent) > interrupt->count)
        count_up(interrupt);
}

void
interrupt_trigger(Interrupt *interrupt)
{
    interrupt->own++;
    settle_count(interrupt);
}

static gboolean
on_signal(gpointer user_data)
{
    interrupt_trigger(user_data);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_parent_signal(gpointer user_data)
{
    Interrupt *interrupt = user_data;

    interrupt->of_parent++;
    settle_count(interrupt);
    return G_SOURCE_CONTINUE;
}

Interrupt *
interrupt_new(void)
{
    Interrupt *interrupt = g_new0(Interrupt, 1);

    interrupt->cancellable = g_cancellable_new();
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        interrupt->sources[i] = g_unix_signal_add(signals[i], on_signal, interrupt);
    interrupt->parent = g_unix_signal_add(INTERRUPT_SIGNAL, on_parent_signal, interrupt);
    return interrupt;
}

void
interrupt_free(Interrupt *interrupt)
{
    if (interrupt == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(interrupt->sources[i]);
    g_source_remove(interrupt->parent);
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
