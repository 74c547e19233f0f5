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
    const char *image;   /* whose container runs mmdebstrap; NULL for this machine */
    const char *scratch; /* a directory for what is temporary, writable for mmdebstrap */
    ImageView *view;
    Interrupt *interrupt;
} BootstrapSetup;

/* Whether there is a way to do it, found out without doing anything. */
gboolean bootstrap_check(const BootstrapSetup *setup, GError **error);

/* Writes the tar archive @target, which may be left half-written if that fails. */
gboolean bootstrap_run(const BootstrapSetup *setup, const char *target, GError **error);
