/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/engine-image.h"
#include "run.h"

/* The layers are used by builds, if the configuration wants any. */
gboolean run_uses_layers(const RunRequest *request);

/* The selection, also of a request without one. */
const Selection *run_get_selection(const RunRequest *request);

/* The container of a run, from the base image; free with cdd_container_spec_free(). @source_list:
 * whether the list of the sources is as they are now. */
CddContainerSpec *
run_spec_new(const RunRequest *request, const Engine *engine, gboolean source_list, GError **error);
