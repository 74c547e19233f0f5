/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../view/image-view.h"
#include "engine-image.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* How a builder image for another architecture is to be used. */
typedef enum {
    ACCELERATE_AUTO,  /* accelerated if that is possible */
    ACCELERATE_OFF,   /* emulated */
    ACCELERATE_FORCE, /* accelerated, or it is an error */
} AccelerateMode;

/* All members are borrowed. */
typedef struct {
    const char *image;           /* the builder image */
    const char *tag;             /* the name of the accelerated image */
    const char *suite;           /* NULL to take it from the image */
    const char *cache;           /* the directory of archives; NULL for the user's cache */
    char **mirrors;              /* NULL for mmdebstrap's own */
    const char *bootstrap_image; /* NULL for this machine */
    gboolean no_cache;
    const char *scripts; /* the directory of the scripts for containers */
    Engine *engine;
    ImageView *view;
    Interrupt *interrupt;
} Acceleration;

/* Whether the program can accelerate images of that architecture on that engine's machine. */
gboolean acceleration_is_possible(const Engine *engine, const char *architecture);

/* Whether the native programs of accelerated images run on that machine. */
gboolean acceleration_runs(const char *engine_architecture);

/* Whether the image is accelerated. */
gboolean acceleration_is_present(const CddImageInfo *image);

/*
 * Makes an image that is @image with native programs in the place of emulated ones, tests it, and
 * gives it the name @tag. Fails with CDD_ERROR_INCOMPATIBLE if the compilers differ. Leaves nothing
 * on the engine after a failure.
 */
gboolean acceleration_run(const Acceleration *setup, char **id, GError **error);
