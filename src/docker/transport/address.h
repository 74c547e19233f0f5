/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

typedef enum {
    CDD_ADDRESS_UNIX, /* unix:///path */
    CDD_ADDRESS_TCP,  /* tcp://host:port */
    CDD_ADDRESS_SSH,  /* ssh://user@host:port/path */
    CDD_ADDRESS_MOCK, /* a mock engine in this process */
} CddAddressKind;

/* Opens a stream to a mock engine. */
typedef GIOStream *(*CddOpenFunc)(gpointer engine, GError **error);

/* The TLS files in DOCKER_CERT_PATH and in a context's directory. */
#define CDD_TLS_CA_FILE "ca.pem"
#define CDD_TLS_CERT_FILE "cert.pem"
#define CDD_TLS_KEY_FILE "key.pem"

/* The address of an engine: reference-counted and immutable. */
typedef struct {
    CddAddressKind kind;
    char *uri;    /* complete, for messages, e.g. unix:///var/run/docker.sock */
    char *origin; /* what named it, e.g. DOCKER_HOST; NULL if nothing did */
    char *path;   /* the socket; for ssh on the remote machine, NULL for the default */
    char *host;
    guint16 port;        /* 0 for ssh's default */
    char *base_path;     /* for tcp: stands before the paths of the API; NULL for none */
    char *user;          /* for ssh; NULL for ssh's default */
    char *tls_directory; /* NULL for no TLS */
    gboolean tls_skip_verify;
    CddOpenFunc open; /* for a mock engine */
    gpointer engine;
    GDestroyNotify free_engine;
} CddAddress;

#define CDD_DEFAULT_SOCKET_PATH "/var/run/docker.sock"

/* The socket of a local Docker. */
CddAddress *cdd_address_new_default(const char *origin);

/* A relative path begins at the current directory. */
CddAddress *cdd_address_new_for_socket(const char *path, const char *origin, GError **error);

/*
 * Reads an address as Docker's command line does, see CddConfig. Returns NULL with
 * CDD_ERROR_INVALID_SPEC for an invalid address. @origin is the source of the address, also for the
 * error message. @tls_directory (nullable) is for tcp only.
 */
CddAddress *cdd_address_new(const char *text,
                            const char *origin,
                            const char *tls_directory,
                            gboolean tls_skip_verify,
                            GError **error);
/* Takes @engine. */
CddAddress *cdd_address_new_for_mock(CddOpenFunc open, gpointer engine, GDestroyNotify free_engine);
CddAddress *cdd_address_ref(CddAddress *self);
void cdd_address_unref(CddAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddAddress, cdd_address_unref)
