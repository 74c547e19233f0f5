/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/architecture.h"
#include "../config/config.h"
#include "podman-service.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * The engine of a run, and the image on it. Each function waits for the engine and serves the main
 * context meanwhile.
 */
typedef struct {
    CddService *service;
    PodmanService *podman;            /* NULL unless it was started for this run */
    char *refusal;                    /* why it was: what connecting to Docker gave; or NULL */
    CddEngineInfo *info;              /* NULL until it has been asked for */
    gint64 info_time;                 /* when it was asked for, by clock_now() */
    char *image_reference;            /* NULL until it has been chosen; see image/engine-image.h */
    CddImageInfo *image;              /* NULL until it has been found */
    const char *ros_distro;           /* NULL until the image has been found */
    const Architecture *architecture; /* that the user asks for; NULL for any */
} Engine;

/*
 * Opens the engine that the user has named, or else the local Docker. If nobody listens on the
 * default socket, or the caller may not connect to it, and Podman is installed, Podman's service is
 * started for the life of the Engine. Sends no request.
 */
Engine *engine_open(const Config *config, GCancellable *cancellable, GError **error);

/* A sentence for people: that Podman's service was started, and why; NULL if it was not. */
char *engine_describe_substitute(const Engine *engine);

/* "the engine at ADDRESS"; "Podman" if it was started, since its address will not be there again.
 */
char *engine_describe(const Engine *engine);

/* Asks the engine for its name and version, once: the slowest request before a build. */
gboolean engine_get_info(Engine *engine, GCancellable *cancellable, GError **error);

/* The engine's clock, in seconds since 1970; this machine's if the engine does not say. Ages of the
 * engine's objects are measured by it. Call engine_get_info() before. */
gint64 engine_get_time(const Engine *engine);

/* Prefixes the engine's address to an error of a request, unless it names it. The peer may not be
 * an engine. */
void engine_name_address(const Engine *engine, GError **error);

/* Also stops a service that was started for it. */
void engine_free(Engine *engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Engine, engine_free)
