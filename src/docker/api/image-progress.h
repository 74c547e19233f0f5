/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-output.h>

/* Passes a layer's progress report to on_progress, if it is set. Ignores other values. */
void cdd_image_progress(JsonObject *value, const CddOutputHandler *handler);
