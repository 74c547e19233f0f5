/* SPDX-License-Identifier: Apache-2.0 */
#include "endpoint.h"

#include "../wire/json.h"
#include "docker-config.h"

#include <colcon-deb-docker/cdd-error.h>

/* The built-in context: DOCKER_HOST or the default socket, without files. */
#define DEFAULT_CONTEXT "default"

/* For an address without a context: DOCKER_TLS_VERIFY or DOCKER_TLS enable TLS. */
static CddAddress *
from_host(const CddEndpointChoice *choice, const char *host, const char *origin, GError **error)
{
    gboolean verify =
        cdd_docker_config_get_variable("DOCKER_TLS_VERIFY") != NULL || choice->cert_path != NULL;
    gboolean tls = verify || cdd_docker_config_get_variable("DOCKER_TLS") != NULL;
    const char *named = choice->cert_path != NULL
                            ? choice->cert_path
                            : cdd_docker_config_get_variable("DOCKER_CERT_PATH");
    g_autofree char *directory = named != NULL ? g_strdup(named) : cdd_docker_config_directory();

    return cdd_address_new(host, origin, tls ? directory : NULL, !verify, error);
}

/* contexts/meta/SHA256/meta.json or contexts/tls/SHA256/docker/, with the SHA256 of the name. */
static char *
context_file(const char *kind, const char *context, const char *name)
{
    g_autofree char *directory = cdd_docker_config_directory();
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, context, -1);

    return g_build_filename(directory, "contexts", kind, digest, name, NULL);
}

static CddAddress *
from_context(const char *context, const char *origin, GError **error)
{
    g_autofree char *meta = context_file("meta", context, "meta.json");
    g_autofree char *tls = context_file("tls", context, "docker");
    g_autofree char *from = g_strdup_printf("context %s", context);
    g_autoptr(GError) reason = NULL;
    g_autoptr(JsonNode) node = cdd_docker_config_load(meta, &reason);
    JsonObject *endpoints = cdd_json_get_object(cdd_json_as_object(node), "Endpoints");
    JsonObject *docker = cdd_json_get_object(endpoints, "docker");
    const char *host = cdd_json_get_string(docker, "Host");

    if (reason != NULL) {
        g_propagate_prefixed_error(error, g_steal_pointer(&reason), "%s: ", from);
        return NULL;
    }
    if (node == NULL || host == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "%s: the context \"%s\" %s (%s); \"docker context ls\" lists the contexts",
                    origin, context, node != NULL ? "names no engine" : "does not exist", meta);
        return NULL;
    }
    return cdd_address_new(host, from, g_file_test(tls, G_FILE_TEST_IS_DIR) ? tls : NULL,
                           cdd_json_get_boolean(docker, "SkipTLSVerify"), error);
}

/* Gets the context set by "docker context use", or NULL. Fails if config.json is not valid. */
static gboolean
get_current_context(char **context, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(JsonNode) node = cdd_docker_config_load_main(&reason);

    *context = g_strdup(cdd_json_get_string(cdd_json_as_object(node), "currentContext"));
    if (reason == NULL)
        return TRUE;
    g_propagate_prefixed_error(error, g_steal_pointer(&reason), "Docker's configuration: ");
    return FALSE;
}

/* Returns the variable that enables TLS, or NULL. */
static const char *
find_tls_variable(void)
{
    static const char *const names[] = {"DOCKER_TLS_VERIFY", "DOCKER_TLS"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (cdd_docker_config_get_variable(names[i]) != NULL)
            return names[i];
    }
    return NULL;
}

/* The engine if nothing names one. The default socket has no TLS, so asking for TLS means a port.
 */
static CddAddress *
from_nothing(const CddEndpointChoice *choice, const char *origin, GError **error)
{
    const char *tls_variable = find_tls_variable();

    if (tls_variable == NULL)
        return cdd_address_new_default(origin);
    return from_host(choice, "", origin != NULL ? origin : tls_variable, error);
}

static gboolean
is_context(const char *context)
{
    return context != NULL && *context != '\0' && !g_str_equal(context, DEFAULT_CONTEXT);
}

CddAddress *
cdd_endpoint_resolve(const CddEndpointChoice *choice, GError **error)
{
    const char *host = cdd_docker_config_get_variable("DOCKER_HOST");
    const char *context = cdd_docker_config_get_variable("DOCKER_CONTEXT");
    g_autofree char *current = NULL;

    if (choice->context != NULL && (choice->host != NULL || choice->socket_path != NULL)) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                            "engine address: both a context and an address are given; choose one");
        return NULL;
    }
    if (choice->host != NULL && choice->socket_path != NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                            "engine address: both a socket and an address are given; choose one");
        return NULL;
    }
    if (is_context(choice->context))
        return from_context(choice->context, "context", error);
    if (choice->socket_path != NULL)
        return cdd_address_new_for_socket(choice->socket_path, "engine socket", error);
    if (choice->host != NULL)
        return from_host(choice, choice->host, "engine address", error);
    if (host != NULL)
        return from_host(choice, host, "DOCKER_HOST", error);
    if (choice->context == NULL && is_context(context))
        return from_context(context, "DOCKER_CONTEXT", error);
    if (choice->context == NULL && context == NULL && !get_current_context(&current, error))
        return NULL;
    if (is_context(current))
        return from_context(current, "Docker's configuration", error);
    return from_nothing(
        choice, choice->context != NULL || context != NULL ? "context " DEFAULT_CONTEXT : NULL,
        error);
}
