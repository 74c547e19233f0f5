/* SPDX-License-Identifier: Apache-2.0 */
#include "secrets.h"

#include "../engine/credentials.h"
#include "description.h"
#include "unary.h"
#include "wire/proto/session.pb-c.h"

#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    /* BuildKit's limit. */
    MAX_SECRET_LENGTH = 500 * 1024,
};

typedef struct {
    char *path;  /* either @path or @value */
    char *value; /* the value of a variable */
} Secret;

static void
secret_free(gpointer data)
{
    Secret *secret = data;

    g_free(secret->path);
    cdd_secret_free(secret->value);
    g_free(secret);
}

static gboolean
read_all(int fd, guint8 *buffer, gsize *length, GError **error)
{
    while (*length <= MAX_SECRET_LENGTH) {
        ssize_t piece = read(fd, buffer + *length, MAX_SECRET_LENGTH + 1 - *length);

        if (piece < 0 && errno == EINTR)
            continue;
        if (piece < 0) {
            g_set_error_literal(error, CDD_ERROR, CDD_ERROR_FAILED, g_strerror(errno));
            return FALSE;
        }
        if (piece == 0)
            return TRUE;
        *length += (gsize)piece;
    }
    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED,
                "it is larger than %d KiB, the limit of a secret", MAX_SECRET_LENGTH / 1024);
    return FALSE;
}

static guint8 *
read_file(const char *path, gsize *length, GError **error)
{
    g_autofree guint8 *buffer = g_malloc0(MAX_SECRET_LENGTH + 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    gboolean ok = FALSE;

    *length = 0;
    if (fd < 0)
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_FAILED, g_strerror(errno));
    else
        ok = read_all(fd, buffer, length, error);
    if (fd >= 0)
        close(fd);
    if (ok)
        return g_steal_pointer(&buffer);
    explicit_bzero(buffer, MAX_SECRET_LENGTH + 1);
    return NULL;
}

typedef struct {
    CddBuildSession *session;
    GHashTable *by_id;
} Secrets;

static void
answer_file(Secrets *secrets, CddGrpcCall *call, const char *id, const char *path)
{
    Cdd__GetSecretResponse response = CDD__GET_SECRET_RESPONSE__INIT;
    g_autoptr(GError) error = NULL;
    gsize length = 0;
    guint8 *data = read_file(path, &length, &error);

    if (data == NULL) {
        g_prefix_error(&error, "reading the secret %s from %s: ", id, path);
        cdd_grpc_call_finish(call, CDD_GRPC_INTERNAL, error->message);
        cdd_build_session_report(secrets->session, g_steal_pointer(&error));
        return;
    }
    response.data.data = data;
    response.data.len = length;
    cdd_unary_reply(call, &response.base);
    explicit_bzero(data, length);
    g_free(data);
}

static void
on_asked(CddGrpcCall *call, gconstpointer data, gpointer service)
{
    const Cdd__GetSecretRequest *request = data;
    Cdd__GetSecretResponse response = CDD__GET_SECRET_RESPONSE__INIT;
    Secrets *secrets = service;
    const Secret *secret = g_hash_table_lookup(secrets->by_id, request->id);

    if (secret == NULL) {
        cdd_grpc_call_finish(call, CDD_GRPC_NOT_FOUND, "the build has no secret of this name");
    } else if (secret->path != NULL) {
        answer_file(secrets, call, request->id, secret->path);
    } else {
        response.data.data = (guint8 *)secret->value;
        response.data.len = strlen(secret->value);
        cdd_unary_reply(call, &response.base);
    }
}

static void
begin(CddGrpcCall *call, gpointer service)
{
    cdd_unary_begin(call, &cdd__get_secret_request__descriptor, on_asked, service);
}

/* Like Docker: without a source, use the variable named @id if it is set, else the file @id. */
static Secret *
resolve(const char *id, const char *path, const char *variable, GError **error)
{
    Secret *secret;

    if (path == NULL && variable == NULL) {
        if (g_getenv(id) != NULL)
            variable = id;
        else
            path = id;
    }
    if (path != NULL && access(path, R_OK) != 0) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "the file %s cannot be read: %s",
                    path, g_strerror(errno));
        return NULL;
    }
    if (path == NULL && g_getenv(variable) == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "the variable %s is not set",
                    variable);
        return NULL;
    }
    secret = g_new0(Secret, 1);
    secret->path = g_strdup(path);
    secret->value = path != NULL ? NULL : g_strdup(g_getenv(variable));
    return secret;
}

static gboolean
check_type(const char *type, GError **error)
{
    if (type == NULL || g_str_equal(type, "file") || g_str_equal(type, "env"))
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "unknown type \"%s\"; use file or env",
                type);
    return FALSE;
}

static gboolean
add(Secrets *secrets, const char *text, GError **error)
{
    static const char *const names[] = {"id", "src", "source", "env", "type", NULL};
    g_autoptr(GHashTable) fields = cdd_description_parse(text, names, error);
    const char *id = fields != NULL ? g_hash_table_lookup(fields, "id") : NULL;
    const char *type = fields != NULL ? g_hash_table_lookup(fields, "type") : NULL;
    const char *variable;
    const char *path;
    Secret *secret = NULL;

    if (fields != NULL && id == NULL)
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                            "the field id=NAME is missing");
    if (id != NULL) {
        variable = g_hash_table_lookup(fields, "env");
        path = g_hash_table_lookup(fields, "src");
        if (path == NULL)
            path = g_hash_table_lookup(fields, "source");
        /* For this type the source is the name of a variable. */
        if (g_strcmp0(type, "env") == 0 && variable == NULL) {
            variable = path != NULL ? path : id;
            path = NULL;
        }
        secret = check_type(type, error) ? resolve(id, path, variable, error) : NULL;
    }
    if (secret == NULL) {
        g_prefix_error(error, "the secret \"%s\": ", text);
        return FALSE;
    }
    g_hash_table_insert(secrets->by_id, g_strdup(id), secret);
    return TRUE;
}

static void
secrets_free(gpointer data)
{
    Secrets *secrets = data;

    g_hash_table_unref(secrets->by_id);
    g_free(secrets);
}

gboolean
cdd_build_secrets_serve(CddBuildSession *session, const char *const *descriptions, GError **error)
{
    static const CddBuildSessionMethod method = {"/moby.buildkit.secrets.v1.Secrets/GetSecret",
                                                 begin};
    Secrets *secrets = g_new0(Secrets, 1);

    secrets->session = session;
    secrets->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, secret_free);
    cdd_build_session_serve(session, &method, 1, secrets, secrets_free);
    for (; descriptions != NULL && *descriptions != NULL; descriptions++) {
        if (!add(secrets, *descriptions, error))
            return FALSE;
    }
    return TRUE;
}
