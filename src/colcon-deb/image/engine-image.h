/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * The engine that the configuration names, and the image on it. Each function waits for its answer
 * and serves the main context meanwhile.
 */
typedef struct {
    CddService *service;
    CddEngineInfo *info;    /* NULL until it has been asked for */
    char *image_reference;  /* NULL until it has been chosen */
    CddImageInfo *image;    /* NULL until it has been found */
    const char *ros_distro; /* NULL until the image has been found */
} Engine;

/* The engine, before anything is asked of it. */
Engine *engine_open(const Config *config, GError **error);

/* Asks the engine what it is. That takes it longer than all else that is asked before a build. */
gboolean engine_get_info(Engine *engine, GCancellable *cancellable, GError **error);

void engine_free(Engine *engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)

/* Which image is meant: the one that is named, the one that is built from a Dockerfile, else the
 * builder image of the distribution. */
gboolean engine_choose_image(Engine *engine, const Config *config, GError **error);

/* Looks for the image on the engine, pulls nothing, and settles the ROS distribution. */
gboolean engine_look_up_image(Engine *engine,
                              const Config *config,
                              GCancellable *cancellable,
                              GError **error);

/* Whether the configuration wants the image pulled, as far as that can be said beforehand: a
 * builder image that nobody named is made on this machine and is in no registry. */
gboolean engine_may_pull(const Config *config);

/* Looks the image up, builds or pulls it, as the configuration says. @handler gets the progress of
 * that, and of a pull a first report before the registry has said anything. */
gboolean engine_get_image(Engine *engine,
                          const Config *config,
                          const CddOutputHandler *handler,
                          GCancellable *cancellable,
                          GError **error);

/* Whether the engine's machine can run the image; a sentence in @warning if only slowly. */
gboolean engine_check_architecture(const Engine *engine,
                                   char **warning,
                                   GCancellable *cancellable,
                                   GError **error);

/* What the image itself is made for, by its ROS_DISTRO; NULL if it does not say. */
const char *engine_get_image_distro(const Engine *engine);
