/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

#include <gio/gio.h>

/* The host's part of the APT repository in the output directory (docs/repository.md). */

/* The public key, in apt/. */
#define REPOSITORY_KEY "colcon-deb.asc"

/* Is told what takes long. */
typedef void (*RepositorySay)(const char *message, gpointer user_data);

/*
 * Signs .apt.new, which a container has left, if a key is configured, and puts it in the place of
 * apt/. Without .apt.new, signs apt/ if the key has changed. On failure apt/ and .apt.new stay as
 * they were. Waits while another build changes the repository, and tells @say (nullable).
 */
gboolean repository_publish(const Config *config,
                            RepositorySay say,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

/* The same, and signs also if the signatures are good: the key may have another expiry. */
gboolean repository_sign(const Config *config,
                         RepositorySay say,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error);

/* Fails if the configured key cannot sign: to be called before a long build. */
gboolean repository_check_key(const Config *config, GCancellable *cancellable, GError **error);

/* How robots get the packages, for each suite: a line of sources.list, or a sentence. */
GPtrArray *repository_describe(const Config *config);

/* The suites of the repository (AptSuite); empty if there is none. */
GPtrArray *repository_list_suites(const Config *config);
