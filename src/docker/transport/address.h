/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* Where an engine listens; shared, never changed. */
typedef struct {
    char *uri; /* as it is shown, e.g. unix:///var/run/docker.sock */
    char *path;
} CddAddress;

#define CDD_DEFAULT_SOCKET_PATH "/var/run/docker.sock"

/*
 * From a socket's path, else an address, else DOCKER_HOST, else the default socket; the first two
 * may be NULL. NULL with CDD_ERROR_INVALID_SPEC for what is no address or of a kind that cannot be
 * used.
 */
CddAddress *cdd_address_new(const char *socket_path, const char *host, GError **error);
CddAddress *cdd_address_ref(CddAddress *self);
void cdd_address_unref(CddAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddAddress, cdd_address_unref)
