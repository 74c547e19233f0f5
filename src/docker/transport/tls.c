/* SPDX-License-Identifier: Apache-2.0 */
#include "tls.h"

#include "../value/error.h"

static GError *
explain(const CddAddress *address, const GError *reason)
{
    if (cdd_error_is_cancelled(reason))
        return g_error_copy(reason);
    return g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                       "securing the connection to %s: %s (" CDD_TLS_CA_FILE ", " CDD_TLS_CERT_FILE
                       " and " CDD_TLS_KEY_FILE " are read from %s)",
                       address->uri, reason->message, address->tls_directory);
}

/* Returns the path of a file, or NULL if it does not exist. */
static char *
find_file(const CddAddress *address, const char *name)
{
    g_autofree char *path = g_build_filename(address->tls_directory, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
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
    if (database == NULL)
        return FALSE;
    g_tls_connection_set_database(connection, database);
    return TRUE;
}

static gboolean
set_certificate(GTlsConnection *connection, const CddAddress *address, GError **error)
{
    g_autofree char *cert = find_file(address, CDD_TLS_CERT_FILE);
    g_autofree char *key = find_file(address, CDD_TLS_KEY_FILE);
    g_autoptr(GTlsCertificate) certificate = NULL;

    if (cert == NULL || key == NULL)
        return TRUE;
    certificate = g_tls_certificate_new_from_files(cert, key, error);
    if (certificate == NULL)
        return FALSE;
    g_tls_connection_set_certificate(connection, certificate);
    return TRUE;
}

/* Only for an address with SkipTLSVerify. */
static gboolean
on_accept_any(GTlsConnection *connection G_GNUC_UNUSED,
              GTlsCertificate *certificate G_GNUC_UNUSED,
              GTlsCertificateFlags errors G_GNUC_UNUSED,
              gpointer user_data G_GNUC_UNUSED)
{
    return TRUE;
}

static GIOStream *
wrap(GIOStream *base, const CddAddress *address, GError **error)
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
    if (address->tls_skip_verify)
        g_signal_connect(stream, "accept-certificate", G_CALLBACK(on_accept_any), NULL);
    return g_steal_pointer(&stream);
}

static void
on_handshaken(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    g_autoptr(GError) reason = NULL;

    if (g_tls_connection_handshake_finish(G_TLS_CONNECTION(source), result, &reason))
        g_task_return_pointer(task, g_object_ref(source), g_object_unref);
    else
        g_task_return_error(task, explain(g_task_get_task_data(task), reason));
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

    g_task_set_task_data(task, cdd_address_ref(address), (GDestroyNotify)cdd_address_unref);
    if (stream == NULL) {
        g_task_return_error(task, explain(address, reason));
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
