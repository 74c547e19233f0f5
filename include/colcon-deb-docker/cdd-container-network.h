/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddNetworkMode:
 * @CDD_NETWORK_DEFAULT: the engine's default, a bridge
 * @CDD_NETWORK_BRIDGE: the engine's bridge
 * @CDD_NETWORK_HOST: the network of the engine's machine, without isolation
 * @CDD_NETWORK_NONE: no network but loopback
 * @CDD_NETWORK_NAMED: the network or container that #CddContainerSpec.network names
 *
 * The network of a container.
 *
 * Since: 0.1
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
 * CddEndpointSettings:
 * @network: the network's name or id
 * @aliases: (nullable) (array zero-terminated=1): names of the container in that network, in
 *   addition to its own
 * @ipv4_address: (nullable): its address; %NULL lets the engine choose one
 * @ipv6_address: (nullable): its IPv6 address; %NULL lets the engine choose one
 * @mac_address: (nullable): its MAC address; %NULL lets the engine choose one
 * @links: (nullable) (array zero-terminated=1): other containers to find by a name, `ID:NAME`
 * @driver_options: (nullable) (array zero-terminated=1): options of the network's driver,
 *   `name=value`
 *
 * A container's place in a network.
 *
 * Since: 0.1
 */
typedef struct {
    const char *network;
    const char *const *aliases;
    const char *ipv4_address;
    const char *ipv6_address;
    const char *mac_address;
    const char *const *links;
    const char *const *driver_options;
    /*< private >*/
    gpointer reserved[8];
} CddEndpointSettings;

#define CDD_TYPE_ENDPOINT_SETTINGS (cdd_endpoint_settings_get_type())
CDD_API GType cdd_endpoint_settings_get_type(void);

/**
 * cdd_endpoint_settings_new:
 * @network: the network's name or id
 * @aliases: (nullable) (array zero-terminated=1): names of the container in that network
 * @ipv4_address: (nullable): its address
 * @ipv6_address: (nullable): its IPv6 address
 *
 * For language bindings. In C, use a designated initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_endpoint_settings_free()
 *
 * Since: 0.1
 */
CDD_API CddEndpointSettings *cdd_endpoint_settings_new(const char *network,
                                                       const char *const *aliases,
                                                       const char *ipv4_address,
                                                       const char *ipv6_address);

/**
 * cdd_endpoint_settings_copy:
 * @settings: a container's place in a network
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddEndpointSettings *cdd_endpoint_settings_copy(const CddEndpointSettings *settings);

/**
 * cdd_endpoint_settings_free:
 * @settings: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_endpoint_settings_free(CddEndpointSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddEndpointSettings, cdd_endpoint_settings_free)

/**
 * CddPortProtocol:
 * @CDD_PORT_TCP: TCP
 * @CDD_PORT_UDP: UDP
 * @CDD_PORT_SCTP: SCTP
 *
 * The protocol of a port.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_PORT_TCP,
    CDD_PORT_UDP,
    CDD_PORT_SCTP,
} CddPortProtocol;

#define CDD_TYPE_PORT_PROTOCOL (cdd_port_protocol_get_type())
CDD_API GType cdd_port_protocol_get_type(void);

/**
 * CddPortBinding:
 * @container_port: the port in the container; the first one of a range
 * @container_port_end: the last one of a range; 0 for one port
 * @protocol: the protocol
 * @host_ip: (nullable): an address of the engine's machine; %NULL for all of them
 * @host_port: the port there; the first one of a range; 0 lets the engine choose a free one for
 *   each port of the container
 * @host_port_end: the last one of a range, which must be as long as the container's. For one port
 *   of the container, the engine chooses a free one of the range. 0 for as many as the container's
 *
 * Ports of a container that are published on the engine's machine.
 * cdd_service_inspect_container_async() tells which ports the engine chose.
 *
 * Since: 0.1
 */
typedef struct {
    guint16 container_port;
    guint16 container_port_end;
    CddPortProtocol protocol;
    const char *host_ip;
    guint16 host_port;
    guint16 host_port_end;
    /*< private >*/
    gpointer reserved[4];
} CddPortBinding;

#define CDD_TYPE_PORT_BINDING (cdd_port_binding_get_type())
CDD_API GType cdd_port_binding_get_type(void);

/**
 * cdd_port_binding_parse:
 * @text: `[[IP:][PORT[-PORT]]:]PORT[-PORT][/tcp|udp|sctp]`, as `docker run --publish` reads it; an
 *   IPv6 address may be in brackets
 * @error: return location; %CDD_ERROR_INVALID_SPEC
 *
 * Returns: (transfer full): the ports, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPortBinding *cdd_port_binding_parse(const char *text, GError **error);

/**
 * cdd_port_binding_copy:
 * @binding: published ports
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddPortBinding *cdd_port_binding_copy(const CddPortBinding *binding);

/**
 * cdd_port_binding_free:
 * @binding: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_port_binding_free(CddPortBinding *binding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddPortBinding, cdd_port_binding_free)

G_END_DECLS
