/* SPDX-License-Identifier: Apache-2.0 */
#include "tls.h"

#include "../value/error.h"

/* The data of a stream. */
#define ADDRESS_KEY "cdd-tls-address"
#define FAULTS_KEY "cdd-tls-faults"

static char *
path_of(const CddAddress *address, const char *name)
{
    return g_build_filename(address->tls_directory, name, NULL);
}

/* Returns the path of a file, or NULL if it does not exist. */
static char *
find_file(const CddAddress *address, const char *name)
{
    g_autofree char *path = path_of(address, name);

    return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

static char *
describe_authority(const CddAddress *address)
{
    g_autofree char *ca = path_of(address, CDD_TLS_CA_FILE);

    if (g_file_test(ca, G_FILE_TEST_EXISTS))
        return g_strdup_printf("the engine's certificate is not signed by the authority in %s", ca);
    return g_strdup_printf(
        "the engine's certificate is not signed by an authority that this system "
        "knows, and %s does not exist; put the engine's authority there",
        ca);
}

static char *
describe_client_certificate(const CddAddress *address)
{
    g_autofree char *cert = path_of(address, CDD_TLS_CERT_FILE);

    if (!g_file_test(cert, G_FILE_TEST_EXISTS))
        return g_strdup_printf("the engine demands a client's certificate, and %s does not exist",
                               cert);
    return g_strdup_printf("the engine does not accept the client's certificate in %s", cert);
}

/* Returns what is wrong with the engine's certificate, the most basic fault first, or NULL. */
static char *
describe_faults(const CddAddress *address, GTlsCertificateFlags faults)
{
    if ((faults & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
        return describe_authority(address);
    if ((faults & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
        return g_strdup_printf("the engine's certificate is for another name than %s",
                               address->host);
    if ((faults & G_TLS_CERTIFICATE_EXPIRED) != 0)
        return g_strdup("the engine's certificate has expired");
    if ((faults & G_TLS_CERTIFICATE_NOT_ACTIVATED) != 0)
        return g_strdup("the engine's certificate is not valid yet; compare the clocks");
    return NULL;
}

/* Returns what went wrong in a handshake, or after it because of a certificate. */
static char *
describe(const CddAddress *address, GTlsCertificateFlags faults, const GError *reason)
{
    char *fault = address->tls_skip_verify ? NULL : describe_faults(address, faults);

    if (fault != NULL)
        return fault;
    if (g_error_matches(reason, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
        return describe_client_certificate(address);
    /* GLib's backends do not tell plain text from other faults of a handshake. */
    if (g_error_matches(reason, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) ||
        g_error_matches(reason, G_TLS_ERROR, G_TLS_ERROR_MISC))
        return g_strdup_printf("%s (check that the engine uses TLS at this port)", reason->message);
    return g_strdup(reason->message);
}

static GError *
new_error(const CddAddress *address, const char *fault)
{
    return g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                       "securing the connection to %s: %s", address->uri, fault);
}

static gboolean
set_authority(GTlsConnection *connection, const CddAddress *address, GError **error)
{
    g_autofree char *ca = find_file(address, CDD_TLS_CA_FILE);
    g_autoptr(GTlsDatabase) database = NULL;

    /* Without a file, the system's authorities verify the engine's certificate. */
    if (ca == NULL)
        return TRUE;
    database = g_tls_file_database_new(ca, error);
    if (database == NULL) {
        g_prefix_error(error, "reading %s: ", ca);
        return FALSE;
    }
    g_tls_connection_set_database(connection, database);
    return TRUE;
}

static gboolean
fail_without_pair(const CddAddress *address,
                  const char *present,
                  const char *missing,
                  GError **error)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                "%s/%s does not exist, but %s does; a client's certificate needs both",
                address->tls_directory, missing, present);
    return FALSE;
}

static gboolean
set_certificate(GTlsConnection *connection, const CddAddress *address, GError **error)
{
    g_autofree char *cert = find_file(address, CDD_TLS_CERT_FILE);
    g_autofree char *key = find_file(address, CDD_TLS_KEY_FILE);
    g_autoptr(GTlsCertificate) certificate = NULL;

    if (cert == NULL && key == NULL)
        return TRUE;
    if (cert == NULL)
        return fail_without_pair(address, CDD_TLS_KEY_FILE, CDD_TLS_CERT_FILE, error);
    if (key == NULL)
        return fail_without_pair(address, CDD_TLS_CERT_FILE, CDD_TLS_KEY_FILE, error);
    certificate = g_tls_certificate_new_from_files(cert, key, error);
    if (certificate == NULL) {
        g_prefix_error(error, "reading %s and %s: ", cert, key);
        return FALSE;
    }
    g_tls_connection_set_certificate(connection, certificate);
    return TRUE;
}

/* Called if the engine's certificate has faults. */
static gboolean
on_faults(GTlsConnection *connection,
          GTlsCertificate *certificate G_GNUC_UNUSED,
          GTlsCertificateFlags faults,
          gpointer user_data G_GNUC_UNUSED)
{
    const CddAddress *address = g_object_get_data(G_OBJECT(connection), ADDRESS_KEY);

    g_object_set_data(G_OBJECT(connection), FAULTS_KEY, GUINT_TO_POINTER(faults));
    return address->tls_skip_verify;
}

static GIOStream *
wrap(GIOStream *base, CddAddress *address, GError **error)
{
    g_autoptr(GSocketConnectable) identity = g_network_address_new(address->host, address->port);
    g_autoptr(GIOStream) stream = NULL;

    if (!g_tls_backend_supports_tls(g_tls_backend_get_default())) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            "GLib has no TLS support; install glib-networking");
        return NULL;
    }
    stream = g_tls_client_connection_new(base, identity, error);
    if (stream == NULL || !set_authority(G_TLS_CONNECTION(stream), address, error) ||
        !set_certificate(G_TLS_CONNECTION(stream), address, error))
        return NULL;
    g_object_set_data_full(G_OBJECT(stream), ADDRESS_KEY, cdd_address_ref(address),
                           (GDestroyNotify)cdd_address_unref);
    g_signal_connect(stream, "accept-certificate", G_CALLBACK(on_faults), NULL);
    return g_steal_pointer(&stream);
}

static GError *
explain(GIOStream *stream, const GError *reason)
{
    const CddAddress *address = g_object_get_data(G_OBJECT(stream), ADDRESS_KEY);
    guint faults = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(stream), FAULTS_KEY));
    g_autofree char *fault = NULL;

    if (cdd_error_is_cancelled(reason))
        return g_error_copy(reason);
    fault = describe(address, (GTlsCertificateFlags)faults, reason);
    if (address->tls_directory != NULL &&
        !g_file_test(address->tls_directory, G_FILE_TEST_IS_DIR)) {
        g_autofree char *cause = g_strdup_printf(
            "%s; the directory of certificates, %s, does not exist", fault, address->tls_directory);

        return new_error(address, cause);
    }
    return new_error(address, fault);
}

void
cdd_tls_explain(GIOStream *stream, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (!G_IS_TLS_CONNECTION(stream) || error == NULL || *error == NULL ||
        (*error)->domain != G_TLS_ERROR)
        return;
    reason = g_steal_pointer(error);
    if (g_error_matches(reason, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
        *error = explain(stream, reason);
    else
        *error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, reason->message);
}

void
cdd_tls_suspect(GIOStream *stream, GError **error)
{
    const CddAddress *address;
    g_autofree char *cert = NULL;

    if (!G_IS_TLS_CONNECTION(stream) || error == NULL || *error == NULL ||
        (*error)->domain != G_IO_ERROR || cdd_error_is_cancelled(*error) ||
        g_tls_connection_get_certificate(G_TLS_CONNECTION(stream)) != NULL)
        return;
    address = g_object_get_data(G_OBJECT(stream), ADDRESS_KEY);
    cert = path_of(address, CDD_TLS_CERT_FILE);
    g_prefix_error(error,
                   "the engine may demand a client's certificate, and %s does not exist: ", cert);
}

static void
on_handshaken(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    g_autoptr(GError) reason = NULL;

    if (g_tls_connection_handshake_finish(G_TLS_CONNECTION(source), result, &reason))
        g_task_return_pointer(task, g_object_ref(source), g_object_unref);
    else
        g_task_return_error(task, explain(G_IO_STREAM(source), reason));
}

void
cdd_tls_connect_async(GIOStream *base,
                      CddAddress *address,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    g_autoptr(GError) reason = NULL;
    g_autoptr(GIOStream) stream = wrap(base, address, &reason);

    if (stream == NULL) {
        g_task_return_error(task, new_error(address, reason->message));
        g_object_unref(task);
        return;
    }
    g_tls_connection_handshake_async(G_TLS_CONNECTION(stream), G_PRIORITY_DEFAULT, cancellable,
                                     on_handshaken, task);
}

GIOStream *
cdd_tls_connect_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
