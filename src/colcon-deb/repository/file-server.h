/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* Serves the files below a directory by HTTP: GET and HEAD, ranges, If-Modified-Since. No request
 * reaches a file outside, also not through a link. The directory may be replaced meanwhile. */
typedef struct FileServer FileServer;

/* Begins to serve, in threads of its own. @address: "127.0.0.1:8000", "[::1]:8000"; port 0 for a
 * free one. */
FileServer *file_server_new(const char *directory, const char *address, GError **error);

/* Ends the connections too. */
void file_server_free(FileServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileServer, file_server_free)

/* "http://HOST:PORT": the name of this machine if the server listens on all its addresses. */
char *file_server_get_url(const FileServer *server);

/* Whether only this machine can connect. */
gboolean file_server_is_local(const FileServer *server);
