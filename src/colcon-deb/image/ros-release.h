/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/architecture.h"

/* Whether Debian does not have this ROS: it has a state of rolling. Releases such as jazzy come
 * from packages.ros.org. */
gboolean ros_release_needs_archive(const char *ros_distro);

/* How to make the builder image @name of the distribution: "make it with '...'". @architecture:
 * NULL for the engine's own. */
char *
ros_release_advise(const char *ros_distro, const char *name, const Architecture *architecture);
