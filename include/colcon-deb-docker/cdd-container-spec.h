/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-network.h>
#include <colcon-deb-docker/cdd-health-config.h>
#include <colcon-deb-docker/cdd-resources.h>

G_BEGIN_DECLS

/**
 * CddVolumeMount:
 * @host_path: (nullable): an absolute path that exists on the engine's machine; %NULL for @volume
 * @container_path: an absolute path in the container
 * @read_only: whether the container may not write there
 * @volume: (nullable): the name of a volume, instead of @host_path; the engine creates it if it
 *   does not exist
 * @propagation: (nullable): how mounts below @host_path that are made later propagate: `private`,
 *   `rprivate`, `shared`, `rshared`, `slave` or `rslave`; %NULL for `rprivate`
 *
 * A directory or file to mount in a container: a bind mount or a volume. If @host_path does not
 * exist, the engine reports an error and never creates it.
 *
 * Since: 0.1
 */
typedef struct {
    const char *host_path;
    const char *container_path;
    gboolean read_only;
    const char *volume;
    const char *propagation;
    /*< private >*/
    gpointer reserved[4];
} CddVolumeMount;

#define CDD_TYPE_VOLUME_MOUNT (cdd_volume_mount_get_type())
CDD_API GType cdd_volume_mount_get_type(void);

/**
 * cdd_volume_mount_new:
 * @host_path: (nullable): an absolute path on the engine's machine; %NULL for @volume
 * @container_path: an absolute path in the container
 * @volume: (nullable): the name of a volume
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_volume_mount_free()
 *
 * Since: 0.1
 */
CDD_API CddVolumeMount *
cdd_volume_mount_new(const char *host_path, const char *container_path, const char *volume);

/**
 * cdd_volume_mount_copy:
 * @mount: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddVolumeMount *cdd_volume_mount_copy(const CddVolumeMount *mount);

/**
 * cdd_volume_mount_free:
 * @mount: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_volume_mount_free(CddVolumeMount *mount);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddVolumeMount, cdd_volume_mount_free)

/**
 * CddContainerSecurityOptions:
 * @privileged: gives the container every right on the engine's machine; no other option implies it
 * @read_only_rootfs: whether the container's own file system is read-only
 * @no_new_privileges: whether set-user-id programs have no effect
 * @drop_capabilities: (nullable) (array zero-terminated=1): capabilities to drop from the engine's
 *   set, without the `CAP_` prefix, or `ALL`; %NULL for none
 * @add_capabilities: (nullable) (array zero-terminated=1): capabilities to add after dropping, or
 *   `ALL`; %NULL for none
 * @user_ns_mode: (nullable): `host`, or %NULL for the engine's default
 * @security_options: (nullable) (array zero-terminated=1): options of security modules, e.g.
 *   `apparmor=unconfined`, `seccomp=` with a profile's text, `label=disable`
 * @masked_paths: (nullable) (array zero-terminated=1): paths that the container cannot read,
 *   instead of the engine's own list
 * @readonly_paths: (nullable) (array zero-terminated=1): paths that the container cannot write,
 *   instead of the engine's own list
 *
 * The rights of a container. All zero is what `docker run` gives, or what
 * #CddContainerSpec.hardened leaves of it.
 *
 * Since: 0.1
 */
typedef struct {
    gboolean privileged;
    gboolean read_only_rootfs;
    gboolean no_new_privileges;
    const char *const *drop_capabilities;
    const char *const *add_capabilities;
    const char *user_ns_mode;
    const char *const *security_options;
    const char *const *masked_paths;
    const char *const *readonly_paths;
    /*< private >*/
    gpointer reserved[8];
} CddContainerSecurityOptions;

#define CDD_TYPE_CONTAINER_SECURITY_OPTIONS (cdd_container_security_options_get_type())
CDD_API GType cdd_container_security_options_get_type(void);

/**
 * cdd_container_security_options_new:
 * @drop: (nullable) (array zero-terminated=1): capabilities to drop
 * @add: (nullable) (array zero-terminated=1): capabilities to add after dropping
 * @user_ns_mode: (nullable): `host`, or %NULL for the engine's default
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_container_security_options_free()
 *
 * Since: 0.1
 */
CDD_API CddContainerSecurityOptions *cdd_container_security_options_new(const char *const *drop,
                                                                        const char *const *add,
                                                                        const char *user_ns_mode);

/**
 * cdd_container_security_options_copy:
 * @options: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddContainerSecurityOptions *
cdd_container_security_options_copy(const CddContainerSecurityOptions *options);

/**
 * cdd_container_security_options_free:
 * @options: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_container_security_options_free(CddContainerSecurityOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerSecurityOptions, cdd_container_security_options_free)

/**
 * CddRestartPolicy:
 * @CDD_RESTART_NO: never
 * @CDD_RESTART_ON_FAILURE: if its exit code is not 0, at most
 *   #CddContainerSpec.restart_maximum_retry_count times
 * @CDD_RESTART_ALWAYS: always; also when the engine starts
 * @CDD_RESTART_UNLESS_STOPPED: always, unless it was stopped by a request
 *
 * When the engine starts a container again that has ended.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_RESTART_NO,
    CDD_RESTART_ON_FAILURE,
    CDD_RESTART_ALWAYS,
    CDD_RESTART_UNLESS_STOPPED,
} CddRestartPolicy;

#define CDD_TYPE_RESTART_POLICY (cdd_restart_policy_get_type())
CDD_API GType cdd_restart_policy_get_type(void);

/**
 * CddContainerSpec:
 * @image: the image, as a reference or an id
 * @name: (nullable): the container's name; %NULL lets the engine choose one
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the image's platform
 * @entrypoint: (nullable) (array zero-terminated=1): replaces the image's entry point
 * @command: (nullable) (array zero-terminated=1): replaces the image's command
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 * @volumes: (nullable) (array length=n_volumes): bind mounts and volumes
 * @n_volumes: number of @volumes
 * @tmpfs: (nullable) (array length=n_tmpfs): memory file systems
 * @n_tmpfs: number of @tmpfs
 * @working_dir: (nullable): an absolute path in the container
 * @user: (nullable): `name`, `uid`, or either with `:group`; %NULL for the image's user
 * @hostname: (nullable): its host name; %NULL for the beginning of its id
 * @domainname: (nullable): its domain name
 * @network_mode: the network
 * @network: (nullable): a network's name or `container:ID`, for %CDD_NETWORK_NAMED
 * @networks: (nullable) (array length=n_networks): networks with the container's names and
 *   addresses in them, instead of @network_mode; the first one is its main network. Of a network
 *   that does not exist, Docker tells when the container is started
 * @n_networks: number of @networks
 * @ports: (nullable) (array length=n_ports): ports to publish on the engine's machine
 * @n_ports: number of @ports
 * @publish_all_ports: whether each port that the image exposes is published on a free port
 * @dns: (nullable) (array zero-terminated=1): addresses of name servers
 * @dns_options: (nullable) (array zero-terminated=1): options for resolv.conf(5)
 * @dns_search: (nullable) (array zero-terminated=1): domains to search
 * @extra_hosts: (nullable) (array zero-terminated=1): `NAME:ADDRESS` entries for /etc/hosts; the
 *   address may be `host-gateway`
 * @hardened: whether the container has only the rights that installing packages and creating a user
 *   need, and no log. Where the other members say nothing, `ALL` capabilities are dropped, `CHOWN`,
 *   `SETUID`, `SETGID`, `DAC_OVERRIDE` and `FOWNER` are added, and the log driver is `none`.
 *   cdd_create_build_container_spec() sets it
 * @security: the rights of the container
 * @resources: resource limits
 * @ulimits: (nullable) (array length=n_ulimits): resource limits of each process
 * @n_ulimits: number of @ulimits
 * @devices: (nullable) (array length=n_devices): devices that the container may use
 * @n_devices: number of @devices
 * @device_requests: (nullable) (array length=n_device_requests): devices that a driver selects,
 *   such as GPUs; see cdd_device_request_parse_gpus()
 * @n_device_requests: number of @device_requests
 * @device_cgroup_rules: (nullable) (array zero-terminated=1): devices that may be used without
 *   being there yet, e.g. `c 189:* rmw` for USB
 * @log_driver: (nullable): the log driver; %NULL for the engine's default. `none` keeps no log: the
 *   handler gets the output all the same, about twice as fast
 * @log_options: (nullable) (array zero-terminated=1): `name=value` options of @log_driver
 * @pid_mode: (nullable): the PID namespace: `host` or `container:ID`
 * @ipc_mode: (nullable): the IPC namespace: `none`, `private`, `shareable`, `host` or
 *   `container:ID`
 * @uts_mode: (nullable): the UTS namespace: `host`
 * @cgroupns_mode: (nullable): the cgroup namespace: `private` or `host`
 * @cgroup_parent: (nullable): the cgroup under which the container's is made
 * @groups: (nullable) (array zero-terminated=1): additional groups of its process, names or ids
 * @sysctls: (nullable) (array zero-terminated=1): kernel parameters, `name=value`
 * @storage_options: (nullable) (array zero-terminated=1): options of the storage driver,
 *   `name=value`, e.g. `size=10G`
 * @annotations: (nullable) (array zero-terminated=1): `name=value` entries for the OCI runtime;
 *   engines before API 1.43 ignore them
 * @volumes_from: (nullable) (array zero-terminated=1): containers whose volumes to mount, `ID` or
 *   `ID:ro`
 * @runtime: (nullable): the OCI runtime; %NULL for the engine's default
 * @oom_score_adj: from -1000 to 1000, how eagerly the kernel kills it when memory runs out
 * @restart_policy: when the engine starts it again
 * @restart_maximum_retry_count: for %CDD_RESTART_ON_FAILURE; 0 for no limit
 * @health: (nullable): how the engine checks its health; %NULL for the image's way
 * @stop_signal: (nullable): the signal that tells it to end, e.g. `SIGINT`; %NULL for the image's
 * @open_stdin: whether standard input is an open pipe; otherwise it is empty. The pipe closes when
 *   the attached client disconnects for any reason. cdd_service_run_container_async() keeps it open
 *   without writing, so the container notices the death of its caller.
 * @init: whether the engine's init process starts the command, forwards signals and reaps orphans
 * @tty: whether its standard streams are a terminal; all output then comes as standard output
 * @auto_remove: whether the engine removes the container when it has ended;
 *   cdd_service_run_container_async() always removes it
 * @stop_timeout: milliseconds between @stop_signal and SIGKILL when the container is stopped,
 *   rounded up to whole seconds, which engines count; 0 for the engine's default, 10 s
 * @extra: (nullable): a JSON object that is merged into the body of `POST /containers/create`, for
 *   what has no member here: `{"HostConfig": {"MemorySwappiness": 0}}`. Objects are merged; any
 *   other value replaces what the members ask for
 *
 * Describes a container to create. All members but @image may be zero; zero asks for what
 * `docker run` asks for. Strings and arrays are borrowed; cdd_container_spec_copy() makes a copy
 * that owns them.
 *
 * Since: 0.1
 */
typedef struct {
    const char *image;
    const char *name;
    const char *platform;
    const char *const *entrypoint;
    const char *const *command;
    const char *const *environment;
    const char *const *labels;
    const CddVolumeMount *volumes;
    gsize n_volumes;
    const CddTmpfsMount *tmpfs;
    gsize n_tmpfs;
    const char *working_dir;
    const char *user;
    const char *hostname;
    const char *domainname;
    CddNetworkMode network_mode;
    const char *network;
    const CddEndpointSettings *networks;
    gsize n_networks;
    const CddPortBinding *ports;
    gsize n_ports;
    gboolean publish_all_ports;
    const char *const *dns;
    const char *const *dns_options;
    const char *const *dns_search;
    const char *const *extra_hosts;
    gboolean hardened;
    CddContainerSecurityOptions security;
    CddResources resources;
    const CddUlimit *ulimits;
    gsize n_ulimits;
    const CddDevice *devices;
    gsize n_devices;
    const CddDeviceRequest *device_requests;
    gsize n_device_requests;
    const char *const *device_cgroup_rules;
    const char *log_driver;
    const char *const *log_options;
    const char *pid_mode;
    const char *ipc_mode;
    const char *uts_mode;
    const char *cgroupns_mode;
    const char *cgroup_parent;
    const char *const *groups;
    const char *const *sysctls;
    const char *const *storage_options;
    const char *const *annotations;
    const char *const *volumes_from;
    const char *runtime;
    int oom_score_adj;
    CddRestartPolicy restart_policy;
    guint restart_maximum_retry_count;
    const CddHealthConfig *health;
    const char *stop_signal;
    gboolean open_stdin;
    gboolean init;
    gboolean tty;
    gboolean auto_remove;
    guint stop_timeout;
    const char *extra;
    /*< private >*/
    gpointer reserved[16];
} CddContainerSpec;

#define CDD_TYPE_CONTAINER_SPEC (cdd_container_spec_get_type())
CDD_API GType cdd_container_spec_get_type(void);

/**
 * cdd_container_spec_validate:
 * @spec: a specification
 * @error: return location
 *
 * Checks @spec without asking an engine. cdd_service_run_container_async() checks it too.
 *
 * Returns: whether it is valid; else @error is %CDD_ERROR_INVALID_SPEC and lists every fault
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_container_spec_validate(const CddContainerSpec *spec, GError **error);

/**
 * cdd_container_spec_copy:
 * @spec: a specification
 *
 * Returns: (transfer full): a deep copy; free with cdd_container_spec_free()
 *
 * Since: 0.1
 */
CDD_API CddContainerSpec *cdd_container_spec_copy(const CddContainerSpec *spec);

/**
 * cdd_container_spec_free:
 * @spec: (transfer full) (nullable): a specification from cdd_container_spec_copy() or
 *   cdd_create_build_container_spec()
 *
 * Since: 0.1
 */
CDD_API void cdd_container_spec_free(CddContainerSpec *spec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerSpec, cdd_container_spec_free)

G_END_DECLS
