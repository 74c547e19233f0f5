/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddResources:
 * @memory: bytes of memory, at least 6 MiB; 0 for no limit
 * @memory_swap: bytes of memory and swap together, at least @memory; 0 for what the engine gives,
 *   which is twice @memory; -1 for no limit of swap
 * @cpus: how many processors' time, e.g. 1.5; 0 for no limit
 * @cpuset_cpus: (nullable): which processors, e.g. `0-3,5`; %NULL for all
 * @pids_limit: how many processes and threads; 0 for what the engine gives, -1 for no limit
 * @shm_size: bytes of /dev/shm; 0 for what the engine gives, which is 64 MiB
 *
 * How much of the engine's machine a container may use. All zero is the engine's default.
 */
typedef struct {
    guint64 memory;
    gint64 memory_swap;
    double cpus;
    const char *cpuset_cpus;
    gint64 pids_limit;
    guint64 shm_size;
} CddResources;

#define CDD_TYPE_RESOURCES (cdd_resources_get_type())
CDD_API GType cdd_resources_get_type(void);

/**
 * cdd_resources_new:
 * @cpuset_cpus: (nullable): which processors
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddResources *cdd_resources_new(const char *cpuset_cpus);

/**
 * CddUlimit:
 * @name: the limit as setrlimit(2) has it, in small letters without `RLIMIT_`: `nofile`, `core`…
 * @soft: what holds; -1 for no limit
 * @hard: up to what a process may raise it; -1 for no limit
 *
 * A limit of each process of a container.
 */
typedef struct {
    const char *name;
    gint64 soft;
    gint64 hard;
} CddUlimit;

#define CDD_TYPE_ULIMIT (cdd_ulimit_get_type())
CDD_API GType cdd_ulimit_get_type(void);

/**
 * cdd_ulimit_new:
 * @name: the limit
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddUlimit *cdd_ulimit_new(const char *name);

/**
 * CddTmpfsMount:
 * @container_path: an absolute path in the container
 * @size: bytes that it may hold; 0 for no limit
 * @mode: its mode, e.g. 01777; 0 for the engine's, which is 01777
 *
 * A file system in memory, empty at first and gone with the container.
 */
typedef struct {
    const char *container_path;
    guint64 size;
    guint mode;
} CddTmpfsMount;

#define CDD_TYPE_TMPFS_MOUNT (cdd_tmpfs_mount_get_type())
CDD_API GType cdd_tmpfs_mount_get_type(void);

/**
 * cdd_tmpfs_mount_new:
 * @container_path: an absolute path in the container
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddTmpfsMount *cdd_tmpfs_mount_new(const char *container_path);

/**
 * CddDevice:
 * @host_path: an absolute path on the engine's machine, e.g. `/dev/fuse`
 * @container_path: (nullable): where it is in the container; %NULL for the same path
 * @permissions: (nullable): some of `r`, `w` and `m` (mknod); %NULL for all three
 *
 * A device of the engine's machine that a container may use.
 */
typedef struct {
    const char *host_path;
    const char *container_path;
    const char *permissions;
} CddDevice;

#define CDD_TYPE_DEVICE (cdd_device_get_type())
CDD_API GType cdd_device_get_type(void);

/**
 * cdd_device_new:
 * @host_path: an absolute path on the engine's machine
 * @container_path: (nullable): where it is in the container
 * @permissions: (nullable): some of `r`, `w` and `m`
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddDevice *
cdd_device_new(const char *host_path, const char *container_path, const char *permissions);

/**
 * CddDeviceRequest:
 * @driver: (nullable): which driver is to answer, e.g. `nvidia` or `cdi`; %NULL for any
 * @count: how many devices; -1 for all; 0 where @device_ids says which
 * @device_ids: (nullable) (array zero-terminated=1): which devices, by number or id
 * @capabilities: (nullable) (array zero-terminated=1): what they must be able to do, all of it;
 *   %NULL for `gpu`
 * @options: (nullable) (array zero-terminated=1): `name=value` entries for the driver
 *
 * Devices that a driver of the engine finds, as GPUs (`DeviceRequests`).
 */
typedef struct {
    const char *driver;
    gint count;
    const char *const *device_ids;
    const char *const *capabilities;
    const char *const *options;
} CddDeviceRequest;

#define CDD_TYPE_DEVICE_REQUEST (cdd_device_request_get_type())
CDD_API GType cdd_device_request_get_type(void);

/**
 * cdd_device_request_parse_gpus:
 * @text: what `docker run --gpus` takes: `all`, a number, or fields between commas, as in
 *   `device=0` or `"device=0,1",capabilities=utility`. Fields are driver, count, device,
 *   capabilities and options; one whose value has a comma stands in double quotes.
 * @error: return location; %CDD_ERROR_INVALID_SPEC
 *
 * Returns: (transfer full): a request for GPUs; free with cdd_device_request_free()
 */
CDD_API CddDeviceRequest *cdd_device_request_parse_gpus(const char *text, GError **error);

/**
 * cdd_device_request_copy:
 * @request: a request
 *
 * Returns: (transfer full): a deep copy
 */
CDD_API CddDeviceRequest *cdd_device_request_copy(const CddDeviceRequest *request);

/**
 * cdd_device_request_free:
 * @request: (transfer full) (nullable): what one of the functions above returned
 */
CDD_API void cdd_device_request_free(CddDeviceRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddDeviceRequest, cdd_device_request_free)

G_END_DECLS
