/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../value/plain.h"

/* Where the structures of which a container's specification consists have pointers. */
extern const CddMember cdd_container_security_options_members[];
extern const CddMember cdd_device_members[];
extern const CddMember cdd_endpoint_settings_members[];
extern const CddMember cdd_health_config_members[];
extern const CddMember cdd_port_binding_members[];
extern const CddMember cdd_resources_members[];
extern const CddMember cdd_tmpfs_mount_members[];
extern const CddMember cdd_ulimit_members[];
extern const CddMember cdd_volume_mount_members[];
