/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-spec.h>

/*
 * Makes a specification that cdd_container_spec_copy() returned a copy of another, which may point
 * into it.
 */
void cdd_container_spec_assign(CddContainerSpec *spec, const CddContainerSpec *value);
