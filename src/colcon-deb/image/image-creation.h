/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../config/config.h"
#include "../view/image-view.h"
#include "engine-image.h"

/* What the user says of a builder image that is to be made; NULL for what is usual. */
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
} ImageCreationFlags;

/* All of it is borrowed. */
typedef struct {
    const ImageCreationFlags *flags;
    const Config *config;
    const char *scripts; /* the directory of what runs in containers */
    Engine *engine;
    ImageView *view;
    Interrupt *interrupt;
} ImageCreation;

/*
 * Makes a builder image on the engine; the view is told of each step and of the end. What is
 * temporary goes, whatever happens.
 */
gboolean image_creation_run(const ImageCreation *setup, GError **error);
