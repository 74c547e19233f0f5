/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-resources.h>

G_BEGIN_DECLS

/**
 * CddVolumeMount:
 * @host_path: (nullable): an absolute path that exists on the engine's machine; %NULL for @volume
 * @container_path: an absolute path in the container
 * @read_only: whether the container may not write there
 * @volume: (nullable): the name of a volume, instead of @host_path; the engine creates it if it
 *   does not exist
 *
 * A directory or file to mount in a container: a bind mount or a volume. If @host_path does not
 * exist, the engine reports an error and never creates it.
 */
typedef struct {
    const char *host_path;
    const char *container_path;
    gboolean read_only;
    const char *volume;
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
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddVolumeMount *
cdd_volume_mount_new(const char *host_path, const char *container_path, const char *volume);

/**
 * CddNetworkMode:
 * @CDD_NETWORK_DEFAULT: the engine's default, a bridge
 * @CDD_NETWORK_BRIDGE: the engine's bridge
 * @CDD_NETWORK_HOST: the network of the engine's machine, without isolation
 * @CDD_NETWORK_NONE: no network but loopback
 * @CDD_NETWORK_NAMED: the network or container that #CddContainerSpec.network names
 *
 * The network of a container.
 */
typedef enum {
    CDD_NETWORK_DEFAULT,
    CDD_NETWORK_BRIDGE,
    CDD_NETWORK_HOST,
    CDD_NETWORK_NONE,
    CDD_NETWORK_NAMED,
} CddNetworkMode;

#define CDD_TYPE_NETWORK_MODE (cdd_network_mode_get_type())
CDD_API GType cdd_network_mode_get_type(void);

/**
 * CddContainerSecurityOptions:
 * @privileged: gives the container every right on the engine's machine; no other option implies it
 * @read_only_rootfs: whether the container's own file system is read-only
 * @no_new_privileges: whether set-user-id programs have no effect
 * @drop_capabilities: (nullable) (array zero-terminated=1): capabilities to drop, without the
 *   `CAP_` prefix; %NULL means `ALL`, an empty list means none
 * @add_capabilities: (nullable) (array zero-terminated=1): capabilities to add after dropping;
 *   %NULL means `CHOWN SETUID SETGID DAC_OVERRIDE FOWNER`, needed to install packages and create a
 *   user; an empty list means none
 * @user_ns_mode: (nullable): `host`, or %NULL for the engine's default
 *
 * The rights of a container. All zero is the default and suits builds.
 */
typedef struct {
    gboolean privileged;
    gboolean read_only_rootfs;
    gboolean no_new_privileges;
    const char *const *drop_capabilities;
    const char *const *add_capabilities;
    const char *user_ns_mode;
} CddContainerSecurityOptions;

#define CDD_TYPE_CONTAINER_SECURITY_OPTIONS (cdd_container_security_options_get_type())
CDD_API GType cdd_container_security_options_get_type(void);

/**
 * cdd_container_security_options_new:
 * @drop: (nullable) (array zero-terminated=1): capabilities to drop; %NULL means `ALL`
 * @add: (nullable) (array zero-terminated=1): capabilities to add after dropping; %NULL means the
 *   default
 * @user_ns_mode: (nullable): `host`, or %NULL for the engine's default
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddContainerSecurityOptions *cdd_container_security_options_new(const char *const *drop,
                                                                        const char *const *add,
                                                                        const char *user_ns_mode);

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
 * @network_mode: the network
 * @network: (nullable): a network's name or `container:ID`, for %CDD_NETWORK_NAMED
 * @security: the rights of the container
 * @resources: resource limits
 * @ulimits: (nullable) (array length=n_ulimits): resource limits of each process
 * @n_ulimits: number of @ulimits
 * @devices: (nullable) (array length=n_devices): devices that the container may use
 * @n_devices: number of @devices
 * @device_requests: (nullable) (array length=n_device_requests): devices that a driver selects,
 *   such as GPUs; see cdd_device_request_parse_gpus()
 * @n_device_requests: number of @device_requests
 * @log_driver: (nullable): the engine's log driver; %NULL for `none`, because the handler gets the
 *   output and a log on the engine would halve the throughput and fill the disk
 * @open_stdin: whether standard input is an open pipe; otherwise it is empty. The pipe closes when
 *   the attached client disconnects for any reason. cdd_service_run_container_async() keeps it open
 *   without writing, so the container notices the death of its caller.
 * @init: whether the engine's init process starts the command, forwards signals and reaps orphans
 * @tty: whether its standard streams are a terminal; all output then comes as standard output
 * @auto_remove: whether the engine removes the container when it has ended;
 *   cdd_service_run_container_async() always removes it
 * @stop_timeout: seconds between SIGTERM and SIGKILL if the run is cancelled; 0 means 10
 *
 * Describes a container to create. All members but @image may be zero. Strings and arrays are
 * borrowed; cdd_container_spec_copy() makes a copy that owns them.
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
    CddNetworkMode network_mode;
    const char *network;
    CddContainerSecurityOptions security;
    CddResources resources;
    const CddUlimit *ulimits;
    gsize n_ulimits;
    const CddDevice *devices;
    gsize n_devices;
    const CddDeviceRequest *device_requests;
    gsize n_device_requests;
    const char *log_driver;
    gboolean open_stdin;
    gboolean init;
    gboolean tty;
    gboolean auto_remove;
    guint stop_timeout;
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
 */
CDD_API gboolean cdd_container_spec_validate(const CddContainerSpec *spec, GError **error);

/**
 * cdd_container_spec_copy:
 * @spec: a specification
 *
 * Returns: (transfer full): a deep copy; free with cdd_container_spec_free()
 */
CDD_API CddContainerSpec *cdd_container_spec_copy(const CddContainerSpec *spec);

/**
 * cdd_container_spec_free:
 * @spec: (transfer full) (nullable): a specification from cdd_container_spec_copy() or
 *   cdd_create_build_container_spec()
 */
CDD_API void cdd_container_spec_free(CddContainerSpec *spec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerSpec, cdd_container_spec_free)

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
 */
CDD_API CddContainerSpec *cdd_container_spec_new(const char *image, const char *const *command);

/**
 * cdd_container_spec_set_name:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @name: (nullable): the container's name
 *
 * Sets #CddContainerSpec.name.
 */
CDD_API void cdd_container_spec_set_name(CddContainerSpec *self, const char *name);

/**
 * cdd_container_spec_set_platform:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @platform: (nullable): `os/arch[/variant]`
 *
 * Sets #CddContainerSpec.platform.
 */
CDD_API void cdd_container_spec_set_platform(CddContainerSpec *self, const char *platform);

/**
 * cdd_container_spec_set_entrypoint:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @entrypoint: (nullable) (array zero-terminated=1): replaces the image's entry point
 *
 * Sets #CddContainerSpec.entrypoint.
 */
CDD_API void cdd_container_spec_set_entrypoint(CddContainerSpec *self,
                                               const char *const *entrypoint);

/**
 * cdd_container_spec_set_environment:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries
 *
 * Sets #CddContainerSpec.environment.
 */
CDD_API void cdd_container_spec_set_environment(CddContainerSpec *self,
                                                const char *const *environment);

/**
 * cdd_container_spec_set_labels:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * Sets #CddContainerSpec.labels.
 */
CDD_API void cdd_container_spec_set_labels(CddContainerSpec *self, const char *const *labels);

/**
 * cdd_container_spec_set_working_dir:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @working_dir: (nullable): an absolute path in the container
 *
 * Sets #CddContainerSpec.working_dir.
 */
CDD_API void cdd_container_spec_set_working_dir(CddContainerSpec *self, const char *working_dir);

/**
 * cdd_container_spec_set_user:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @user: (nullable): `name`, `uid`, or either with `:group`
 *
 * Sets #CddContainerSpec.user.
 */
CDD_API void cdd_container_spec_set_user(CddContainerSpec *self, const char *user);

/**
 * cdd_container_spec_set_network:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @network: a network's name or `container:ID`
 *
 * Sets #CddContainerSpec.network and sets #CddContainerSpec.network_mode to %CDD_NETWORK_NAMED. For
 * the other modes set only #CddContainerSpec.network_mode.
 */
CDD_API void cdd_container_spec_set_network(CddContainerSpec *self, const char *network);

/**
 * cdd_container_spec_set_log_driver:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @log_driver: (nullable): a log driver
 *
 * Sets #CddContainerSpec.log_driver.
 */
CDD_API void cdd_container_spec_set_log_driver(CddContainerSpec *self, const char *log_driver);

/**
 * cdd_container_spec_set_security:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @security: the container's rights; copied
 *
 * Sets #CddContainerSpec.security.
 */
CDD_API void cdd_container_spec_set_security(CddContainerSpec *self,
                                             const CddContainerSecurityOptions *security);

/**
 * cdd_container_spec_set_resources:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @resources: the container's resource limits; copied
 *
 * Sets #CddContainerSpec.resources.
 */
CDD_API void cdd_container_spec_set_resources(CddContainerSpec *self,
                                              const CddResources *resources);

/**
 * cdd_container_spec_add_volume:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @volume: a bind mount or a volume; copied
 *
 * Adds to #CddContainerSpec.volumes.
 */
CDD_API void cdd_container_spec_add_volume(CddContainerSpec *self, const CddVolumeMount *volume);

/**
 * cdd_container_spec_add_tmpfs:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @tmpfs: a memory file system; copied
 *
 * Adds to #CddContainerSpec.tmpfs.
 */
CDD_API void cdd_container_spec_add_tmpfs(CddContainerSpec *self, const CddTmpfsMount *tmpfs);

/**
 * cdd_container_spec_add_ulimit:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @ulimit: a resource limit; copied
 *
 * Adds to #CddContainerSpec.ulimits.
 */
CDD_API void cdd_container_spec_add_ulimit(CddContainerSpec *self, const CddUlimit *ulimit);

/**
 * cdd_container_spec_add_device:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @device: a device; copied
 *
 * Adds to #CddContainerSpec.devices.
 */
CDD_API void cdd_container_spec_add_device(CddContainerSpec *self, const CddDevice *device);

/**
 * cdd_container_spec_add_device_request:
 * @self: a specification from cdd_container_spec_new() or cdd_container_spec_copy()
 * @device_request: devices that a driver selects; copied
 *
 * Adds to #CddContainerSpec.device_requests.
 */
CDD_API void cdd_container_spec_add_device_request(CddContainerSpec *self,
                                                   const CddDeviceRequest *device_request);

G_END_DECLS
