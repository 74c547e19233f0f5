/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "engine-image.h"

/*
 * Labels of a container name the process that created it. The engine removes a container that has
 * run, even if that process is killed. A container that was created and not started stays until the
 * next run of the same user removes it.
 */

/* Whose a container, volume or layer is: the value of its label OWN_USER_LABEL. "1000@machine". */
#define OWN_USER_LABEL "colcon-deb.user="
char *own_containers_make_user(void);

/* The value of the label @name ("NAME=") in @labels; NULL if there is none. */
const char *own_containers_find_label(char **labels, const char *name);

/* Adds the labels of a container that this process creates to @labels (char *). */
void own_containers_add_labels(GPtrArray *labels);

/* A container that waits for the next build (docs/warm.md). Its name changes when a build takes it.
 */
#define STANDBY_LABEL "colcon-deb.role=standby"
#define STANDBY_PREFIX "colcon-deb-standby-"

/* Whether nobody builds in it. */
gboolean own_containers_is_waiting(const CddContainerSummary *container);

typedef enum {
    CONTAINER_OF_OTHERS,
    CONTAINER_IN_USE, /* it runs, or its process lives or may live */
    CONTAINER_LEFT,
} ContainerUse;

/* @now: the engine's time, in seconds since 1970; 0 if it is unknown. */
ContainerUse own_containers_judge(const CddContainerSummary *container, gint64 now);

/* Removes the containers that former runs of this user have created and not started. Returns the
 * ids of those that were removed (char *). Errors are ignored: the next run tries again. */
GPtrArray *own_containers_tidy(const Engine *engine, GCancellable *cancellable);
