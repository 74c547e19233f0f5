/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container.h>

/*
 * Like the public functions of these names, with an operation made by the caller. So a cleanup gets
 * its own deadline, not the one of the operation that it cleans up after.
 */
/* Engines count whole seconds: a time-out that is not 0 does not become 0. */
guint cdd_stop_seconds(guint milliseconds);

void cdd_container_stop(GTask *task, const char *container, int timeout);
void cdd_container_remove(GTask *task, const char *container, CddRemoveFlags flags);
