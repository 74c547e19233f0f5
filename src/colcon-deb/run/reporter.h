/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"
#include "run-record.h"
#include "run.h"

/*
 * What a run tells. Everything that happens is an event, and reporter_emit_at() alone passes events
 * to the state, the record in the output directory and the view.
 */
typedef struct {
    const RunRequest *request;
    RunState *state;
    RunRecord *record;    /* only of a build */
    const char *page;     /* the path of its report, once that is written */
    const Engine *engine; /* NULL before the engine is chosen */
    gboolean unchanged;   /* nothing had to be built: the record stays that of the last build */
    gint64 started;       /* wall clock, microseconds */
    gint64 started_clock; /* milliseconds */
} Reporter;

/* Starts the clock. */
void reporter_init(Reporter *self, const RunRequest *request, RunState *state);

/* Opens the record of a build. Fails if another build writes to the output directory. */
gboolean reporter_open(Reporter *self, GError **error);

/* Whatever happens now happens in a build of its own, not in a replay of the last one. Does nothing
 * if it has begun. */
gboolean reporter_begin(Reporter *self, GError **error);

/* @timestamp: milliseconds since 1970. */
void reporter_emit_at(Reporter *self, const CddBuildEvent *event, gint64 timestamp);

/* For callbacks; @self is a Reporter. */
void reporter_emit(const CddBuildEvent *event, gpointer self);
void reporter_say_plain(const char *level, const char *message, gpointer self);

/* Emits an event of the host. Consumes @event. */
void reporter_emit_own(Reporter *self, CddBuildEvent *event);

/* Emits a message of the host. */
void reporter_say(Reporter *self, const char *level, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Milliseconds since the start. */
gint64 reporter_get_duration(const Reporter *self);

/* Tells how the run has ended: the last event, the report, the summary. @failure: NULL for success.
 * @error: the record could not be written. */
gboolean reporter_end(Reporter *self, const GError *failure, GError **error);

/* Shows the end to a person. @failure: also one of reporter_end(). */
void reporter_show_end(const Reporter *self, const GError *failure);

void reporter_clear(Reporter *self);
