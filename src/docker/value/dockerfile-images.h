/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The images that a Dockerfile begins stages with or copies from, as far as its text says so. Of
 * variables $NAME and ${NAME} are known, by build_args (nullable; NAME=value) or the default of an
 * ARG; one that is named in another way is not among them, nor is a stage of its own. Each once, in
 * order.
 */
GStrv cdd_dockerfile_images(const char *text, const char *const *build_args);
