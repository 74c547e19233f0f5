/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* Whether a process accepts connections on the unix socket @path, and the caller may connect. */
gboolean unix_socket_accepts(const char *path, GError **error);
