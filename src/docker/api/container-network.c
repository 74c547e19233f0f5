/* SPDX-License-Identifier: Apache-2.0 */
#include "container-network.h"
#include "../wire/json-build.h"
#include "faults.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

static const char *const protocol_names[] = {
    [CDD_PORT_TCP] = "tcp",
    [CDD_PORT_UDP] = "udp",
    [CDD_PORT_SCTP] = "sctp",
};

static guint
last_port(const CddPortBinding *binding)
{
    return MAX(binding->container_port, binding->container_port_end);
}

static guint
last_host_port(const CddPortBinding *binding)
{
    return MAX(binding->host_port, binding->host_port_end);
}

static void
check_port(GString *faults, const CddPortBinding *binding, gsize number)
{
    guint n_ports = last_port(binding) - binding->container_port;
    guint n_host_ports = last_host_port(binding) - binding->host_port;

    if (binding->container_port == 0)
        cdd_faults_add(faults, "port %" G_GSIZE_FORMAT ": the port of the container is missing",
                       number);
    if ((binding->container_port_end != 0 &&
         binding->container_port_end < binding->container_port) ||
        (binding->host_port_end != 0 && binding->host_port_end < binding->host_port))
        cdd_faults_add(faults, "port %" G_GSIZE_FORMAT ": a range ends before it begins", number);
    else if (binding->host_port_end != 0 && binding->host_port == 0)
        cdd_faults_add(faults, "port %" G_GSIZE_FORMAT ": a range without a beginning", number);
    else if (n_ports > 0 && binding->host_port_end != 0 && n_host_ports != n_ports)
        cdd_faults_add(faults, "port %" G_GSIZE_FORMAT ": the two ranges differ in length", number);
    else if (binding->host_port != 0 && binding->host_port + n_ports > G_MAXUINT16)
        cdd_faults_add(faults, "port %" G_GSIZE_FORMAT ": the range ends above 65535", number);
    if ((guint)binding->protocol >= G_N_ELEMENTS(protocol_names))
        cdd_faults_add(faults, "port %" G_GSIZE_FORMAT ": %d is not a protocol", number,
                       (int)binding->protocol);
    if (binding->host_ip != NULL && !g_hostname_is_ip_address(binding->host_ip))
        cdd_faults_add(faults, "port %" G_GSIZE_FORMAT ": \"%s\" is not an IP address", number,
                       binding->host_ip);
    cdd_faults_check_reserved(faults, binding);
}

static void
check_address(GString *faults, const char *address, GSocketFamily family)
{
    g_autoptr(GInetAddress) parsed =
        address != NULL ? g_inet_address_new_from_string(address) : NULL;

    if (address != NULL && (parsed == NULL || g_inet_address_get_family(parsed) != family))
        cdd_faults_add(faults, "\"%s\" is not an IPv%d address", address,
                       family == G_SOCKET_FAMILY_IPV4 ? 4 : 6);
}

void
cdd_endpoint_settings_check(GString *faults, const CddEndpointSettings *settings)
{
    for (gsize i = 0; settings->aliases != NULL && settings->aliases[i] != NULL; i++)
        cdd_faults_check_word(faults, "a name in a network", settings->aliases[i]);
    check_address(faults, settings->ipv4_address, G_SOCKET_FAMILY_IPV4);
    check_address(faults, settings->ipv6_address, G_SOCKET_FAMILY_IPV6);
    cdd_faults_check_word(faults, "a MAC address", settings->mac_address);
    cdd_faults_check_list(faults, "link", settings->links);
    cdd_faults_check_entries(faults, "option of a network's driver", settings->driver_options);
    cdd_faults_check_reserved(faults, settings);
}

static void
check_networks(GString *faults, const CddContainerSpec *spec)
{
    if (spec->n_networks > 0 && spec->network_mode != CDD_NETWORK_DEFAULT)
        cdd_faults_add(faults, "both networks and a network mode are given");
    if (spec->n_networks > 0 && spec->networks == NULL) {
        cdd_faults_add(faults, "the list of networks is missing");
        return;
    }
    for (gsize i = 0; i < spec->n_networks; i++) {
        const CddEndpointSettings *settings = &spec->networks[i];

        if (settings->network == NULL)
            cdd_faults_add(faults, "network %" G_GSIZE_FORMAT ": its name is missing", i + 1);
        else
            cdd_faults_check_word(faults, "a valid name of a network", settings->network);
        for (gsize j = 0; j < i; j++) {
            if (g_strcmp0(settings->network, spec->networks[j].network) == 0)
                cdd_faults_add(faults, "the network %s is given twice", settings->network);
        }
        cdd_endpoint_settings_check(faults, settings);
    }
}

static void
check_mode(GString *faults, const CddContainerSpec *spec)
{
    gboolean named = spec->network_mode == CDD_NETWORK_NAMED;

    if (named && (spec->network == NULL || *spec->network == '\0'))
        cdd_faults_add(faults,
                       "the network mode is a named network, but the network's name is missing");
    else if (named)
        cdd_faults_check_word(faults, "a valid name of a network", spec->network);
    else if (spec->network != NULL)
        cdd_faults_add(faults,
                       "network \"%s\" is given, but the network mode is not a named network",
                       spec->network);
    else if ((guint)spec->network_mode > CDD_NETWORK_NAMED)
        cdd_faults_add(faults, "%d is not a network mode", (int)spec->network_mode);
}

void
cdd_container_network_check(GString *faults, const CddContainerSpec *spec)
{
    check_mode(faults, spec);
    check_networks(faults, spec);
    if (spec->n_ports > 0 && spec->ports == NULL) {
        cdd_faults_add(faults, "the list of ports is missing");
        return;
    }
    for (gsize i = 0; i < spec->n_ports; i++)
        check_port(faults, &spec->ports[i], i + 1);
}

const char *
cdd_container_network_mode(const CddContainerSpec *spec)
{
    switch (spec->network_mode) {
    case CDD_NETWORK_BRIDGE:
        return "bridge";
    case CDD_NETWORK_HOST:
        return "host";
    case CDD_NETWORK_NONE:
        return "none";
    case CDD_NETWORK_NAMED:
        return spec->network;
    case CDD_NETWORK_DEFAULT:
        break;
    }
    return spec->n_networks > 0 ? spec->networks[0].network : NULL;
}

static void
add_binding(JsonObject *all, const CddPortBinding *binding, guint offset)
{
    g_autofree char *key = g_strdup_printf("%u/%s", binding->container_port + offset,
                                           protocol_names[binding->protocol]);
    g_autofree char *port = NULL;
    JsonObject *one = json_object_new();

    if (binding->host_port == 0)
        port = g_strdup("");
    else if (last_port(binding) == binding->container_port && binding->host_port_end != 0)
        port = g_strdup_printf("%u-%u", binding->host_port, binding->host_port_end);
    else
        port = g_strdup_printf("%u", binding->host_port + offset);
    if (binding->host_ip != NULL)
        json_object_set_string_member(one, "HostIp", binding->host_ip);
    json_object_set_string_member(one, "HostPort", port);
    if (!json_object_has_member(all, key))
        json_object_set_array_member(all, key, json_array_new());
    json_array_add_object_element(json_object_get_array_member(all, key), one);
}

static JsonNode *
new_bindings(const CddContainerSpec *spec)
{
    JsonObject *all = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    for (gsize i = 0; i < spec->n_ports; i++) {
        for (guint offset = 0; spec->ports[i].container_port + offset <= last_port(&spec->ports[i]);
             offset++)
            add_binding(all, &spec->ports[i], offset);
    }
    json_node_take_object(node, all);
    return node;
}

void
cdd_container_network_add_bindings(JsonBuilder *builder, const CddContainerSpec *spec)
{
    if (spec->n_ports == 0)
        return;
    json_builder_set_member_name(builder, "PortBindings");
    json_builder_add_value(builder, new_bindings(spec));
}

void
cdd_container_network_add_exposed(JsonBuilder *builder, const CddContainerSpec *spec)
{
    g_autoptr(JsonNode) bindings = NULL;
    g_autoptr(GList) ports = NULL;

    if (spec->n_ports == 0)
        return;
    bindings = new_bindings(spec);
    ports = json_object_get_members(json_node_get_object(bindings));
    json_builder_set_member_name(builder, "ExposedPorts");
    json_builder_begin_object(builder);
    for (GList *port = ports; port != NULL; port = port->next) {
        json_builder_set_member_name(builder, port->data);
        json_builder_begin_object(builder);
        json_builder_end_object(builder);
    }
    json_builder_end_object(builder);
}

void
cdd_endpoint_settings_add(JsonBuilder *builder, const CddEndpointSettings *settings)
{
    json_builder_begin_object(builder);
    cdd_json_add_list(builder, "Aliases", settings->aliases);
    cdd_json_add_list(builder, "Links", settings->links);
    cdd_json_add_string(builder, "MacAddress", settings->mac_address);
    cdd_json_add_pairs(builder, "DriverOpts", settings->driver_options);
    if (settings->ipv4_address != NULL || settings->ipv6_address != NULL) {
        json_builder_set_member_name(builder, "IPAMConfig");
        json_builder_begin_object(builder);
        cdd_json_add_string(builder, "IPv4Address", settings->ipv4_address);
        cdd_json_add_string(builder, "IPv6Address", settings->ipv6_address);
        json_builder_end_object(builder);
    }
    json_builder_end_object(builder);
}

/* Reads PORT or PORT-PORT. Without a text, both are 0. */
static gboolean
parse_range(const char *text, guint16 *first, guint16 *last)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", 2);
    guint64 begin = 0;
    guint64 end = 0;

    if (*text == '\0')
        return TRUE;
    if (!g_ascii_string_to_unsigned(ends[0], 10, 1, G_MAXUINT16, &begin, NULL) ||
        (ends[1] != NULL &&
         !g_ascii_string_to_unsigned(ends[1], 10, begin, G_MAXUINT16, &end, NULL)))
        return FALSE;
    *first = (guint16)begin;
    *last = (guint16)end;
    return TRUE;
}

static gboolean
parse_protocol(const char *text, CddPortProtocol *protocol)
{
    for (guint i = 0; i < G_N_ELEMENTS(protocol_names); i++) {
        if (g_ascii_strcasecmp(text, protocol_names[i]) == 0) {
            *protocol = (CddPortProtocol)i;
            return TRUE;
        }
    }
    return FALSE;
}

/* Cuts what follows the last @separator from @text, and returns it; NULL if there is none. */
static const char *
cut(char *text, char separator)
{
    char *at = strrchr(text, separator);

    if (at == NULL)
        return NULL;
    *at = '\0';
    return at + 1;
}

static char *
dup_without_brackets(const char *address)
{
    gsize length = strlen(address);

    if (length >= 2 && address[0] == '[' && address[length - 1] == ']')
        return g_strndup(address + 1, length - 2);
    return g_strdup(address);
}

CddPortBinding *
cdd_port_binding_parse(const char *text, GError **error)
{
    g_autoptr(CddPortBinding) binding = g_new0(CddPortBinding, 1);
    g_autoptr(GString) faults = g_string_new(NULL);
    g_autofree char *left = g_strdup(text);
    g_autofree char *what = NULL;
    const char *protocol = cut(left, '/');
    const char *ports = cut(left, ':');
    const char *host_ports = "";
    gboolean ok = protocol == NULL || parse_protocol(protocol, &binding->protocol);

    /* What is left is the address and the ports of the engine's machine, or the only part. */
    if (ports == NULL) {
        ports = left;
    } else if (strchr(left, ':') != NULL || strchr(left, '.') != NULL) {
        host_ports = cut(left, ':');
        binding->host_ip = dup_without_brackets(left);
        ok = ok && host_ports != NULL;
    } else {
        host_ports = left;
    }
    ok = ok && parse_range(ports, &binding->container_port, &binding->container_port_end) &&
         parse_range(host_ports, &binding->host_port, &binding->host_port_end);
    if (ok)
        check_port(faults, binding, 1);
    else
        cdd_faults_add(faults, "use [[IP:][PORT[-PORT]]:]PORT[-PORT][/tcp|udp|sctp]");
    what = g_strdup_printf("\"%s\" are no ports to publish", text);
    if (!cdd_faults_conclude(faults, what, error))
        return NULL;
    return g_steal_pointer(&binding);
}

/* @key is PORT/PROTOCOL. */
static void
add_published(GPtrArray *bindings, const char *key, JsonObject *place)
{
    g_autofree char *port = g_strdup(key);
    const char *protocol = cut(port, '/');
    const char *host_ip = cdd_json_get_string(place, "HostIp");
    const char *host_port = cdd_json_get_string(place, "HostPort");
    guint64 number = 0;
    guint64 host_number = 0;
    CddPortBinding binding = {.host_ip = host_ip != NULL && *host_ip != '\0' ? host_ip : NULL};

    if (!g_ascii_string_to_unsigned(port, 10, 1, G_MAXUINT16, &number, NULL) || host_port == NULL ||
        !g_ascii_string_to_unsigned(host_port, 10, 1, G_MAXUINT16, &host_number, NULL) ||
        protocol == NULL || !parse_protocol(protocol, &binding.protocol))
        return;
    binding.container_port = (guint16)number;
    binding.host_port = (guint16)host_number;
    g_ptr_array_add(bindings, cdd_port_binding_copy(&binding));
}

GPtrArray *
cdd_port_bindings_from_json(JsonObject *ports)
{
    GPtrArray *bindings = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_port_binding_free);
    g_autoptr(GList) keys = ports != NULL ? json_object_get_members(ports) : NULL;

    for (GList *key = keys; key != NULL; key = key->next) {
        JsonArray *places = cdd_json_get_array(ports, key->data);

        for (guint i = 0; places != NULL && i < json_array_get_length(places); i++)
            add_published(bindings, key->data,
                          cdd_json_as_object(json_array_get_element(places, i)));
    }
    return bindings;
}
