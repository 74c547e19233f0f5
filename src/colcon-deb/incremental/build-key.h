/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

/*
 * A digest of everything that decides the result of a build: two builds with the same key make the
 * same packages. It does not depend on the user, the place or the number of jobs.
 */
typedef struct {
    const Config *config;
    const char *ros_distro; /* of the run */
    const char *image_id;
    const char *helpers; /* the digest of the scripts that run in the container */
    const char *sources;
    const char *overrides;
} BuildKey;

char *build_key(const BuildKey *parts);
