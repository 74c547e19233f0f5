/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The images that a Dockerfile begins stages with or copies from, as far as its text says so: one
 * that is named by a variable is not among them, nor is a stage of its own. Each once, in order.
 */
GStrv cdd_dockerfile_images(const char *text);
