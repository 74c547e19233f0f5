/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Ctrl-C and its relatives (SIGINT, SIGTERM, SIGHUP) while a command works: the first cancels, the
 * second may kill, and the third leaves at once with exit status 130.
 */
typedef struct Interrupt Interrupt;

/* @count is 1 for the first signal, 2 for the second. */
typedef void (*InterruptFunc)(guint count, gpointer user_data);

Interrupt *interrupt_new(void);
void interrupt_free(Interrupt *interrupt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Interrupt, interrupt_free)

/* Cancelled by the first signal. */
GCancellable *interrupt_get_cancellable(const Interrupt *interrupt);

/* Who is told from now on, before the cancellable is; NULL for nobody. */
void interrupt_set_handler(Interrupt *interrupt, InterruptFunc func, gpointer user_data);

/* A failure after a signal is the signal's doing, whichever part noticed it first. */
void interrupt_settle(const Interrupt *interrupt, GError **error);
