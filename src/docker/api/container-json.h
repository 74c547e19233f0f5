/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-container-spec.h>

/* The body of POST /containers/create (API 1.41) for a specification that is valid. */
JsonNode *cdd_container_spec_to_json(const CddContainerSpec *spec);
