/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../layer/layer-dialogue.h"

/*
 * The container of a run: a standby of the build before it, or a new one. A second one follows when
 * the first makes way for a layer that has the dependencies already.
 */
typedef struct BuildContainer BuildContainer;

typedef struct {
    const Engine *engine;
    const Config *config;
    const CddContainerSpec *spec; /* with the base image; copied */
    gboolean with_layers;
    const char *helpers; /* the digest of the files that run in it; NULL: no standby */
    const char *copies;  /* what identifies the volumes with this machine's files; NULL for none */
    GCancellable *cancellable;
    void (*on_event)(const CddBuildEvent *event, gpointer user_data);
    void (*on_idle)(gpointer user_data); /* after events, not in a callback; or NULL */
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} BuildContainerSetup;

/* @setup is copied, and its pointers must stay valid. */
BuildContainer *build_container_new(const BuildContainerSetup *setup);
void build_container_free(BuildContainer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BuildContainer, build_container_free)

/* Runs to the end and returns how the last container ended, whatever its exit code. Serves the main
 * context meanwhile. */
CddContainerResult *build_container_run(BuildContainer *self, GError **error);

/* Starts a standby for the next build, with the layer that it will begin with. Call it at the end
 * of the run. */
gboolean build_container_keep_warm(const BuildContainer *self, GError **error);

/* The id of the current or last container; NULL before the first. */
const char *build_container_get_id(const BuildContainer *self);
