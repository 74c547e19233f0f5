/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-container-spec.h>

/* What a specification says of the container's networks and ports, and the engine's words for it.
 */

void cdd_container_network_check(GString *faults, const CddContainerSpec *spec);
/* Without the network's name. */
void cdd_endpoint_settings_check(GString *faults, const CddEndpointSettings *settings);

/* Returns what HostConfig.NetworkMode says; NULL for the engine's default. */
const char *cdd_container_network_mode(const CddContainerSpec *spec);

/* Adds HostConfig.PortBindings, and ExposedPorts. They are left out if there are no ports. */
void cdd_container_network_add_bindings(JsonBuilder *builder, const CddContainerSpec *spec);
void cdd_container_network_add_exposed(JsonBuilder *builder, const CddContainerSpec *spec);

/* Adds an EndpointSettings. */
void cdd_endpoint_settings_add(JsonBuilder *builder, const CddEndpointSettings *settings);

/*
 * Returns the ports of an object such as NetworkSettings.Ports, as CddPortBinding: one for each
 * port and address of the engine's machine. A port that is not published is left out.
 */
GPtrArray *cdd_port_bindings_from_json(JsonObject *ports);
