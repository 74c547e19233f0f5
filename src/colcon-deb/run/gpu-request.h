/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "../image/engine-image.h"

/* GPUs for a container. */

/* Adds docker.gpus to @spec. Fails if the engine would ignore it. */
gboolean
gpu_request_add(CddContainerSpec *spec, const Config *config, const Engine *engine, GError **error);

/* Adds what to do, if @error is an engine's refusal of docker.gpus. */
void gpu_request_explain(GError **error);
