/* SPDX-License-Identifier: Apache-2.0 */
#include "container-spec.h"
#include "../value/device-request.h"
#include "container-parts.h"

/* Where a specification has pointers. The members of its parts are in tables of their own. */
static const CddMember members[] = {
    CDD_STRING(CddContainerSpec, image),
    CDD_STRING(CddContainerSpec, name),
    CDD_STRING(CddContainerSpec, platform),
    CDD_LIST(CddContainerSpec, entrypoint),
    CDD_LIST(CddContainerSpec, command),
    CDD_LIST(CddContainerSpec, environment),
    CDD_LIST(CddContainerSpec, labels),
    CDD_ITEMS(CddContainerSpec, volumes, cdd_volume_mount_members),
    CDD_ITEMS(CddContainerSpec, tmpfs, cdd_tmpfs_mount_members),
    CDD_STRING(CddContainerSpec, working_dir),
    CDD_STRING(CddContainerSpec, user),
    CDD_STRING(CddContainerSpec, hostname),
    CDD_STRING(CddContainerSpec, domainname),
    CDD_STRING(CddContainerSpec, network),
    CDD_ITEMS(CddContainerSpec, networks, cdd_endpoint_settings_members),
    CDD_ITEMS(CddContainerSpec, ports, cdd_port_binding_members),
    CDD_LIST(CddContainerSpec, dns),
    CDD_LIST(CddContainerSpec, dns_options),
    CDD_LIST(CddContainerSpec, dns_search),
    CDD_LIST(CddContainerSpec, extra_hosts),
    CDD_LIST(CddContainerSpec, security.drop_capabilities),
    CDD_LIST(CddContainerSpec, security.add_capabilities),
    CDD_STRING(CddContainerSpec, security.user_ns_mode),
    CDD_LIST(CddContainerSpec, security.security_options),
    CDD_LIST(CddContainerSpec, security.masked_paths),
    CDD_LIST(CddContainerSpec, security.readonly_paths),
    CDD_STRING(CddContainerSpec, resources.cpuset_cpus),
    CDD_STRING(CddContainerSpec, resources.cpuset_mems),
    CDD_ITEMS(CddContainerSpec, ulimits, cdd_ulimit_members),
    CDD_ITEMS(CddContainerSpec, devices, cdd_device_members),
    CDD_ITEMS(CddContainerSpec, device_requests, cdd_device_request_members),
    CDD_LIST(CddContainerSpec, device_cgroup_rules),
    CDD_STRING(CddContainerSpec, log_driver),
    CDD_LIST(CddContainerSpec, log_options),
    CDD_STRING(CddContainerSpec, pid_mode),
    CDD_STRING(CddContainerSpec, ipc_mode),
    CDD_STRING(CddContainerSpec, uts_mode),
    CDD_STRING(CddContainerSpec, cgroupns_mode),
    CDD_STRING(CddContainerSpec, cgroup_parent),
    CDD_LIST(CddContainerSpec, groups),
    CDD_LIST(CddContainerSpec, sysctls),
    CDD_LIST(CddContainerSpec, storage_options),
    CDD_LIST(CddContainerSpec, annotations),
    CDD_LIST(CddContainerSpec, volumes_from),
    CDD_STRING(CddContainerSpec, runtime),
    CDD_STRUCTURE(CddContainerSpec, health, cdd_health_config_members),
    CDD_STRING(CddContainerSpec, stop_signal),
    CDD_STRING(CddContainerSpec, extra),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddContainerSpec, cdd_container_spec, members)
G_DEFINE_BOXED_TYPE(CddContainerSpec,
                    cdd_container_spec,
                    cdd_container_spec_copy,
                    cdd_container_spec_free)

void
cdd_container_spec_assign(CddContainerSpec *spec, const CddContainerSpec *value)
{
    g_autofree CddContainerSpec *copy = cdd_container_spec_copy(value);

    cdd_plain_clear(spec, members);
    *spec = *copy;
}
