/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "build-checks.h"

/* What a container of the image sees: whether apt and rosdep reach what they fetch in a build, and
 * the space on the engine's disk if this machine does not see it. The image must have been looked
 * up. */
void container_probe_run(const BuildChecks *self, const Engine *engine);
