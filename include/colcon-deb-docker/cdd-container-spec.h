/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-resources.h>

G_BEGIN_DECLS

/**
 * CddVolumeMount:
 * @host_path: (nullable): an absolute path that exists on the engine's machine; %NULL for @volume
 * @container_path: an absolute path in the container
 * @read_only: whether the container may not write there
 * @volume: (nullable): the name of a volume of the engine, in place of @host_path; the engine makes
 *   one that it does not have
 *
 * A directory or file that a container shares: a bind mount or a volume. A missing @host_path is an
 * error of the engine, never a directory made by it.
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
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddVolumeMount *
cdd_volume_mount_new(const char *host_path, const char *container_path, const char *volume);

/**
 * CddNetworkMode:
 * @CDD_NETWORK_DEFAULT: what the engine does when nothing is said: a bridge
 * @CDD_NETWORK_BRIDGE: the engine's bridge
 * @CDD_NETWORK_HOST: the network of the engine's machine, not separated from it
 * @CDD_NETWORK_NONE: no network but loopback
 * @CDD_NETWORK_NAMED: the network or container that #CddContainerSpec.network names
 *
 * Which network a container has.
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
 * @privileged: gives the container every right on the engine's machine; implied by nothing
 * @read_only_rootfs: whether the container's own file system is read-only
 * @no_new_privileges: whether set-user-id programs have no effect
 * @drop_capabilities: (nullable) (array zero-terminated=1): capabilities to take away, without the
 *   `CAP_` prefix; %NULL means `ALL`, an empty list none
 * @add_capabilities: (nullable) (array zero-terminated=1): capabilities to give after dropping;
 *   %NULL means `CHOWN SETUID SETGID DAC_OVERRIDE FOWNER`, what installing packages and creating
 *   a user takes; an empty list none
 * @user_ns_mode: (nullable): %NULL for the engine's own, or `host`
 *
 * The rights of a container. All zero is the default and the right choice for builds.
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
 * @drop: (nullable) (array zero-terminated=1): capabilities to take away; %NULL means `ALL`
 * @add: (nullable) (array zero-terminated=1): capabilities to give after that; %NULL means the
 *   default
 * @user_ns_mode: (nullable): %NULL for the engine's own, or `host`
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
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
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the image's own
 * @entrypoint: (nullable) (array zero-terminated=1): replaces the image's entry point
 * @command: (nullable) (array zero-terminated=1): replaces the image's command
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 * @volumes: (nullable) (array length=n_volumes): bind mounts and volumes
 * @n_volumes: how many
 * @tmpfs: (nullable) (array length=n_tmpfs): file systems in memory
 * @n_tmpfs: how many
 * @working_dir: (nullable): an absolute path in the container
 * @user: (nullable): `name`, `uid`, or either with `:group`; %NULL for the image's own
 * @network_mode: which network
 * @network: (nullable): for %CDD_NETWORK_NAMED, a network's name or `container:ID`
 * @security: its rights
 * @resources: how much it may use
 * @ulimits: (nullable) (array length=n_ulimits): limits of each of its processes
 * @n_ulimits: how many
 * @devices: (nullable) (array length=n_devices): devices that it may use
 * @n_devices: how many
 * @device_requests: (nullable) (array length=n_device_requests): devices that a driver finds for
 *   it, as GPUs; see cdd_device_request_parse_gpus()
 * @n_device_requests: how many
 * @log_driver: (nullable): %NULL for `none`: the output comes to the handler, and a log on the
 *   engine would halve the rate and fill its disk
 * @open_stdin: whether the container's standard input is an open pipe that ends when whoever is
 *   attached to it goes, for whatever reason. cdd_service_run_container_async() holds it and writes
 *   nothing, so that the container can tell that its caller has died. Otherwise it is empty.
 * @init: whether its first process is one of the engine's that passes signals on and waits for
 *   orphans, and starts the command
 * @tty: whether its standard streams are a terminal; all output then comes as standard output
 * @auto_remove: whether the engine removes it when it has ended; of one that is run it always does
 * @stop_timeout: seconds between SIGTERM and SIGKILL when the run is cancelled; 0 means 10
 *
 * What to run and how. All zero but @image is valid. Every string and array is borrowed from
 * whoever fills the structure in; cdd_container_spec_copy() makes a copy that owns its own.
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
 * Checks @spec without asking an engine. cdd_service_run_container_async() does so itself.
 *
 * Returns: whether it is valid; else @error is %CDD_ERROR_INVALID_SPEC and names every fault
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
 * @spec: (transfer full) (nullable): what cdd_container_spec_copy() or
 *   cdd_create_build_container_spec() returned
 */
CDD_API void cdd_container_spec_free(CddContainerSpec *spec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerSpec, cdd_container_spec_free)

/**
 * cdd_container_spec_new:
 * @image: the image, as a reference or an id
 * @command: (nullable) (array zero-terminated=1): replaces the image's command
 *
 * The way to make a specification for languages that cannot fill the structure in: this, the
 * functions below for what is text, and the other members as they are. In C a designated
 * initializer is simpler.
 *
 * Returns: (transfer full): a specification that owns its strings, as a copy does
 */
CDD_API CddContainerSpec *cdd_container_spec_new(const char *image, const char *const *command);

/**
 * cdd_container_spec_set_name:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @name: (nullable): the container's name
 *
 * Sets #CddContainerSpec.name.
 */
CDD_API void cdd_container_spec_set_name(CddContainerSpec *self, const char *name);

/**
 * cdd_container_spec_set_platform:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @platform: (nullable): `os/arch[/variant]`
 *
 * Sets #CddContainerSpec.platform.
 */
CDD_API void cdd_container_spec_set_platform(CddContainerSpec *self, const char *platform);

/**
 * cdd_container_spec_set_entrypoint:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @entrypoint: (nullable) (array zero-terminated=1): replaces the image's entry point
 *
 * Sets #CddContainerSpec.entrypoint.
 */
CDD_API void cdd_container_spec_set_entrypoint(CddContainerSpec *self,
                                               const char *const *entrypoint);

/**
 * cdd_container_spec_set_environment:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries
 *
 * Sets #CddContainerSpec.environment.
 */
CDD_API void cdd_container_spec_set_environment(CddContainerSpec *self,
                                                const char *const *environment);

/**
 * cdd_container_spec_set_labels:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * Sets #CddContainerSpec.labels.
 */
CDD_API void cdd_container_spec_set_labels(CddContainerSpec *self, const char *const *labels);

/**
 * cdd_container_spec_set_working_dir:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @working_dir: (nullable): an absolute path in the container
 *
 * Sets #CddContainerSpec.working_dir.
 */
CDD_API void cdd_container_spec_set_working_dir(CddContainerSpec *self, const char *working_dir);

/**
 * cdd_container_spec_set_user:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @user: (nullable): `name`, `uid`, or either with `:group`
 *
 * Sets #CddContainerSpec.user.
 */
CDD_API void cdd_container_spec_set_user(CddContainerSpec *self, const char *user);

/**
 * cdd_container_spec_set_network:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @network: a network's name or `container:ID`
 *
 * Sets #CddContainerSpec.network, and the mode to %CDD_NETWORK_NAMED. The other modes need no name:
 * set #CddContainerSpec.network_mode.
 */
CDD_API void cdd_container_spec_set_network(CddContainerSpec *self, const char *network);

/**
 * cdd_container_spec_set_log_driver:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @log_driver: (nullable): a log driver
 *
 * Sets #CddContainerSpec.log_driver.
 */
CDD_API void cdd_container_spec_set_log_driver(CddContainerSpec *self, const char *log_driver);

/**
 * cdd_container_spec_set_security:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @security: its rights; copied
 *
 * Sets #CddContainerSpec.security.
 */
CDD_API void cdd_container_spec_set_security(CddContainerSpec *self,
                                             const CddContainerSecurityOptions *security);

/**
 * cdd_container_spec_set_resources:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @resources: how much it may use; copied
 *
 * Sets #CddContainerSpec.resources.
 */
CDD_API void cdd_container_spec_set_resources(CddContainerSpec *self,
                                              const CddResources *resources);

/**
 * cdd_container_spec_add_volume:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @volume: a bind mount or a volume; copied
 *
 * Adds to #CddContainerSpec.volumes.
 */
CDD_API void cdd_container_spec_add_volume(CddContainerSpec *self, const CddVolumeMount *volume);

/**
 * cdd_container_spec_add_tmpfs:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @tmpfs: a file system in memory; copied
 *
 * Adds to #CddContainerSpec.tmpfs.
 */
CDD_API void cdd_container_spec_add_tmpfs(CddContainerSpec *self, const CddTmpfsMount *tmpfs);

/**
 * cdd_container_spec_add_ulimit:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @ulimit: a limit; copied
 *
 * Adds to #CddContainerSpec.ulimits.
 */
CDD_API void cdd_container_spec_add_ulimit(CddContainerSpec *self, const CddUlimit *ulimit);

/**
 * cdd_container_spec_add_device:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @device: a device; copied
 *
 * Adds to #CddContainerSpec.devices.
 */
CDD_API void cdd_container_spec_add_device(CddContainerSpec *self, const CddDevice *device);

/**
 * cdd_container_spec_add_device_request:
 * @self: what cdd_container_spec_new() or cdd_container_spec_copy() returned
 * @device_request: devices that a driver finds; copied
 *
 * Adds to #CddContainerSpec.device_requests.
 */
CDD_API void cdd_container_spec_add_device_request(CddContainerSpec *self,
                                                   const CddDeviceRequest *device_request);

G_END_DECLS
