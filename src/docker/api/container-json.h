/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-container.h>

/* Returns the body of POST /containers/create (API 1.41) for a valid specification. */
JsonNode *cdd_container_spec_to_json(const CddContainerSpec *spec);
/* Returns the body of POST /containers/{id}/update for what is valid. */
JsonNode *cdd_container_update_to_json(const CddContainerUpdate *update);
