/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

typedef enum {
    CDD_ADDRESS_UNIX, /* unix:///path */
    CDD_ADDRESS_TCP,  /* tcp://host:port */
    CDD_ADDRESS_SSH,  /* ssh://user@host:port/path */
} CddAddressKind;

/* The files of DOCKER_CERT_PATH and of a context's directory. */
#define CDD_TLS_CA_FILE "ca.pem"
#define CDD_TLS_CERT_FILE "cert.pem"
#define CDD_TLS_KEY_FILE "key.pem"

/* Where an engine listens; shared, never changed once made. */
typedef struct {
    CddAddressKind kind;
    char *uri;  /* as it is shown, e.g. unix:///var/run/docker.sock */
    char *path; /* the socket; for ssh that on the other machine, NULL for its default */
    char *host;
    guint16 port;        /* 0 for the default of ssh */
    char *user;          /* for ssh; NULL for its default */
    char *tls_directory; /* NULL: no TLS */
    gboolean tls_skip_verify;
} CddAddress;

#define CDD_DEFAULT_SOCKET_PATH "/var/run/docker.sock"

CddAddress *cdd_address_new_for_socket(const char *path, const char *origin, GError **error);

/*
 * NULL with CDD_ERROR_INVALID_SPEC for what is no address; origin says in the error where it came
 * from. tls_directory, which may be NULL, matters for tcp only.
 */
CddAddress *cdd_address_new(const char *uri,
                            const char *origin,
                            const char *tls_directory,
                            gboolean tls_skip_verify,
                            GError **error);
CddAddress *cdd_address_ref(CddAddress *self);
void cdd_address_unref(CddAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddAddress, cdd_address_unref)
