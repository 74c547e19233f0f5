/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddVolume:
 * @name: its name
 * @driver: its driver, usually `local`
 * @mountpoint: its path on the engine's machine
 * @labels: (array zero-terminated=1): `name=value` entries, sorted by name
 * @size: bytes on the engine's disk; -1 if unknown. Only cdd_service_measure_volumes_async() asks.
 *
 * A volume: storage that outlives containers. #CddVolumeMount.volume mounts one.
 *
 * Since: 0.1
 */
typedef struct {
    char *name;
    char *driver;
    char *mountpoint;
    char **labels;
    gint64 size;
} CddVolume;

#define CDD_TYPE_VOLUME (cdd_volume_get_type())
CDD_API GType cdd_volume_get_type(void);

/**
 * cdd_volume_copy:
 * @volume: a volume
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddVolume *cdd_volume_copy(const CddVolume *volume);

/**
 * cdd_volume_free:
 * @volume: (transfer full) (nullable): a volume
 *
 * Since: 0.1
 */
CDD_API void cdd_volume_free(CddVolume *volume);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddVolume, cdd_volume_free)

/**
 * CddVolumeSpec:
 * @name: (nullable): its name; %NULL lets the engine choose one
 * @driver: (nullable): %NULL for `local`
 * @driver_options: (nullable) (array zero-terminated=1): `name=value` options of the driver, e.g.
 *   `type=nfs`
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * A volume to create. All members may be zero.
 *
 * Since: 0.1
 */
typedef struct {
    const char *name;
    const char *driver;
    const char *const *driver_options;
    const char *const *labels;
    /*< private >*/
    gpointer reserved[8];
} CddVolumeSpec;

#define CDD_TYPE_VOLUME_SPEC (cdd_volume_spec_get_type())
CDD_API GType cdd_volume_spec_get_type(void);

/**
 * cdd_volume_spec_new:
 * @name: (nullable): its name
 * @driver: (nullable): %NULL for `local`
 * @driver_options: (nullable) (array zero-terminated=1): `name=value` options of the driver
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * For language bindings. In C, use a designated initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with cdd_volume_spec_free()
 *
 * Since: 0.1
 */
CDD_API CddVolumeSpec *cdd_volume_spec_new(const char *name,
                                           const char *driver,
                                           const char *const *driver_options,
                                           const char *const *labels);

/**
 * cdd_volume_spec_copy:
 * @spec: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddVolumeSpec *cdd_volume_spec_copy(const CddVolumeSpec *spec);

/**
 * cdd_volume_spec_free:
 * @spec: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_volume_spec_free(CddVolumeSpec *spec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddVolumeSpec, cdd_volume_spec_free)

/**
 * cdd_service_create_volume_async:
 * @self: a service
 * @spec: (nullable): the volume; %NULL is a structure of zeros
 * @cancellable: (nullable): cancelling stops waiting; the engine may still create the volume
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Creates a volume (`POST /volumes/create`). If a volume of that name exists already, it is
 * returned.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_create_volume_async(CddService *self,
                                             const CddVolumeSpec *spec,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_create_volume_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an invalid name
 *
 * Finishes cdd_service_create_volume_async().
 *
 * Returns: (transfer full): the volume, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddVolume *
cdd_service_create_volume_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_inspect_volume_async:
 * @self: a service
 * @name: the volume's name
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the details of a volume (`GET /volumes/{name}`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_inspect_volume_async(CddService *self,
                                              const char *name,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_inspect_volume_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_inspect_volume_async().
 *
 * Returns: (transfer full): the volume, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddVolume *
cdd_service_inspect_volume_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_list_volumes_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `dangling=true`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists volumes (`GET /volumes`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_list_volumes_async(CddService *self,
                                            const char *const *filters,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_list_volumes_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Finishes cdd_service_list_volumes_async().
 *
 * Returns: (transfer container) (element-type CddVolume): the volumes, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_list_volumes_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_measure_volumes_async:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists all volumes with their sizes (`GET /system/df`). The engine reads every file of every
 * volume, which may take minutes; engines with an API older than 1.42 also measure images and
 * containers.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_measure_volumes_async(CddService *self,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_measure_volumes_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_FAILED if an older engine is measuring for somebody already
 *
 * Finishes cdd_service_measure_volumes_async().
 *
 * Returns: (transfer container) (element-type CddVolume): the volumes, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_measure_volumes_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_remove_volume_async:
 * @self: a service
 * @name: the volume's name
 * @force: whether removing a volume that does not exist succeeds
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove the volume
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes a volume and its contents (`DELETE /volumes/{name}`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_remove_volume_async(CddService *self,
                                             const char *name,
                                             gboolean force,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_remove_volume_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if a container uses the
 *   volume
 *
 * Finishes cdd_service_remove_volume_async().
 *
 * Returns: whether it was removed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_remove_volume_finish(CddService *self,
                                                  GAsyncResult *result,
                                                  GError **error);

G_END_DECLS
