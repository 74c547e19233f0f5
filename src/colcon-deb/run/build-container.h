/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../layer/layer-dialogue.h"

/*
 * The container of a run, from its beginning to its end; more than one, when the first makes way
 * for another that has its dependencies already.
 */
typedef struct Worker Worker;

typedef struct {
    const Engine *engine;
    const Config *config;
    const CddContainerSpec *spec; /* from the base image */
    gboolean with_layers;
    GCancellable *cancellable;
    void (*on_event)(const CddBuildEvent *event, gpointer user_data);
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} WorkerSetup;

/* @setup is copied; what it points to must stay. */
Worker *worker_new(const WorkerSetup *setup);
void worker_free(Worker *worker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)

/* How the last container ended, whatever its exit code. The main context is served meanwhile. */
CddContainerResult *worker_run(Worker *worker, GError **error);

/* The id of the container that runs or ran last; NULL before there is one. */
const char *worker_get_container(const Worker *worker);
