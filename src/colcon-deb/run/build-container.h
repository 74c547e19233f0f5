/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../layer/layer-dialogue.h"

/*
 * The container of a run, from its beginning to its end; more than one, when the first makes way
 * for another that has its dependencies already.
 */
typedef struct BuildContainer BuildContainer;

typedef struct {
    const Engine *engine;
    const Config *config;
    const CddContainerSpec *spec; /* from the base image */
    gboolean with_layers;
    GCancellable *cancellable;
    void (*on_event)(const CddBuildEvent *event, gpointer user_data);
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} BuildContainerSetup;

/* @setup is copied; what it points to must stay. */
BuildContainer *build_container_new(const BuildContainerSetup *setup);
void build_container_free(BuildContainer *container);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BuildContainer, build_container_free)

/* How the last container ended, whatever its exit code. The main context is served meanwhile. */
CddContainerResult *build_container_run(BuildContainer *container, GError **error);

/* The id of the container that runs or ran last; NULL before there is one. */
const char *build_container_get_id(const BuildContainer *container);
