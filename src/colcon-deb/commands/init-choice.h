/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "../config/workspace-guess.h"

/* What 'colcon-deb init' decides, and why. Strings are borrowed from what it was decided by; NULL
 * leaves a key to its default. */
typedef struct {
    const char *ros_distro;
    const char *distro_origin;
    const char *image;
    const char *dockerfile;
    const char *debian_dirs;
    const char *container_origin; /* of the image or the Dockerfile */
    const char *overrides_origin;
} InitChoice;

/* What it decides by. */
typedef struct {
    const Config *config; /* the options, and $ROS_DISTRO */
    const WorkspaceGuess *guess;
    const GPtrArray *images; /* BuilderImage; NULL if no engine answers */
} InitEvidence;

/* A usage error that names the choices if there are several, or none. */
gboolean init_choose(const InitEvidence *evidence, InitChoice *choice, GError **error);
