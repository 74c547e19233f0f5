/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The deadline of one step of an operation: a cancellable that fires when the operation is
 * cancelled or when the time is up, and knows which of the two happened.
 */
typedef struct CddDeadline CddDeadline;

/* @milliseconds: 0 means no limit. @what: the step, for the error, e.g. "the engine's answer". */
CddDeadline *cdd_deadline_new(GCancellable *parent, guint milliseconds, const char *what);
void cdd_deadline_free(CddDeadline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddDeadline, cdd_deadline_free)

GCancellable *cdd_deadline_get_cancellable(CddDeadline *self);

/* Starts a deadline that was made without a limit. */
void cdd_deadline_arm(CddDeadline *self, guint milliseconds);

/* Turns the error of a step into CDD_ERROR_TIMEOUT if the deadline ended the step. */
void cdd_deadline_explain(CddDeadline *self, GError **error);
