/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "engine-image.h"

/* The self-test of an accelerated image (scripts/accelerator/self-test.py). */
typedef struct {
    CddService *service;
    const char *image;   /* a reference or an id */
    const char *scripts; /* the directory of the scripts for containers */
    GCancellable *cancellable;
} AccelerationTest;

/*
 * Compiles, links and packs small inputs in a container of the image, with the native programs and
 * with the emulated ones, and compares the results byte by byte. The first case that differs ends
 * the test: the inputs and both results are kept in the user's cache, and the error names them.
 * @cases: how many were compared.
 */
gboolean acceleration_test_run(const AccelerationTest *test, guint *cases, GError **error);
