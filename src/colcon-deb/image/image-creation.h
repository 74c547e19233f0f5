/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../config/config.h"
#include "../view/image-view.h"
#include "acceleration.h"
#include "engine-image.h"

/* The user's options for a new builder image; NULL for the default. */
typedef struct {
    char *suite;
    char *arch;
    char **mirrors;
    char **packages;
    char *tag;
    char *cache; /* the directory that root file systems are kept in */
    char *root_archive;
    char *bootstrap_image;
    gboolean no_cache;
    AccelerateMode accelerate;
} ImageCreationFlags;

/* All members are borrowed. */
typedef struct {
    const ImageCreationFlags *flags;
    const Config *config;
    const char *scripts; /* the directory of the scripts for containers */
    Engine *engine;
    ImageView *view;
    Interrupt *interrupt;
} ImageCreation;

/*
 * Makes a builder image on the engine. Reports each step and the end to the view. Removes its
 * temporary files in every case.
 */
gboolean image_creation_run(const ImageCreation *setup, GError **error);
