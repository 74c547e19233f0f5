/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container.h>

/* Replaces @spec, from cdd_container_spec_copy(), by a copy of @value, which may point into it. */
void cdd_container_spec_assign(CddContainerSpec *spec, const CddContainerSpec *value);

gboolean cdd_container_update_check(const CddContainerUpdate *update, GError **error);
