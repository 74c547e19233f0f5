/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/engine-image.h"

/*
 * The dependency layers: images that hold what apt installed for a set of dependencies on top of a
 * base image. A build starts from one that is known to fit; a container that lacks something asks
 * (docs/protocol.md, "The dialogue"), and is told to make way for a layer that the engine has, or
 * to go on, and then a layer is made of it.
 */
typedef struct Layer Layer;

typedef struct {
    const Engine *engine;
    const Config *config;
    const CddContainerSpec *spec; /* of the build, from the base image */
    GCancellable *cancellable;
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} LayerSetup;

/* Looks for the layer of the last build. @setup is copied; what it points to must stay. */
Layer *layer_new(const LayerSetup *setup);
void layer_free(Layer *layer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layer, layer_free)

/* The id of the image to run: a layer, or the base. */
const char *layer_get_image(const Layer *layer);

/* The first line of the dialogue: the user's variables, which no image may keep. */
char *layer_greeting(const Layer *layer);

/* Looks whether the container asks something. */
void layer_note(Layer *layer, const CddBuildEvent *event);

/* What to tell @container; NULL if it has not asked. Waits for the engine. */
const char *layer_answer(Layer *layer, const char *container);

/* Whether the container that ended so was told to make way, so that another image is to be run. */
gboolean layer_is_left(Layer *layer, gint64 exit_code);

/* Whether a container that could not be made is to be made from the base, since its layer has gone
 * meanwhile. */
gboolean layer_is_gone(Layer *layer, const GError *error);

/* What names the layer of @key on the image @base. */
char *layer_name(const char *base, const char *key);
