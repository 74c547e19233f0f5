/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/plain.h"
#include "../wire/json-build.h"
#include "container-network.h"
#include "faults.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-network.h>

static const CddMember network_members[] = {
    CDD_STRING(CddNetwork, id),    CDD_STRING(CddNetwork, name), CDD_STRING(CddNetwork, driver),
    CDD_STRING(CddNetwork, scope), CDD_LIST(CddNetwork, labels), {0},
};
CDD_DEFINE_PLAIN_COPY(, CddNetwork, cdd_network, network_members)

static gpointer
new_network(JsonObject *object)
{
    CddNetwork *network = g_new0(CddNetwork, 1);

    network->id = cdd_json_dup_string(object, "Id");
    network->name = cdd_json_dup_string(object, "Name");
    network->driver = cdd_json_dup_string(object, "Driver");
    network->scope = cdd_json_dup_string(object, "Scope");
    network->internal = cdd_json_get_boolean(object, "Internal");
    network->labels = cdd_json_dup_pairs(object, "Labels");
    return network;
}

static gpointer
parse(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "network", error);

    return object != NULL ? new_network(object) : NULL;
}

static gpointer
parse_id(JsonNode *node, GError **error)
{
    const char *id = cdd_json_get_string(cdd_json_as_object(node), "Id");

    if (id != NULL && *id != '\0')
        return g_strdup(id);
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                        "the engine's answer has no id of the network");
    return NULL;
}

static void
add_pool(JsonBuilder *builder, const char *subnet, const char *gateway, const char *ip_range)
{
    if (subnet == NULL)
        return;
    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Subnet", subnet);
    cdd_json_add_string(builder, "Gateway", gateway);
    cdd_json_add_string(builder, "IPRange", ip_range);
    json_builder_end_object(builder);
}

static JsonNode *
spec_to_json(const CddNetworkSpec *spec)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Name", spec->name);
    cdd_json_add_string(builder, "Driver", spec->driver != NULL ? spec->driver : "bridge");
    cdd_json_add_true(builder, "Internal", spec->internal);
    cdd_json_add_true(builder, "Attachable", spec->attachable);
    cdd_json_add_true(builder, "EnableIPv6", spec->enable_ipv6);
    cdd_json_add_true(builder, "CheckDuplicate", TRUE);
    cdd_json_add_pairs(builder, "Options", spec->driver_options);
    cdd_json_add_pairs(builder, "Labels", spec->labels);
    if (spec->subnet != NULL || spec->ipv6_subnet != NULL) {
        json_builder_set_member_name(builder, "IPAM");
        json_builder_begin_object(builder);
        json_builder_set_member_name(builder, "Config");
        json_builder_begin_array(builder);
        add_pool(builder, spec->subnet, spec->gateway, spec->ip_range);
        add_pool(builder, spec->ipv6_subnet, NULL, NULL);
        json_builder_end_array(builder);
        json_builder_end_object(builder);
    }
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

static gboolean
check_spec(const CddNetworkSpec *spec, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    if (spec->name == NULL || *spec->name == '\0')
        cdd_faults_add(faults, "the name is missing");
    else if (!cdd_faults_is_text(spec->name))
        cdd_faults_add(faults, "the name is not UTF-8");
    cdd_faults_check_word(faults, "the name of a driver", spec->driver);
    cdd_faults_check_word(faults, "a range of addresses", spec->subnet);
    cdd_faults_check_word(faults, "an address", spec->gateway);
    cdd_faults_check_word(faults, "a range of addresses", spec->ip_range);
    cdd_faults_check_word(faults, "a range of addresses", spec->ipv6_subnet);
    if (spec->subnet == NULL && (spec->gateway != NULL || spec->ip_range != NULL))
        cdd_faults_add(faults, "a gateway or a part of the addresses needs the subnet");
    cdd_faults_check_entries(faults, "option of the driver", spec->driver_options);
    cdd_faults_check_entries(faults, "label", spec->labels);
    cdd_faults_check_reserved(faults, spec);
    return cdd_faults_conclude(faults, "the network's specification is not valid", error);
}

void
cdd_service_create_network_async(CddService *self,
                                 const CddNetworkSpec *spec,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autoptr(JsonNode) body = NULL;
    CddCall call = {.method = "POST", .path = "/networks/create"};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "creating the network %s",
                             spec != NULL && spec->name != NULL ? spec->name : "");
    if (spec == NULL) {
        cdd_operation_return_missing(task, "spec");
        return;
    }
    if (!check_spec(spec, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    body = spec_to_json(spec);
    call.body = body;
    cdd_operation_call_for(task, &call, parse_id, g_free);
}

char *
cdd_service_create_network_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_inspect_network_async(CddService *self,
                                  const char *network,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autofree char *path = cdd_path("/networks/%s", network);
    CddCall call = {.method = "GET", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call_for(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "inspecting the network %s", network),
                              "network", network, NULL),
        &call, parse, (GDestroyNotify)cdd_network_free);
}

CddNetwork *
cdd_service_inspect_network_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static gpointer
parse_list(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return cdd_json_dup_array(cdd_json_as_array(node), new_network,
                              (GDestroyNotify)cdd_network_free);
}

void
cdd_service_list_networks_async(CddService *self,
                                const char *const *filters,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_list(
        cdd_operation_new(self, cancellable, callback, user_data, "listing networks"), "/networks",
        FALSE, filters, parse_list, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_list_networks_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_remove_network_async(CddService *self,
                                 const char *network,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autofree char *path = cdd_path("/networks/%s", network);
    CddCall call = {.method = "DELETE", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "removing the network %s", network),
                              "network", network, NULL),
        &call);
}

gboolean
cdd_service_remove_network_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

static JsonNode *
endpoint_to_json(const char *container, const CddEndpointSettings *settings)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Container", container);
    if (settings != NULL) {
        json_builder_set_member_name(builder, "EndpointConfig");
        cdd_endpoint_settings_add(builder, settings);
    }
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

static gboolean
check_endpoint(const CddEndpointSettings *settings, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    if (settings->network == NULL)
        cdd_faults_add(faults, "the network is missing");
    else
        cdd_endpoint_settings_check(faults, settings);
    return cdd_faults_conclude(faults, "the place in a network is not valid", error);
}

void
cdd_service_connect_network_async(CddService *self,
                                  const char *container,
                                  const CddEndpointSettings *settings,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    const char *network = settings != NULL && settings->network != NULL ? settings->network : "";
    g_autofree char *path = cdd_path("/networks/%s/connect", network);
    g_autoptr(JsonNode) body = NULL;
    CddCall call = {.method = "POST", .path = path};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "connecting the container %s to the network %s", container, network);
    cdd_operation_require(task, "container", container, NULL);
    if (settings == NULL) {
        cdd_operation_return_missing(task, "settings");
        return;
    }
    if (!check_endpoint(settings, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    body = endpoint_to_json(container, settings);
    call.body = body;
    cdd_operation_call(task, &call);
}

gboolean
cdd_service_connect_network_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_disconnect_network_async(CddService *self,
                                     const char *network,
                                     const char *container,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
    g_autofree char *path = cdd_path("/networks/%s/disconnect", network);
    g_autoptr(JsonNode) body = endpoint_to_json(container, NULL);
    CddCall call = {.method = "POST", .path = path, .body = body};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(cdd_operation_require(
                           cdd_operation_new(self, cancellable, callback, user_data,
                                             "disconnecting the container %s from the network %s",
                                             container, network),
                           "network", network, "container", container, NULL),
                       &call);
}

gboolean
cdd_service_disconnect_network_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}
