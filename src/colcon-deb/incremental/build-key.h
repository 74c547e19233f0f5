/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

/*
 * All that decides what comes out of a build, in one word: two builds of one key make the same
 * packages. Who builds, where and how many jobs at a time is not among it.
 */
typedef struct {
    const Config *config;
    const char *ros_distro; /* as it was settled */
    const char *image_id;
    const char *helpers; /* the digest of what runs in the container */
    const char *sources;
    const char *overrides;
} BuildKey;

char *build_key(const BuildKey *parts);
