/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddNetwork:
 * @id: its id
 * @name: its name; several may have the same
 * @driver: `bridge`, `host`, `null`, `overlay`…
 * @scope: `local` or `swarm`
 * @internal: whether it leads nowhere but to its containers
 * @labels: (array zero-terminated=1): `name=value` entries, in the order of their names
 *
 * A network of containers. #CddContainerSpec.network joins one.
 */
typedef struct {
    char *id;
    char *name;
    char *driver;
    char *scope;
    gboolean internal;
    char **labels;
} CddNetwork;

#define CDD_TYPE_NETWORK (cdd_network_get_type())
CDD_API GType cdd_network_get_type(void);

/**
 * cdd_network_copy:
 * @network: a network
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddNetwork *cdd_network_copy(const CddNetwork *network);

/**
 * cdd_network_free:
 * @network: (transfer full) (nullable): a network
 */
CDD_API void cdd_network_free(CddNetwork *network);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddNetwork, cdd_network_free)

/**
 * CddNetworkSpec:
 * @name: its name
 * @driver: (nullable): %NULL for `bridge`
 * @internal: whether it leads nowhere but to its containers
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * A network to make. All zero but @name is valid.
 */
typedef struct {
    const char *name;
    const char *driver;
    gboolean internal;
    const char *const *labels;
} CddNetworkSpec;

#define CDD_TYPE_NETWORK_SPEC (cdd_network_spec_get_type())
CDD_API GType cdd_network_spec_get_type(void);

/**
 * cdd_network_spec_new:
 * @name: its name
 * @driver: (nullable): %NULL for `bridge`
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddNetworkSpec *
cdd_network_spec_new(const char *name, const char *driver, const char *const *labels);

/**
 * cdd_service_create_network_async:
 * @self: a service
 * @spec: what to make; copied
 * @cancellable: (nullable): the engine may still make it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Makes a network (`POST /networks/create`). Another of its name is no error for an engine; the
 * request asks it to refuse.
 */
CDD_API void cdd_service_create_network_async(CddService *self,
                                              const CddNetworkSpec *spec,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_create_network_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_CONFLICT for a name that is taken, %CDD_ERROR_INVALID_SPEC,
 * or %CDD_ERROR_FAILED when the engine can make none
 *
 * Ends cdd_service_create_network_async().
 *
 * Returns: (transfer full): its id, or %NULL
 */
CDD_API char *
cdd_service_create_network_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_inspect_network_async:
 * @self: a service
 * @network: a network's name or id
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks at a network (`GET /networks/{id}`).
 */
CDD_API void cdd_service_inspect_network_async(CddService *self,
                                               const char *network,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_inspect_network_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Ends cdd_service_inspect_network_async().
 *
 * Returns: (transfer full): the network, or %NULL
 */
CDD_API CddNetwork *
cdd_service_inspect_network_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_list_networks_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `driver=bridge`
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists networks (`GET /networks`).
 */
CDD_API void cdd_service_list_networks_async(CddService *self,
                                             const char *const *filters,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_list_networks_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a filter that the engine does not know
 *
 * Ends cdd_service_list_networks_async().
 *
 * Returns: (transfer container) (element-type CddNetwork): the networks, or %NULL
 */
CDD_API GPtrArray *
cdd_service_list_networks_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_remove_network_async:
 * @self: a service
 * @network: a network's name or id
 * @cancellable: (nullable): the engine may still remove it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes a network (`DELETE /networks/{id}`).
 */
CDD_API void cdd_service_remove_network_async(CddService *self,
                                              const char *network,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_remove_network_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED for one of the engine's
 * own, %CDD_ERROR_CONFLICT or %CDD_ERROR_UNAUTHORIZED while a container uses it
 *
 * Ends cdd_service_remove_network_async().
 *
 * Returns: whether it is gone
 */
CDD_API gboolean cdd_service_remove_network_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_connect_network_async:
 * @self: a service
 * @network: a network's name or id
 * @container: a container
 * @aliases: (nullable) (array zero-terminated=1): other names that the container has in it
 * @cancellable: (nullable): the engine may still do it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Joins a container to one more network (`POST /networks/{id}/connect`).
 */
CDD_API void cdd_service_connect_network_async(CddService *self,
                                               const char *network,
                                               const char *container,
                                               const char *const *aliases,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_connect_network_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_UNAUTHORIZED where the network does
 * not allow it
 *
 * Ends cdd_service_connect_network_async().
 *
 * Returns: whether it has joined
 */
CDD_API gboolean cdd_service_connect_network_finish(CddService *self,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * cdd_service_disconnect_network_async:
 * @self: a service
 * @network: a network's name or id
 * @container: a container
 * @cancellable: (nullable): the engine may still do it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Takes a container out of a network (`POST /networks/{id}/disconnect`).
 */
CDD_API void cdd_service_disconnect_network_async(CddService *self,
                                                  const char *network,
                                                  const char *container,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);

/**
 * cdd_service_disconnect_network_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Ends cdd_service_disconnect_network_async().
 *
 * Returns: whether it has left
 */
CDD_API gboolean cdd_service_disconnect_network_finish(CddService *self,
                                                       GAsyncResult *result,
                                                       GError **error);

G_END_DECLS
