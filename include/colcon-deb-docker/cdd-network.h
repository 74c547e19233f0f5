/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-network.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddNetwork:
 * @id: its id
 * @name: its name; not unique
 * @driver: `bridge`, `host`, `null`, `overlay`…
 * @scope: `local` or `swarm`
 * @internal: whether the network is isolated from other networks
 * @labels: (array zero-terminated=1): `name=value` entries, sorted by name
 *
 * A network of containers. #CddContainerSpec.network joins one.
 *
 * Since: 0.1
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
 *
 * Since: 0.1
 */
CDD_API CddNetwork *cdd_network_copy(const CddNetwork *network);

/**
 * cdd_network_free:
 * @network: (transfer full) (nullable): a network
 *
 * Since: 0.1
 */
CDD_API void cdd_network_free(CddNetwork *network);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddNetwork, cdd_network_free)

/**
 * CddNetworkSpec:
 * @name: its name
 * @driver: (nullable): %NULL for `bridge`
 * @internal: whether the network is isolated from other networks
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 * @driver_options: (nullable) (array zero-terminated=1): `name=value` options of the driver, e.g.
 *   `com.docker.network.driver.mtu=1400`
 * @attachable: whether containers of their own may join a network of a swarm
 * @enable_ipv6: whether it has IPv6 addresses
 * @subnet: (nullable): its addresses, e.g. `10.5.0.0/16`; %NULL lets the engine choose
 * @gateway: (nullable): the address of the engine's machine in it
 * @ip_range: (nullable): the part of @subnet that containers get addresses from
 * @ipv6_subnet: (nullable): its IPv6 addresses, e.g. `fd00:5::/64`
 *
 * A network to create. All members but @name may be zero.
 *
 * Since: 0.1
 */
typedef struct {
    const char *name;
    const char *driver;
    gboolean internal;
    const char *const *labels;
    const char *const *driver_options;
    gboolean attachable;
    gboolean enable_ipv6;
    const char *subnet;
    const char *gateway;
    const char *ip_range;
    const char *ipv6_subnet;
    /*< private >*/
    gpointer reserved[8];
} CddNetworkSpec;

#define CDD_TYPE_NETWORK_SPEC (cdd_network_spec_get_type())
CDD_API GType cdd_network_spec_get_type(void);

/**
 * cdd_network_spec_new:
 * @name: its name
 * @driver: (nullable): %NULL for `bridge`
 * @labels: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_network_spec_free()
 *
 * Since: 0.1
 */
CDD_API CddNetworkSpec *
cdd_network_spec_new(const char *name, const char *driver, const char *const *labels);

/**
 * cdd_network_spec_copy:
 * @spec: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddNetworkSpec *cdd_network_spec_copy(const CddNetworkSpec *spec);

/**
 * cdd_network_spec_free:
 * @spec: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_network_spec_free(CddNetworkSpec *spec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddNetworkSpec, cdd_network_spec_free)

/**
 * cdd_network_spec_set_addresses:
 * @self: a specification from cdd_network_spec_new()
 * @subnet: (nullable): its addresses
 * @gateway: (nullable): the address of the engine's machine in it
 * @ip_range: (nullable): the part of @subnet that containers get addresses from
 * @ipv6_subnet: (nullable): its IPv6 addresses
 *
 * For language bindings.
 *
 * Since: 0.1
 */
CDD_API void cdd_network_spec_set_addresses(CddNetworkSpec *self,
                                            const char *subnet,
                                            const char *gateway,
                                            const char *ip_range,
                                            const char *ipv6_subnet);

/**
 * cdd_network_spec_set_driver_options:
 * @self: a specification from cdd_network_spec_new()
 * @driver_options: (nullable) (array zero-terminated=1): `name=value` options of the driver
 *
 * For language bindings.
 *
 * Since: 0.1
 */
CDD_API void cdd_network_spec_set_driver_options(CddNetworkSpec *self,
                                                 const char *const *driver_options);

/**
 * cdd_service_create_network_async:
 * @self: a service
 * @spec: the network to create; copied
 * @cancellable: (nullable): cancelling stops waiting; the engine may still create the network
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Creates a network (`POST /networks/create`). Engines may allow several networks of one name, but
 * this request fails if the name is taken.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_create_network_async(CddService *self,
                                              const CddNetworkSpec *spec,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_create_network_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_CONFLICT if the name is taken, %CDD_ERROR_INVALID_SPEC, or
 *   %CDD_ERROR_FAILED if the engine cannot create one
 *
 * Finishes cdd_service_create_network_async().
 *
 * Returns: (transfer full): the network's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *
cdd_service_create_network_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_inspect_network_async:
 * @self: a service
 * @network: a network's name or id
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the details of a network (`GET /networks/{id}`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_inspect_network_async(CddService *self,
                                               const char *network,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_inspect_network_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_inspect_network_async().
 *
 * Returns: (transfer full): the network, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddNetwork *
cdd_service_inspect_network_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_list_networks_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `driver=bridge`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists networks (`GET /networks`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_list_networks_async(CddService *self,
                                             const char *const *filters,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_list_networks_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Finishes cdd_service_list_networks_async().
 *
 * Returns: (transfer container) (element-type CddNetwork): the networks, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_list_networks_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_remove_network_async:
 * @self: a service
 * @network: a network's name or id
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove the network
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes a network (`DELETE /networks/{id}`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_remove_network_async(CddService *self,
                                              const char *network,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_remove_network_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED for a predefined network,
 *   %CDD_ERROR_CONFLICT or %CDD_ERROR_UNAUTHORIZED if a container uses the network
 *
 * Finishes cdd_service_remove_network_async().
 *
 * Returns: whether it was removed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_remove_network_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_connect_network_async:
 * @self: a service
 * @container: a container
 * @settings: the network, and the container's names and addresses in it
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Connects a container to a network (`POST /networks/{id}/connect`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_connect_network_async(CddService *self,
                                               const char *container,
                                               const CddEndpointSettings *settings,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_connect_network_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC, or
 *   %CDD_ERROR_UNAUTHORIZED if the network does not allow it
 *
 * Finishes cdd_service_connect_network_async().
 *
 * Returns: whether the container was connected
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_connect_network_finish(CddService *self,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * cdd_service_disconnect_network_async:
 * @self: a service
 * @network: a network's name or id
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Disconnects a container from a network (`POST /networks/{id}/disconnect`).
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_disconnect_network_async().
 *
 * Returns: whether the container was disconnected
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_disconnect_network_finish(CddService *self,
                                                       GAsyncResult *result,
                                                       GError **error);

G_END_DECLS
