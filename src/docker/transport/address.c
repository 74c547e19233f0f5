/* SPDX-License-Identifier: Apache-2.0 */
#include "address.h"

#include "../value/text.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>
#include <sys/un.h>

#define SCHEME_END "://"
#define UNIX_SCHEME "unix" SCHEME_END
#define TCP_SCHEME "tcp" SCHEME_END

/* ssh itself refuses these since OpenSSH 9.6. Before, a ProxyCommand could run them. */
#define NOT_IN_HOST "'`\"$\\;&<>|(){}"
#define NOT_IN_USER "'`\";&<>|(){}"

/* The host of an address without one, and the address if there is none but TLS is asked for. */
#define DEFAULT_HOST "localhost"
#define DEFAULT_TLS_URI "tcp://localhost:2376"

enum {
    DEFAULT_PORT = 2375,
    MAX_PORT = 65535,
    MAX_SHOWN = 500,
};

/* The schemes of text that people take for an engine's address. */
static const struct {
    const char *scheme;
    const char *fault;
} other_schemes[] = {
    {"http", "has the scheme http; write tcp:// instead"},
    {"https", "has the scheme https; write tcp:// instead, and ask for TLS (DOCKER_TLS_VERIFY=1)"},
    {"npipe", "is a pipe of Windows, which does not exist here"},
    {"fd", "is a socket that only the engine itself has"},
};

CddAddress *
cdd_address_ref(CddAddress *self)
{
    return g_atomic_rc_box_acquire(self);
}

static void
address_clear(gpointer data)
{
    CddAddress *self = data;

    g_free(self->uri);
    g_free(self->origin);
    g_free(self->path);
    g_free(self->host);
    g_free(self->base_path);
    g_free(self->user);
    g_free(self->tls_directory);
    if (self->free_engine != NULL)
        self->free_engine(self->engine);
}

void
cdd_address_unref(CddAddress *self)
{
    g_atomic_rc_box_release_full(self, address_clear);
}

/* Hides the text before the host: it may hold a password, even in an invalid address. */
static char *
without_user(const char *uri)
{
    const char *start = strstr(uri, SCHEME_END);
    const char *at = g_str_has_prefix(uri, UNIX_SCHEME) ? NULL : strrchr(uri, '@');

    start = start != NULL ? start + strlen(SCHEME_END) : uri;
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
    CddAddress *self = g_atomic_rc_box_new0(CddAddress);

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
    g_autofree char *full =
        g_path_is_absolute(path) ? g_strdup(path) : g_canonicalize_filename(path, NULL);
    g_autofree char *uri = g_strconcat(UNIX_SCHEME, full, NULL);
    CddAddress *self;

    if (strlen(full) > capacity) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "%s: the path of a unix socket is limited to %" G_GSIZE_FORMAT
                    " bytes; this one is longer: %s",
                    origin, capacity, full);
        return NULL;
    }
    self = new_address(CDD_ADDRESS_UNIX, uri, origin);
    self->path = g_steal_pointer(&full);
    return self;
}

CddAddress *
cdd_address_new_for_mock(CddOpenFunc open, gpointer engine, GDestroyNotify free_engine)
{
    CddAddress *self = new_address(CDD_ADDRESS_MOCK, "mock://", NULL);

    self->open = open;
    self->engine = engine;
    self->free_engine = free_engine;
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

/* Returns the path before the paths of the API, as it stands in a request, or NULL for none. */
static char *
new_base_path(const char *path)
{
    g_autofree char *trimmed = g_strdup(path);
    gsize length = strlen(trimmed);

    while (length > 0 && trimmed[length - 1] == '/')
        trimmed[--length] = '\0';
    return length == 0 ? NULL : g_uri_escape_string(trimmed, "/:@", FALSE);
}

/* The port is 2375 with TLS too, as in Docker's command line. */
static CddAddress *
new_tcp(GUri *parts, const char *origin, const char *tls_directory, gboolean tls_skip_verify)
{
    const char *host = g_uri_get_host(parts);
    int port = g_uri_get_port(parts) > 0 ? g_uri_get_port(parts) : DEFAULT_PORT;
    g_autofree char *base_path = new_base_path(g_uri_get_path(parts));
    g_autofree char *uri = NULL;
    CddAddress *self;

    if (*host == '\0')
        host = DEFAULT_HOST;
    uri = g_uri_join(G_URI_FLAGS_ENCODED_PATH, "tcp", NULL, host, port,
                     base_path != NULL ? base_path : "", NULL, NULL);
    self = new_address(CDD_ADDRESS_TCP, uri, origin);
    self->host = g_strdup(host);
    self->port = (guint16)port;
    self->base_path = g_steal_pointer(&base_path);
    /* GLib's TLS takes absolute paths only. */
    if (tls_directory != NULL)
        self->tls_directory = g_canonicalize_filename(tls_directory, NULL);
    self->tls_skip_verify = tls_skip_verify;
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

/* The port in "host:port", "[::1]:port" and "user@host:port/path"; "" if there is none. */
static char *
find_port(const char *authority)
{
    g_autofree char *text = g_strndup(authority, strcspn(authority, "/?#"));
    const char *colon = strrchr(text, ':');

    return g_strdup(colon != NULL ? colon + 1 : "");
}

static gboolean
has_bare_ipv6(const char *authority)
{
    g_autofree char *host = g_strndup(authority, strcspn(authority, "/?#@"));

    return *host != '[' && strchr(host, ':') != strrchr(host, ':') &&
           g_hostname_is_ip_address(host);
}

/* Returns what is wrong with a text that GLib does not read as a URI. */
static const char *
explain(const char *uri, const GError *reason)
{
    const char *authority = strstr(uri, SCHEME_END) + strlen(SCHEME_END);
    g_autofree char *port = find_port(authority);

    /* GLib decodes every control character but NUL. */
    if (strstr(uri, "%00") != NULL)
        return "has a control character";
    if (has_bare_ipv6(authority))
        return "has an IPv6 address without brackets; write it as [::1]:2375";
    if (!g_error_matches(reason, G_URI_ERROR, G_URI_ERROR_BAD_PORT))
        return "is not a valid address";
    if (*port != '\0' && strspn(port, "0123456789") == strlen(port))
        return "has a port above 65535";
    return "has a port that is not a number from 1 to 65535";
}

/* Returns what is wrong with the parts of an address, or NULL. */
static const char *
find_fault(GUri *parts, gboolean is_tcp)
{
    if (has_control_part(parts))
        return "has a control character";
    if (is_tcp && strpbrk(g_uri_get_host(parts), " \t") != NULL)
        return "has a space in its host";
    if (g_uri_get_port(parts) == 0)
        return "has the port 0";
    if (g_uri_get_port(parts) > MAX_PORT)
        return "has a port above 65535";
    if (g_uri_get_query(parts) != NULL || g_uri_get_fragment(parts) != NULL)
        return "has a query or a fragment";
    if (is_tcp && g_uri_get_userinfo(parts) != NULL)
        return "has a user, which only an address with ssh:// has";
    if (!is_tcp && *g_uri_get_host(parts) == '\0')
        return "names no host";
    return NULL;
}

/* For the schemes tcp and ssh. @given is the address as the caller wrote it, for errors. */
static CddAddress *
new_network(const char *uri,
            const char *given,
            const char *origin,
            const char *tls_directory,
            gboolean tls_skip_verify,
            GError **error)
{
    gboolean is_tcp = g_str_has_prefix(uri, TCP_SCHEME);
    g_autoptr(GError) reason = NULL;
    g_autoptr(GUri) parts = g_uri_parse(uri, G_URI_FLAGS_HAS_PASSWORD, &reason);
    const char *fault = parts == NULL ? explain(uri, reason) : find_fault(parts, is_tcp);

    if (fault != NULL)
        return fail(error, origin, given, fault);
    return is_tcp ? new_tcp(parts, origin, tls_directory, tls_skip_verify)
                  : new_ssh(parts, uri, origin, error);
}

/* Returns what is wrong with the scheme of a text, or NULL. */
static const char *
find_scheme_fault(const char *text)
{
    static const char *const schemes[] = {"unix", "tcp", "ssh"};
    const char *end = strstr(text, SCHEME_END);

    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        gsize length = strlen(schemes[i]);

        if (!g_str_has_prefix(text, schemes[i]) || text[length] != ':')
            continue;
        if (text + length != end)
            return g_ascii_isdigit(text[length + 1]) ? NULL : "has no // after its scheme";
        return strstr(end + 1, SCHEME_END) == NULL ? NULL : "has two schemes";
    }
    if (end == NULL)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(other_schemes); i++) {
        if (strlen(other_schemes[i].scheme) == (gsize)(end - text) &&
            g_str_has_prefix(text, other_schemes[i].scheme))
            return other_schemes[i].fault;
    }
    return "has an unknown scheme";
}

/* Whether Docker reads a text without a scheme as the path of a socket. */
static gboolean
is_path(const char *text)
{
    return g_str_has_prefix(text, "/") || g_str_has_prefix(text, "./");
}

CddAddress *
cdd_address_new(const char *text,
                const char *origin,
                const char *tls_directory,
                gboolean tls_skip_verify,
                GError **error)
{
    g_autofree char *given = g_strstrip(g_strdup(text));
    g_autofree char *uri = NULL;
    const char *fault = has_control(given) ? "has a control character" : find_scheme_fault(given);

    if (fault != NULL)
        return fail(error, origin, given, fault);
    if (g_str_equal(given, UNIX_SCHEME) || (*given == '\0' && tls_directory == NULL))
        return cdd_address_new_default(origin);
    if (g_str_has_prefix(given, UNIX_SCHEME))
        return cdd_address_new_for_socket(given + strlen(UNIX_SCHEME), origin, error);
    if (is_path(given))
        return cdd_address_new_for_socket(given, origin, error);
    if (*given == '\0')
        uri = g_strdup(DEFAULT_TLS_URI);
    else if (strstr(given, SCHEME_END) == NULL)
        uri = g_strconcat(TCP_SCHEME, given, NULL);
    else
        uri = g_strdup(given);
    return new_network(uri, given, origin, tls_directory, tls_skip_verify, error);
}
