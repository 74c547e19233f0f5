/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "plain.h"

#include <colcon-deb-docker/cdd-resources.h>

/* Where a CddDeviceRequest has pointers. */
extern const CddMember cdd_device_request_members[];
