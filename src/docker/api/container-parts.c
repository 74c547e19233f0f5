/* SPDX-License-Identifier: Apache-2.0 */
/* The structures of which a container's specification consists. */
#include "container-parts.h"

#include <colcon-deb-docker/cdd-container.h>

#define DEFINE_PART(Type, name, members)                                                           \
    CDD_DEFINE_PLAIN_COPY(, Type, name, members)                                                   \
    G_DEFINE_BOXED_TYPE(Type, name, name##_copy, name##_free)

const CddMember cdd_device_members[] = {
    CDD_STRING(CddDevice, host_path),
    CDD_STRING(CddDevice, container_path),
    CDD_STRING(CddDevice, permissions),
    {0},
};
DEFINE_PART(CddDevice, cdd_device, cdd_device_members)

const CddMember cdd_endpoint_settings_members[] = {
    CDD_STRING(CddEndpointSettings, network),      CDD_LIST(CddEndpointSettings, aliases),
    CDD_STRING(CddEndpointSettings, ipv4_address), CDD_STRING(CddEndpointSettings, ipv6_address),
    CDD_STRING(CddEndpointSettings, mac_address),  CDD_LIST(CddEndpointSettings, links),
    CDD_LIST(CddEndpointSettings, driver_options), {0},
};
DEFINE_PART(CddEndpointSettings, cdd_endpoint_settings, cdd_endpoint_settings_members)

const CddMember cdd_health_config_members[] = {
    CDD_LIST(CddHealthConfig, test),
    {0},
};
DEFINE_PART(CddHealthConfig, cdd_health_config, cdd_health_config_members)

const CddMember cdd_port_binding_members[] = {
    CDD_STRING(CddPortBinding, host_ip),
    {0},
};
DEFINE_PART(CddPortBinding, cdd_port_binding, cdd_port_binding_members)

const CddMember cdd_resources_members[] = {
    CDD_STRING(CddResources, cpuset_cpus),
    CDD_STRING(CddResources, cpuset_mems),
    {0},
};
DEFINE_PART(CddResources, cdd_resources, cdd_resources_members)

const CddMember cdd_container_security_options_members[] = {
    CDD_LIST(CddContainerSecurityOptions, drop_capabilities),
    CDD_LIST(CddContainerSecurityOptions, add_capabilities),
    CDD_STRING(CddContainerSecurityOptions, user_ns_mode),
    CDD_LIST(CddContainerSecurityOptions, security_options),
    CDD_LIST(CddContainerSecurityOptions, masked_paths),
    CDD_LIST(CddContainerSecurityOptions, readonly_paths),
    {0},
};
DEFINE_PART(CddContainerSecurityOptions,
            cdd_container_security_options,
            cdd_container_security_options_members)

static const CddMember update_members[] = {
    CDD_STRING(CddContainerUpdate, resources.cpuset_cpus),
    CDD_STRING(CddContainerUpdate, resources.cpuset_mems),
    {0},
};
DEFINE_PART(CddContainerUpdate, cdd_container_update, update_members)

const CddMember cdd_tmpfs_mount_members[] = {
    CDD_STRING(CddTmpfsMount, container_path),
    {0},
};
DEFINE_PART(CddTmpfsMount, cdd_tmpfs_mount, cdd_tmpfs_mount_members)

const CddMember cdd_ulimit_members[] = {
    CDD_STRING(CddUlimit, name),
    {0},
};
DEFINE_PART(CddUlimit, cdd_ulimit, cdd_ulimit_members)

const CddMember cdd_volume_mount_members[] = {
    CDD_STRING(CddVolumeMount, host_path),
    CDD_STRING(CddVolumeMount, container_path),
    CDD_STRING(CddVolumeMount, volume),
    CDD_STRING(CddVolumeMount, propagation),
    {0},
};
DEFINE_PART(CddVolumeMount, cdd_volume_mount, cdd_volume_mount_members)

CddDevice *
cdd_device_new(const char *host_path, const char *container_path, const char *permissions)
{
    return cdd_device_copy(&(CddDevice){
        .host_path = host_path, .container_path = container_path, .permissions = permissions});
}

CddEndpointSettings *
cdd_endpoint_settings_new(const char *network,
                          const char *const *aliases,
                          const char *ipv4_address,
                          const char *ipv6_address)
{
    return cdd_endpoint_settings_copy(&(CddEndpointSettings){.network = network,
                                                             .aliases = aliases,
                                                             .ipv4_address = ipv4_address,
                                                             .ipv6_address = ipv6_address});
}

CddHealthConfig *
cdd_health_config_new(const char *const *test)
{
    return cdd_health_config_copy(&(CddHealthConfig){.test = test});
}

CddResources *
cdd_resources_new(const char *cpuset_cpus)
{
    return cdd_resources_copy(&(CddResources){.cpuset_cpus = cpuset_cpus});
}

CddContainerSecurityOptions *
cdd_container_security_options_new(const char *const *drop,
                                   const char *const *add,
                                   const char *user_ns_mode)
{
    return cdd_container_security_options_copy(&(CddContainerSecurityOptions){
        .drop_capabilities = drop, .add_capabilities = add, .user_ns_mode = user_ns_mode});
}

CddTmpfsMount *
cdd_tmpfs_mount_new(const char *container_path)
{
    return cdd_tmpfs_mount_copy(&(CddTmpfsMount){.container_path = container_path});
}

CddUlimit *
cdd_ulimit_new(const char *name)
{
    return cdd_ulimit_copy(&(CddUlimit){.name = name});
}

CddVolumeMount *
cdd_volume_mount_new(const char *host_path, const char *container_path, const char *volume)
{
    return cdd_volume_mount_copy(&(CddVolumeMount){
        .host_path = host_path, .container_path = container_path, .volume = volume});
}

CddContainerUpdate *
cdd_container_update_new(const CddResources *resources)
{
    CddContainerUpdate update = {.change_restart_policy = FALSE};

    if (resources != NULL)
        update.resources = *resources;
    return cdd_container_update_copy(&update);
}
