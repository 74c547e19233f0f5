/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/architecture.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * How the images that the program makes are known on an engine: by the repository of their name
 * and by a label, which stays when another image takes the name.
 */

/* Images to build packages in. */
#define BUILDER_REPOSITORY "colcon-deb-builder"
#define BUILDER_LABEL "colcon-deb.role=builder"

/* Dependency layers: a builder image with a workspace's dependencies installed. */
#define LAYER_REPOSITORY "colcon-deb-deps"
#define LAYER_LABEL "colcon-deb.role=dependencies"

/* The id of the image that a layer stands on: its builder image, or another layer. */
#define LAYER_PARENT_LABEL "colcon-deb.parent="

/* The release of Debian or Ubuntu that an image is made of. */
#define SUITE_LABEL "colcon-deb.suite"

/* Of accelerated images: the versions of the native programs, and the id of the image without. */
#define ACCELERATOR_LABEL "colcon-deb.accelerator"
#define ACCELERATOR_BASE_LABEL "colcon-deb.accelerator-base"

/* The container in which mmdebstrap runs. */
#define BOOTSTRAP_LABEL "colcon-deb.role=bootstrap"

/* The usual name of the builder image of a distribution. @architecture: NULL for that of the
 * engine's machine, @engine. */
char *
image_name_builder(const char *ros_distro, const Architecture *architecture, const char *engine);

gboolean image_is_builder(const CddImageSummary *summary);

/* The name that we gave a dependency layer; NULL for any other image. The label alone does not
 * tell: an image that somebody makes from a layer inherits it. */
const char *image_find_layer_name(const CddImageSummary *summary);
