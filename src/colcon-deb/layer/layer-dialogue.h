/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/engine-image.h"

/*
 * Dependency layers: images that add a set of installed dependencies to a base image. A build
 * starts from the layer of the last build. A container that lacks dependencies asks the host
 * (docs/protocol.md, "The dialogue"). The host tells it to make way for a layer that the engine
 * has, or to install them, and then commits the container as a new layer.
 */
typedef struct Layer Layer;

typedef struct {
    const Engine *engine;
    const Config *config;
    const CddContainerSpec *spec; /* of the build, with the base image */
    GCancellable *cancellable;
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} LayerSetup;

/* Looks for the layer of the last build. @setup is copied, and its pointers must stay valid. */
Layer *layer_new(const LayerSetup *setup);
void layer_free(Layer *layer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layer, layer_free)

/* The id of the image to run: a layer, or the base. */
const char *layer_get_image(const Layer *layer);

/* The first line of the dialogue: the user's variables. They go this way so that no image keeps
 * them. */
char *layer_greeting(const Layer *layer);

/* Notes a question of the container. */
void layer_note(Layer *layer, const CddBuildEvent *event);

/* The answer to @container; NULL if it has not asked. Waits for the engine. */
const char *layer_answer(Layer *layer, const char *container);

/* Whether a container with that exit code has made way, so that another image must run. */
gboolean layer_is_left(Layer *layer, gint64 exit_code);

/* Whether the container could not be created because its layer is gone; then the base image must
 * run. */
gboolean layer_is_gone(Layer *layer, const GError *error);

/* The name of the layer with that @key on the image @base. */
char *layer_name(const char *base, const char *key);
