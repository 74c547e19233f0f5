/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Releases of ROS that Debian and Ubuntu do not have: their packages come from packages.ros.org.
 * Debian has a state of rolling. Sources: REP 3, REP 2000.
 */
gboolean ros_release_needs_archive(const char *ros_distro);

/* How to make the builder image of the distribution: "make it with '...'". */
char *ros_release_advise(const char *ros_distro);
