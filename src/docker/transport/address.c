/* SPDX-License-Identifier: Apache-2.0 */
#include "address.h"

#include "../value/text.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>
#include <sys/un.h>

#define UNIX_SCHEME "unix://"

/* ssh itself refuses these since OpenSSH 9.6. Before, a ProxyCommand could run them. */
#define NOT_IN_HOST "'`\"$\\;&<>|(){}"
#define NOT_IN_USER "'`\";&<>|(){}"

enum {
    /* The ports that dockerd suggests. */
    DEFAULT_PORT = 2375,
    DEFAULT_TLS_PORT = 2376,
    MAX_SHOWN = 500,
};

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
    g_free(self->origin);
    g_free(self->path);
    g_free(self->host);
    g_free(self->user);
    g_free(self->tls_directory);
}

void
cdd_address_unref(CddAddress *self)
{
    g_rc_box_release_full(self, address_clear);
}

/* Hides the text before the host: it may hold a password, even in an invalid address. */
static char *
without_user(const char *uri)
{
    const char *start = strstr(uri, "://");
    const char *at = g_str_has_prefix(uri, UNIX_SCHEME) ? NULL : strrchr(uri, '@');

    start = start != NULL ? start + strlen("://") : uri;
    if (at == NULL || at < start)
        return g_strdup(uri);
    return g_strdup_printf("%.*s***%s", (int)(start - uri), uri, at);
}

static CddAddress *
fail(GError **error, const char *origin, const char *uri, const char *fault)
{
    g_autofree char *address = without_user(uri);
    g_autofree char *shown = cdd_text_clean(address, strlen(address), MAX_SHOWN, CDD_TEXT_ONE_LINE);

    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "%s: \"%s\" %s; an engine's address is unix:///path/to/socket, tcp://host:port or "
                "ssh://user@host",
                origin, shown, fault);
    return NULL;
}

static CddAddress *
new_address(CddAddressKind kind, const char *uri, const char *origin)
{
    CddAddress *self = g_rc_box_new0(CddAddress);

    self->kind = kind;
    self->uri = g_strdup(uri);
    self->origin = g_strdup(origin);
    return self;
}

CddAddress *
cdd_address_new_default(const char *origin)
{
    CddAddress *self = new_address(CDD_ADDRESS_UNIX, UNIX_SCHEME CDD_DEFAULT_SOCKET_PATH, origin);

    self->path = g_strdup(CDD_DEFAULT_SOCKET_PATH);
    return self;
}

CddAddress *
cdd_address_new_for_socket(const char *path, const char *origin, GError **error)
{
    gsize capacity = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;
    g_autofree char *uri = g_strconcat(UNIX_SCHEME, path, NULL);
    CddAddress *self;

    if (!g_path_is_absolute(path)) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "%s: the path of a unix socket must be absolute, not \"%s\"", origin, path);
        return NULL;
    }
    if (strlen(path) > capacity) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "%s: the path of a unix socket is limited to %" G_GSIZE_FORMAT
                    " bytes; this one is longer: %s",
                    origin, capacity, path);
        return NULL;
    }
    self = new_address(CDD_ADDRESS_UNIX, uri, origin);
    self->path = g_strdup(path);
    return self;
}

static gboolean
has_control(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (g_ascii_iscntrl(*text))
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_control_part(GUri *parts)
{
    return has_control(g_uri_get_host(parts)) || has_control(g_uri_get_userinfo(parts)) ||
           has_control(g_uri_get_path(parts));
}

static gboolean
is_empty_path(const char *path)
{
    return *path == '\0' || g_str_equal(path, "/");
}

static CddAddress *
new_tcp(GUri *parts,
        const char *uri,
        const char *origin,
        const char *tls_directory,
        gboolean tls_skip_verify,
        GError **error)
{
    CddAddress *self;
    int port = g_uri_get_port(parts);

    if (g_uri_get_userinfo(parts) != NULL || !is_empty_path(g_uri_get_path(parts)))
        return fail(error, origin, uri, "has more than a host and a port");
    self = new_address(CDD_ADDRESS_TCP, uri, origin);
    self->host = g_strdup(g_uri_get_host(parts));
    self->tls_directory = g_strdup(tls_directory);
    self->tls_skip_verify = tls_skip_verify;
    self->port = (guint16)port;
    if (port <= 0)
        self->port = tls_directory != NULL ? DEFAULT_TLS_PORT : DEFAULT_PORT;
    return self;
}

/* The name of a host or user for ssh, which would read a leading dash as an option. */
static gboolean
is_ssh_name(const char *name, const char *refused)
{
    return *name != '-' && strpbrk(name, refused) == NULL && strpbrk(name, " \t") == NULL;
}

static CddAddress *
new_ssh(GUri *parts, const char *uri, const char *origin, GError **error)
{
    const char *path = g_uri_get_path(parts);
    const char *user = g_uri_get_user(parts);
    CddAddress *self;

    /* ssh asks for a password itself. Everybody can read the arguments of a process. */
    if (g_uri_get_password(parts) != NULL)
        return fail(error, origin, "ssh://…", "contains a password, which ssh does not accept");
    if (!is_ssh_name(g_uri_get_host(parts), NOT_IN_HOST))
        return fail(error, origin, uri, "has a host that ssh does not accept");
    if (user != NULL && !is_ssh_name(user, NOT_IN_USER))
        return fail(error, origin, uri, "has a user that ssh does not accept");
    self = new_address(CDD_ADDRESS_SSH, uri, origin);
    self->host = g_strdup(g_uri_get_host(parts));
    self->user = user != NULL && *user != '\0' ? g_strdup(user) : NULL;
    self->port = (guint16)MAX(0, g_uri_get_port(parts));
    self->path = is_empty_path(path) ? NULL : g_strdup(path);
    return self;
}

/* Returns what is wrong with a text that GLib does not read as a URI. */
static const char *
explain(const char *uri, const GError *reason)
{
    /* GLib decodes every control character but NUL. */
    if (has_control(uri) || strstr(uri, "%00") != NULL)
        return "has a control character";
    if (g_error_matches(reason, G_URI_ERROR, G_URI_ERROR_BAD_PORT))
        return "has a port that is not a number from 1 to 65535";
    return "is not a valid address";
}

CddAddress *
cdd_address_new(const char *uri,
                const char *origin,
                const char *tls_directory,
                gboolean tls_skip_verify,
                GError **error)
{
    g_autoptr(GUri) parts = NULL;
    g_autoptr(GError) reason = NULL;
    const char *scheme;

    if (g_str_has_prefix(uri, UNIX_SCHEME))
        return cdd_address_new_for_socket(uri + strlen(UNIX_SCHEME), origin, error);
    parts = g_uri_parse(uri, G_URI_FLAGS_HAS_PASSWORD, &reason);
    if (parts == NULL)
        return fail(error, origin, uri, explain(uri, reason));
    if (g_uri_get_host(parts) == NULL || *g_uri_get_host(parts) == '\0')
        return fail(error, origin, uri, "names no host");
    if (has_control(uri) || has_control_part(parts))
        return fail(error, origin, uri, "has a control character");
    if (g_uri_get_port(parts) == 0)
        return fail(error, origin, uri, "has the port 0");
    if (g_uri_get_query(parts) != NULL || g_uri_get_fragment(parts) != NULL)
        return fail(error, origin, uri, "has a query or a fragment");
    scheme = g_uri_get_scheme(parts);
    if (g_str_equal(scheme, "tcp"))
        return new_tcp(parts, uri, origin, tls_directory, tls_skip_verify, error);
    if (g_str_equal(scheme, "ssh"))
        return new_ssh(parts, uri, origin, error);
    return fail(error, origin, uri, "has an unknown scheme");
}
