/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * Volumes that builds have left on an engine. A transfer volume holds files of a workspace, and its
 * labels name the user and the workspace. A compiler cache is known by its name, which ends with
 * the user's uid: whoever has that uid, on whatever machine, uses it.
 */

#define TRANSFER_LABEL "colcon-deb.role=transfer"
#define WORKSPACE_LABEL "colcon-deb.workspace="
#define COMPILER_CACHE_PREFIX "colcon-deb-ccache-"

/* Whether that label is of the workspace; TRUE for any label if @workspace is NULL. */
gboolean own_volumes_are_of_workspace(char **labels, const char *workspace);

/*
 * Whether @volume is one of this user. @workspace: only the transfer volumes of that directory;
 * NULL for those of all workspaces, and the compiler caches.
 */
gboolean own_volumes_match(const CddVolume *volume, const char *workspace);
