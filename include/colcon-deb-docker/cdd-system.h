/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-credentials.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddDiskUsage:
 * @n_images: number of images
 * @images_size: bytes of all image layers
 * @n_containers: number of containers, running or not
 * @containers_size: bytes that containers have written
 * @n_volumes: number of volumes
 * @volumes_size: bytes of all volumes
 * @n_build_cache: number of records of the build cache
 * @build_cache_size: bytes of the build cache
 * @json: the engine's complete answer
 *
 * What an engine keeps on its disk (`GET /system/df`).
 *
 * Since: 0.1
 */
typedef struct {
    gint64 n_images;
    gint64 images_size;
    gint64 n_containers;
    gint64 containers_size;
    gint64 n_volumes;
    gint64 volumes_size;
    gint64 n_build_cache;
    gint64 build_cache_size;
    char *json;
} CddDiskUsage;

#define CDD_TYPE_DISK_USAGE (cdd_disk_usage_get_type())
CDD_API GType cdd_disk_usage_get_type(void);

/**
 * cdd_disk_usage_copy:
 * @usage: what an engine keeps
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddDiskUsage *cdd_disk_usage_copy(const CddDiskUsage *usage);

/**
 * cdd_disk_usage_free:
 * @usage: (transfer full) (nullable): what an engine keeps
 *
 * Since: 0.1
 */
CDD_API void cdd_disk_usage_free(CddDiskUsage *usage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddDiskUsage, cdd_disk_usage_free)

/**
 * CddPlugin:
 * @id: its id
 * @name: its name, e.g. `vieux/sshfs:latest`
 * @description: what it is for
 * @enabled: whether it is in use
 *
 * A plugin of an engine: a driver for volumes, networks or logs.
 *
 * Since: 0.1
 */
typedef struct {
    char *id;
    char *name;
    char *description;
    gboolean enabled;
} CddPlugin;

#define CDD_TYPE_PLUGIN (cdd_plugin_get_type())
CDD_API GType cdd_plugin_get_type(void);

/**
 * cdd_plugin_copy:
 * @plugin: a plugin
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddPlugin *cdd_plugin_copy(const CddPlugin *plugin);

/**
 * cdd_plugin_free:
 * @plugin: (transfer full) (nullable): a plugin
 *
 * Since: 0.1
 */
CDD_API void cdd_plugin_free(CddPlugin *plugin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddPlugin, cdd_plugin_free)

/**
 * CddPruned:
 * @removed: (array zero-terminated=1): names or ids of what was removed
 * @space_reclaimed: bytes freed; 0 if the engine does not say
 *
 * What pruning removed.
 *
 * Since: 0.1
 */
typedef struct {
    char **removed;
    guint64 space_reclaimed;
} CddPruned;

#define CDD_TYPE_PRUNED (cdd_pruned_get_type())
CDD_API GType cdd_pruned_get_type(void);

/**
 * cdd_pruned_copy:
 * @pruned: what was removed
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddPruned *cdd_pruned_copy(const CddPruned *pruned);

/**
 * cdd_pruned_free:
 * @pruned: (transfer full) (nullable): what was removed
 *
 * Since: 0.1
 */
CDD_API void cdd_pruned_free(CddPruned *pruned);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddPruned, cdd_pruned_free)

/**
 * cdd_service_ping_async:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Asks an engine for a sign of life (`HEAD /_ping`). A later request need not fail because this one
 * succeeded, nor the other way round.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_ping_async(CddService *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

/**
 * cdd_service_ping_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_DAEMON_NOT_ACCESSIBLE, %CDD_ERROR_TIMEOUT;
 * %CDD_ERROR_PROTOCOL for a server that is no container engine
 *
 * Finishes cdd_service_ping_async().
 *
 * Returns: whether the engine answered
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_ping_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_get_disk_usage_async:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Measures what an engine keeps on its disk (`GET /system/df`). This may take long if there are
 * many volumes.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_get_disk_usage_async(CddService *self,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_get_disk_usage_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_CONFLICT while another measurement runs
 *
 * Finishes cdd_service_get_disk_usage_async().
 *
 * Returns: (transfer full): the sizes, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddDiskUsage *
cdd_service_get_disk_usage_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_list_plugins_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g.
 *   `capability=volumedriver`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists the plugins of an engine (`GET /plugins`). Podman has none and knows no such request.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_list_plugins_async(CddService *self,
                                            const char *const *filters,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_list_plugins_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Finishes cdd_service_list_plugins_async().
 *
 * Returns: (transfer full) (element-type CddPlugin): the plugins, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_list_plugins_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_login_async:
 * @self: a service
 * @credentials: the credentials for a registry; copied
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lets the engine try credentials at their registry (`POST /auth`). If they are right, the service
 * uses them for pulling and pushing, as after cdd_service_set_credentials(). They are not written
 * to a file. A token that the registry issues instead of the password is used from then on.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_login_async(CddService *self,
                                     const CddCredentials *credentials,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * cdd_service_login_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_UNAUTHORIZED if the registry refuses them;
 *   %CDD_ERROR_INVALID_SPEC without a server's address
 *
 * Finishes cdd_service_login_async().
 *
 * Returns: whether the registry accepted the credentials
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_login_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_prune_build_cache_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `until=24h`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes the build cache that no image uses (`POST /build/prune`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_prune_build_cache_async(CddService *self,
                                                 const char *const *filters,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_prune_build_cache_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Finishes cdd_service_prune_build_cache_async().
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPruned *
cdd_service_prune_build_cache_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_prune_networks_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `until=24h`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes the networks that no container uses (`POST /networks/prune`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_prune_networks_async(CddService *self,
                                              const char *const *filters,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_prune_networks_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Finishes cdd_service_prune_networks_async().
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPruned *
cdd_service_prune_networks_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_prune_volumes_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`, or
 *   `all=true` for volumes with a name too, which engines before API 1.42 remove in any case
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes the volumes that no container uses (`POST /volumes/prune`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_prune_volumes_async(CddService *self,
                                             const char *const *filters,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_prune_volumes_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Finishes cdd_service_prune_volumes_async().
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPruned *
cdd_service_prune_volumes_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
