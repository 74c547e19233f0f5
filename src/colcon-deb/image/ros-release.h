/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Whether Debian does not have this ROS: it has a state of rolling. Releases such as jazzy come
 * from packages.ros.org. */
gboolean ros_release_needs_archive(const char *ros_distro);

/* How to make the builder image of the distribution: "make it with '...'". */
char *ros_release_advise(const char *ros_distro);
