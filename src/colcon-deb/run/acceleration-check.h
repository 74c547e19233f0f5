/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/engine-image.h"

typedef void (*AccelerationSay)(const char *level, const char *message, gpointer user_data);

/*
 * Whether the image may be used as docker.accelerate says. @is_native: it needs no emulation. An
 * accelerated image passes a self-test first, once for each image. @say is told what is done, and
 * what a user could do.
 */
gboolean acceleration_check(const Engine *engine,
                            const Config *config,
                            gboolean is_native,
                            GCancellable *cancellable,
                            AccelerationSay say,
                            gpointer user_data,
                            GError **error);
