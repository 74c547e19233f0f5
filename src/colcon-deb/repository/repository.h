/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

#include <gio/gio.h>

/* The APT repository in the output directory, from the host's side (docs/repository.md). */

/*
 * Signs what a container left as .apt.new, if a key is configured, and lets it take the place of
 * apt/. With nothing left, signs apt/ if its key is another one than before; else does nothing and
 * starts nothing. If it fails, apt/ is as it was, and what waits goes on waiting.
 */
gboolean repository_publish(const Config *config, GCancellable *cancellable, GError **error);

/* Fails if the configured key cannot sign, so that it is known before there is a long build. */
gboolean repository_check_key(const Config *config, GCancellable *cancellable, GError **error);

/* How people make use of it: sentences, one for each suite. */
GPtrArray *repository_describe(const Config *config);
