/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-output.h>

/* A value of a stream that reports on layers: to on_progress, if it is a report and that is set. */
void cdd_image_progress(JsonObject *value, const CddOutputHandler *handler);
