/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddResources:
 * @memory: bytes of memory, at least 6 MiB; 0 for no limit
 * @memory_swap: bytes of memory and swap together, at least @memory; 0 for the engine's default,
 *   twice @memory; -1 for unlimited swap
 * @cpus: number of processors, e.g. 1.5; 0 for no limit
 * @cpuset_cpus: (nullable): the processors to use, e.g. `0-3,5`; %NULL for all
 * @pids_limit: maximum number of processes and threads; 0 for the engine's default, -1 for no limit
 * @shm_size: bytes of /dev/shm; 0 for the engine's default, 64 MiB
 * @memory_reservation: bytes of memory to shrink to when the machine has too little; 0 for none
 * @oom_kill_disable: whether processes wait for memory instead of being killed
 * @cpu_shares: weight against other containers if processors are short; 0 for 1024
 * @cpu_period: length of a period of @cpu_quota in microseconds, the kernel's unit; 0 for 100000
 * @cpu_quota: processor time in a period in microseconds; not together with @cpus
 * @cpuset_mems: (nullable): the memory nodes to use, e.g. `0-1`; %NULL for all
 * @blkio_weight: weight of block input and output, 10 to 1000; 0 for the engine's default
 *
 * Resource limits of a container. All zero is the engine's default.
 *
 * Since: 0.1
 */
typedef struct {
    guint64 memory;
    gint64 memory_swap;
    double cpus;
    const char *cpuset_cpus;
    gint64 pids_limit;
    guint64 shm_size;
    guint64 memory_reservation;
    gboolean oom_kill_disable;
    guint64 cpu_shares;
    gint64 cpu_period;
    gint64 cpu_quota;
    const char *cpuset_mems;
    guint16 blkio_weight;
    /*< private >*/
    gpointer reserved[8];
} CddResources;

#define CDD_TYPE_RESOURCES (cdd_resources_get_type())
CDD_API GType cdd_resources_get_type(void);

/**
 * cdd_resources_new:
 * @cpuset_cpus: (nullable): the processors to use
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_resources_free()
 *
 * Since: 0.1
 */
CDD_API CddResources *cdd_resources_new(const char *cpuset_cpus);

/**
 * cdd_resources_copy:
 * @resources: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddResources *cdd_resources_copy(const CddResources *resources);

/**
 * cdd_resources_free:
 * @resources: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_resources_free(CddResources *resources);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddResources, cdd_resources_free)

/**
 * CddUlimit:
 * @name: the name of a limit of setrlimit(2), in lower case without `RLIMIT_`: `nofile`, `core`…
 * @soft: the limit in force; -1 for no limit
 * @hard: the value up to which a process may raise @soft; -1 for no limit
 *
 * A resource limit of each process in a container.
 *
 * Since: 0.1
 */
typedef struct {
    const char *name;
    gint64 soft;
    gint64 hard;
    /*< private >*/
    gpointer reserved[4];
} CddUlimit;

#define CDD_TYPE_ULIMIT (cdd_ulimit_get_type())
CDD_API GType cdd_ulimit_get_type(void);

/**
 * cdd_ulimit_new:
 * @name: the name of the limit
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_ulimit_free()
 *
 * Since: 0.1
 */
CDD_API CddUlimit *cdd_ulimit_new(const char *name);

/**
 * cdd_ulimit_copy:
 * @ulimit: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddUlimit *cdd_ulimit_copy(const CddUlimit *ulimit);

/**
 * cdd_ulimit_free:
 * @ulimit: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_ulimit_free(CddUlimit *ulimit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddUlimit, cdd_ulimit_free)

/**
 * CddTmpfsMount:
 * @container_path: an absolute path in the container
 * @size: capacity in bytes; 0 for no limit
 * @mode: permission bits; 0 for the engine's default, 01777
 *
 * A memory file system: empty at first, discarded with the container.
 *
 * Since: 0.1
 */
typedef struct {
    const char *container_path;
    guint64 size;
    guint mode;
    /*< private >*/
    gpointer reserved[4];
} CddTmpfsMount;

#define CDD_TYPE_TMPFS_MOUNT (cdd_tmpfs_mount_get_type())
CDD_API GType cdd_tmpfs_mount_get_type(void);

/**
 * cdd_tmpfs_mount_new:
 * @container_path: an absolute path in the container
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_tmpfs_mount_free()
 *
 * Since: 0.1
 */
CDD_API CddTmpfsMount *cdd_tmpfs_mount_new(const char *container_path);

/**
 * cdd_tmpfs_mount_copy:
 * @mount: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddTmpfsMount *cdd_tmpfs_mount_copy(const CddTmpfsMount *mount);

/**
 * cdd_tmpfs_mount_free:
 * @mount: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_tmpfs_mount_free(CddTmpfsMount *mount);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddTmpfsMount, cdd_tmpfs_mount_free)

/**
 * CddDevice:
 * @host_path: an absolute path on the engine's machine, e.g. `/dev/fuse`
 * @container_path: (nullable): its path in the container; %NULL for the same path
 * @permissions: (nullable): some of `r`, `w` and `m` (mknod); %NULL for all three
 *
 * A device of the engine's machine that a container may use.
 *
 * Since: 0.1
 */
typedef struct {
    const char *host_path;
    const char *container_path;
    const char *permissions;
    /*< private >*/
    gpointer reserved[4];
} CddDevice;

#define CDD_TYPE_DEVICE (cdd_device_get_type())
CDD_API GType cdd_device_get_type(void);

/**
 * cdd_device_new:
 * @host_path: an absolute path on the engine's machine
 * @container_path: (nullable): its path in the container
 * @permissions: (nullable): some of `r`, `w` and `m`
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_device_free()
 *
 * Since: 0.1
 */
CDD_API CddDevice *
cdd_device_new(const char *host_path, const char *container_path, const char *permissions);

/**
 * cdd_device_copy:
 * @device: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddDevice *cdd_device_copy(const CddDevice *device);

/**
 * cdd_device_free:
 * @device: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_device_free(CddDevice *device);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddDevice, cdd_device_free)

/**
 * CddDeviceRequest:
 * @driver: (nullable): the driver, e.g. `nvidia` or `cdi`; %NULL for any
 * @count: number of devices; -1 for all; 0 if @device_ids is set
 * @device_ids: (nullable) (array zero-terminated=1): the devices, by number or id
 * @capabilities: (nullable) (array zero-terminated=1): capabilities that each device must have;
 *   %NULL for `gpu`, and for none if @driver is `cdi`
 * @options: (nullable) (array zero-terminated=1): `name=value` entries for the driver
 *
 * Devices that a driver of the engine selects, such as GPUs (`DeviceRequests`).
 *
 * Since: 0.1
 */
typedef struct {
    const char *driver;
    gint count;
    const char *const *device_ids;
    const char *const *capabilities;
    const char *const *options;
    /*< private >*/
    gpointer reserved[4];
} CddDeviceRequest;

#define CDD_TYPE_DEVICE_REQUEST (cdd_device_request_get_type())
CDD_API GType cdd_device_request_get_type(void);

/**
 * cdd_device_request_parse_gpus:
 * @text: the argument of `docker run --gpus`: `all`, a number, or comma-separated fields, e.g.
 *   `device=0` or `"device=0,1",capabilities=utility`. The fields are driver, count, device,
 *   capabilities and options; a field whose value has a comma is in double quotes.
 * @error: return location; %CDD_ERROR_INVALID_SPEC
 *
 * Returns: (transfer full): a request for GPUs; free with cdd_device_request_free()
 *
 * Since: 0.1
 */
CDD_API CddDeviceRequest *cdd_device_request_parse_gpus(const char *text, GError **error);

/**
 * cdd_device_request_copy:
 * @request: a request
 *
 * Returns: (transfer full): a deep copy
 *
 * Since: 0.1
 */
CDD_API CddDeviceRequest *cdd_device_request_copy(const CddDeviceRequest *request);

/**
 * cdd_device_request_free:
 * @request: (transfer full) (nullable): a request from one of the functions above
 *
 * Since: 0.1
 */
CDD_API void cdd_device_request_free(CddDeviceRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddDeviceRequest, cdd_device_request_free)

G_END_DECLS
