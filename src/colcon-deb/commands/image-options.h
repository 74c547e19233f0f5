/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/acceleration.h"
#include "../view/image-view.h"
#include "options.h"

/* Options that the commands share that make an image. */

/* Reads --progress; @progress is NULL if it was not given. @plain: without a status line. */
gboolean image_options_read_progress(const char *progress, gboolean *plain, GError **error);

/* Reads --accelerate; @text is NULL if it was not given. */
gboolean image_options_read_accelerate(const char *text, AccelerateMode *mode, GError **error);

/* The view that @options ask for. */
ImageView *image_options_make_view(const Options *options, gboolean plain);
