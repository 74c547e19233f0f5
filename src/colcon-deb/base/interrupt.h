/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>
#include <signal.h>

/*
 * SIGINT, SIGTERM and SIGHUP while a command works: the first cancels, the second may kill the
 * container, and the third exits at once with status 130.
 *
 * INTERRUPT_SIGNAL comes from the process that has started this one, for each signal that it has
 * got itself. Ctrl-C reaches both, and counts once.
 */
#define INTERRUPT_SIGNAL SIGUSR1

typedef struct Interrupt Interrupt;

/* @count is 1 for the first signal, 2 for the second. */
typedef void (*InterruptFunc)(guint count, gpointer user_data);

Interrupt *interrupt_new(void);
void interrupt_free(Interrupt *interrupt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Interrupt, interrupt_free)

/* Cancelled by the first signal. */
GCancellable *interrupt_get_cancellable(const Interrupt *interrupt);

/* Sets the function that is called for each signal, before the cancellable is cancelled; NULL for
 * none. */
void interrupt_set_handler(Interrupt *interrupt, InterruptFunc func, gpointer user_data);

/* Does what a signal does. */
void interrupt_trigger(Interrupt *interrupt);

/* Replaces @error by "interrupted" if a signal came: the failure is then its consequence. */
void interrupt_settle(const Interrupt *interrupt, GError **error);
