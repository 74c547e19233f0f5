/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-spec.h>

G_BEGIN_DECLS

/**
 * cdd_container_spec_new:
 * @image: the image, as a reference or an id
 * @command: (nullable) (array zero-terminated=1): replaces the image's command
 *
 * Makes a specification, for language bindings. Use the functions below for members that are
 * strings or structures; set the other members directly. In C, use a designated initializer
 * instead.
 *
 * Returns: (transfer full): a specification that owns its strings, as a copy does
 *
 * Since: 0.1
 */
CDD_API CddContainerSpec *cdd_container_spec_new(const char *image, const char *const *command);

/**
 * cdd_container_spec_set_name:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @name: (nullable): the container's name
 *
 * Sets #CddContainerSpec.name.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_name(CddContainerSpec *self, const char *name);

/**
 * cdd_container_spec_set_platform:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @platform: (nullable): `os/arch[/variant]`
 *
 * Sets #CddContainerSpec.platform.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_platform(CddContainerSpec *self, const char *platform);

/**
 * cdd_container_spec_set_entrypoint:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @entrypoint: (nullable) (array zero-terminated=1): replaces the image's entry point
 *
 * Sets #CddContainerSpec.entrypoint.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_entrypoint(CddContainerSpec *self,
                                               const char *const *entrypoint);

/**
 * cdd_container_spec_set_environment:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries
 *
 * Sets #CddContainerSpec.environment.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_environment(CddContainerSpec *self,
                                                const char *const *environment);

/**
 * cdd_container_spec_set_labels:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * Sets #CddContainerSpec.labels.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_labels(CddContainerSpec *self, const char *const *labels);

/**
 * cdd_container_spec_set_working_dir:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @working_dir: (nullable): an absolute path in the container
 *
 * Sets #CddContainerSpec.working_dir.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_working_dir(CddContainerSpec *self, const char *working_dir);

/**
 * cdd_container_spec_set_user:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @user: (nullable): `name`, `uid`, or either with `:group`
 *
 * Sets #CddContainerSpec.user.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_user(CddContainerSpec *self, const char *user);

/**
 * cdd_container_spec_set_network:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @network: a network's name or `container:ID`
 *
 * Sets #CddContainerSpec.network and sets #CddContainerSpec.network_mode to %CDD_NETWORK_NAMED. For
 * the other modes set only #CddContainerSpec.network_mode.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_network(CddContainerSpec *self, const char *network);

/**
 * cdd_container_spec_set_log_driver:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @log_driver: (nullable): a log driver
 *
 * Sets #CddContainerSpec.log_driver.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_log_driver(CddContainerSpec *self, const char *log_driver);

/**
 * cdd_container_spec_set_security:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @security: the container's rights; copied
 *
 * Sets #CddContainerSpec.security.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_security(CddContainerSpec *self,
                                             const CddContainerSecurityOptions *security);

/**
 * cdd_container_spec_set_resources:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @resources: the container's resource limits; copied
 *
 * Sets #CddContainerSpec.resources.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_resources(CddContainerSpec *self,
                                              const CddResources *resources);

/**
 * cdd_container_spec_add_volume:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @volume: a bind mount or a volume; copied
 *
 * Adds to #CddContainerSpec.volumes.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_add_volume(CddContainerSpec *self, const CddVolumeMount *volume);

/**
 * cdd_container_spec_add_tmpfs:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @tmpfs: a memory file system; copied
 *
 * Adds to #CddContainerSpec.tmpfs.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_add_tmpfs(CddContainerSpec *self, const CddTmpfsMount *tmpfs);

/**
 * cdd_container_spec_add_ulimit:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @ulimit: a resource limit; copied
 *
 * Adds to #CddContainerSpec.ulimits.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_add_ulimit(CddContainerSpec *self, const CddUlimit *ulimit);

/**
 * cdd_container_spec_add_device:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @device: a device; copied
 *
 * Adds to #CddContainerSpec.devices.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_add_device(CddContainerSpec *self, const CddDevice *device);

/**
 * cdd_container_spec_add_device_request:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @device_request: devices that a driver selects; copied
 *
 * Adds to #CddContainerSpec.device_requests.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_add_device_request(CddContainerSpec *self,
                                                   const CddDeviceRequest *device_request);

/**
 * cdd_container_spec_set_hostname:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @hostname: (nullable): its host name
 *
 * Sets #CddContainerSpec.hostname.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_hostname(CddContainerSpec *self, const char *hostname);

/**
 * cdd_container_spec_set_domainname:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @domainname: (nullable): its domain name
 *
 * Sets #CddContainerSpec.domainname.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_domainname(CddContainerSpec *self, const char *domainname);

/**
 * cdd_container_spec_set_pid_mode:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @pid_mode: (nullable): the PID namespace
 *
 * Sets #CddContainerSpec.pid_mode.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_pid_mode(CddContainerSpec *self, const char *pid_mode);

/**
 * cdd_container_spec_set_ipc_mode:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @ipc_mode: (nullable): the IPC namespace
 *
 * Sets #CddContainerSpec.ipc_mode.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_ipc_mode(CddContainerSpec *self, const char *ipc_mode);

/**
 * cdd_container_spec_set_uts_mode:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @uts_mode: (nullable): the UTS namespace
 *
 * Sets #CddContainerSpec.uts_mode.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_uts_mode(CddContainerSpec *self, const char *uts_mode);

/**
 * cdd_container_spec_set_cgroupns_mode:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @cgroupns_mode: (nullable): the cgroup namespace
 *
 * Sets #CddContainerSpec.cgroupns_mode.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_cgroupns_mode(CddContainerSpec *self,
                                                  const char *cgroupns_mode);

/**
 * cdd_container_spec_set_cgroup_parent:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @cgroup_parent: (nullable): a cgroup
 *
 * Sets #CddContainerSpec.cgroup_parent.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_cgroup_parent(CddContainerSpec *self,
                                                  const char *cgroup_parent);

/**
 * cdd_container_spec_set_runtime:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @runtime: (nullable): an OCI runtime
 *
 * Sets #CddContainerSpec.runtime.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_runtime(CddContainerSpec *self, const char *runtime);

/**
 * cdd_container_spec_set_stop_signal:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @stop_signal: (nullable): a signal
 *
 * Sets #CddContainerSpec.stop_signal.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_stop_signal(CddContainerSpec *self, const char *stop_signal);

/**
 * cdd_container_spec_set_extra:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @extra: (nullable): a JSON object
 *
 * Sets #CddContainerSpec.extra.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_extra(CddContainerSpec *self, const char *extra);

/**
 * cdd_container_spec_set_dns:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @dns: (nullable) (array zero-terminated=1): addresses of name servers
 *
 * Sets #CddContainerSpec.dns.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_dns(CddContainerSpec *self, const char *const *dns);

/**
 * cdd_container_spec_set_dns_options:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @dns_options: (nullable) (array zero-terminated=1): options for resolv.conf(5)
 *
 * Sets #CddContainerSpec.dns_options.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_dns_options(CddContainerSpec *self,
                                                const char *const *dns_options);

/**
 * cdd_container_spec_set_dns_search:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @dns_search: (nullable) (array zero-terminated=1): domains to search
 *
 * Sets #CddContainerSpec.dns_search.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_dns_search(CddContainerSpec *self,
                                               const char *const *dns_search);

/**
 * cdd_container_spec_set_extra_hosts:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @extra_hosts: (nullable) (array zero-terminated=1): `NAME:ADDRESS` entries
 *
 * Sets #CddContainerSpec.extra_hosts.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_extra_hosts(CddContainerSpec *self,
                                                const char *const *extra_hosts);

/**
 * cdd_container_spec_set_device_cgroup_rules:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @device_cgroup_rules: (nullable) (array zero-terminated=1): rules
 *
 * Sets #CddContainerSpec.device_cgroup_rules.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_device_cgroup_rules(CddContainerSpec *self,
                                                        const char *const *device_cgroup_rules);

/**
 * cdd_container_spec_set_log_options:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @log_options: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * Sets #CddContainerSpec.log_options.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_log_options(CddContainerSpec *self,
                                                const char *const *log_options);

/**
 * cdd_container_spec_set_groups:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @groups: (nullable) (array zero-terminated=1): names or ids
 *
 * Sets #CddContainerSpec.groups.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_groups(CddContainerSpec *self, const char *const *groups);

/**
 * cdd_container_spec_set_sysctls:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @sysctls: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * Sets #CddContainerSpec.sysctls.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_sysctls(CddContainerSpec *self, const char *const *sysctls);

/**
 * cdd_container_spec_set_storage_options:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @storage_options: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * Sets #CddContainerSpec.storage_options.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_storage_options(CddContainerSpec *self,
                                                    const char *const *storage_options);

/**
 * cdd_container_spec_set_annotations:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @annotations: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * Sets #CddContainerSpec.annotations.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_annotations(CddContainerSpec *self,
                                                const char *const *annotations);

/**
 * cdd_container_spec_set_volumes_from:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @volumes_from: (nullable) (array zero-terminated=1): containers, `ID` or `ID:ro`
 *
 * Sets #CddContainerSpec.volumes_from.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_volumes_from(CddContainerSpec *self,
                                                 const char *const *volumes_from);

/**
 * cdd_container_spec_set_health:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @health: (nullable): how the engine checks the container's health; copied
 *
 * Sets #CddContainerSpec.health.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_set_health(CddContainerSpec *self, const CddHealthConfig *health);

/**
 * cdd_container_spec_add_network:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @network: the container's place in a network; copied
 *
 * Adds to #CddContainerSpec.networks.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_add_network(CddContainerSpec *self,
                                            const CddEndpointSettings *network);

/**
 * cdd_container_spec_add_port:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @port: ports to publish; copied
 *
 * Adds to #CddContainerSpec.ports.
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_add_port(CddContainerSpec *self, const CddPortBinding *port);

G_END_DECLS
