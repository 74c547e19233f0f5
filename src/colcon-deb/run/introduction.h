/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "../image/engine-image.h"

/* The events that come before the container of a run: which engine and image it uses, and what of
 * them and of the configuration may surprise. A GPtrArray of CddBuildEvent. */
GPtrArray *introduction_new(const Config *config, const Engine *engine, gboolean is_build);
