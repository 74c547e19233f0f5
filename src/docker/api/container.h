/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container.h>

/*
 * What the public calls of these names do, as operations that the caller has made: one that tidies
 * up has a time of its own, not that of the call which it tidies up after.
 */
void cdd_container_stop(GTask *task, const char *container, int timeout);
void cdd_container_remove(GTask *task, const char *container, CddRemoveFlags flags);
