/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * Reads a value of docker.gpus: "none", the names of CDI devices ("nvidia.com/gpu=all"), or what
 * `docker run --gpus` takes. There "device=0,1" needs no quotes. @request: NULL for "none".
 * Errors are usage errors.
 */
gboolean gpus_parse(const char *text, CddDeviceRequest **request, GError **error);
