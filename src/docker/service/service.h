/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"

#include <colcon-deb-docker/cdd-service.h>

/* For the other files of this layer. */
CddClient *cdd_service_get_client(CddService *self);
