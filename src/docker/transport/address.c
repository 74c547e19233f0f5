/* SPDX-License-Identifier: Apache-2.0 */
#include "address.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>
#include <sys/un.h>

#define UNIX_SCHEME "unix://"

static CddAddress *
new_unix(const char *path, const char *origin, GError **error)
{
    gsize capacity = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;
    CddAddress *self;

    if (!g_path_is_absolute(path)) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "%s: the path of a unix socket must be absolute, not \"%s\"", origin, path);
        return NULL;
    }
    if (strlen(path) > capacity) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "%s: the path of a unix socket has at most %" G_GSIZE_FORMAT
                    " bytes; this one is longer: %s",
                    origin, capacity, path);
        return NULL;
    }
    self = g_rc_box_new0(CddAddress);
    self->uri = g_strconcat(UNIX_SCHEME, path, NULL);
    self->path = g_strdup(path);
    return self;
}

static CddAddress *
new_from_uri(const char *uri, const char *origin, GError **error)
{
    if (g_str_has_prefix(uri, UNIX_SCHEME))
        return new_unix(uri + strlen(UNIX_SCHEME), origin, error);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "%s: \"%s\" is not an address of the form unix:///path/to/socket", origin, uri);
    return NULL;
}

CddAddress *
cdd_address_new(const char *socket_path, const char *host, GError **error)
{
    const char *environment = g_getenv("DOCKER_HOST");

    if (socket_path != NULL)
        return new_unix(socket_path, "engine socket", error);
    if (host != NULL)
        return new_from_uri(host, "engine address", error);
    if (environment != NULL && *environment != '\0')
        return new_from_uri(environment, "DOCKER_HOST", error);
    return new_unix(CDD_DEFAULT_SOCKET_PATH, "default", error);
}

CddAddress *
cdd_address_ref(CddAddress *self)
{
    return g_rc_box_acquire(self);
}

static void
address_clear(gpointer data)
{
    CddAddress *self = data;

    g_free(self->uri);
    g_free(self->path);
}

void
cdd_address_unref(CddAddress *self)
{
    g_rc_box_release_full(self, address_clear);
}
