/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * A bound on one step of an operation: a cancellable that fires when the operation's own does or
 * when the time is up, and that knows which it was.
 */
typedef struct CddDeadline CddDeadline;

/* milliseconds 0 means no bound; what names the step in the error, e.g. "the engine's answer". */
CddDeadline *cdd_deadline_new(GCancellable *parent, guint milliseconds, const char *what);
void cdd_deadline_free(CddDeadline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddDeadline, cdd_deadline_free)

GCancellable *cdd_deadline_get_cancellable(CddDeadline *self);

/* Begins to count now, for one that was made without a bound. */
void cdd_deadline_arm(CddDeadline *self, guint milliseconds);

/* Turns the error of a step that the deadline ended into CDD_ERROR_TIMEOUT. */
void cdd_deadline_explain(CddDeadline *self, GError **error);
