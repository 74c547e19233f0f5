/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * When a run continues in another container, that one begins as the first did: it checks, scans and
 * looks for dependencies. What both report is reported once. What only the second reports counts.
 */
typedef struct Repetition Repetition;

enum {
    REPETITION_MAX_EVENTS = 50000, /* that are remembered */
};

Repetition *repetition_new(void);
void repetition_free(Repetition *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Repetition, repetition_free)

/* Another container begins. */
void repetition_begin(Repetition *self);

/* Whether a former container has reported @event. Nothing is a repetition after the stage
 * `dependencies`: then the containers differ. To be asked once for each event. */
gboolean repetition_is(Repetition *self, const CddBuildEvent *event);
