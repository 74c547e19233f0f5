/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../view/image-view.h"
#include "engine-image.h"
#include "image-recipe.h"

/* Makes a root file system by mmdebstrap, on this machine or in a container. */

typedef struct {
    const ImageRecipe *recipe;
    const Engine *engine;
    const char *image;   /* the image to run mmdebstrap in; NULL for this machine */
    const char *scratch; /* a directory for temporary files, writable for mmdebstrap */
    ImageView *view;
    Interrupt *interrupt;
} BootstrapSetup;

/* Checks whether mmdebstrap can run, without running it. */
gboolean bootstrap_check(const BootstrapSetup *setup, GError **error);

/* Writes the tar archive @target. A failure may leave it incomplete. */
gboolean bootstrap_run(const BootstrapSetup *setup, const char *target, GError **error);
