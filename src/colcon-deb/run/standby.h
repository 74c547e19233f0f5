/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"

/*
 * A standby: the container of the next build into an output directory, created and started at the
 * end of a build. It has made its checks and waits on its standard input (docs/warm.md). It serves
 * one build. If anything has changed that is fixed at its creation, it is removed instead.
 *
 * An output has one standby, because its name is made of the paths. Call these functions while no
 * other build can write to the output. A build takes the standby by giving it another name.
 */
typedef struct {
    const Engine *engine;
    const Config *config;
    const char *helpers; /* the digest of the files that run in the container */
    const char *copies;  /* what identifies the volumes with this machine's files; NULL for none */
    GCancellable *cancellable;
} StandbySetup;

/* Takes the standby if it fits @spec: its id, NULL if there is none. Removes one that does not fit.
 * Errors count as none. Waits for the engine. */
char *standby_take(const StandbySetup *setup, const CddContainerSpec *spec);

/* Starts one from @spec, unless there is one. Waits for the engine. */
gboolean standby_start(const StandbySetup *setup, const CddContainerSpec *spec, GError **error);

/* Removes a container that is not to be used. Waits for the engine, and ignores errors. */
void standby_remove(const StandbySetup *setup, const char *container);
