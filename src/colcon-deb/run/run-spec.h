/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/engine-image.h"
#include "run.h"

/* Whether the container has all that a build has: a build's, and a shell's. */
gboolean run_is_of_build(const RunRequest *request);

/* Whether the run uses dependency layers: such a run does, unless they are switched off. */
gboolean run_uses_layers(const RunRequest *request);

/* The selection of a request; an empty one if it has none. */
const Selection *run_get_selection(const RunRequest *request);

/* The network of the containers of a run. */
CddNetworkMode run_spec_get_network(const Config *config);

/* The container of a run, with the base image; free with cdd_container_spec_free(). @source_list:
 * whether the output directory has an up-to-date list of the sources. */
CddContainerSpec *
run_spec_new(const RunRequest *request, const Engine *engine, gboolean source_list, GError **error);
