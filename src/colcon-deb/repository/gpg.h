/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* Where gpg finds its keys and its passphrase; NULL for its defaults. */
typedef struct {
    char *home;
    char *passphrase_file;
} Gpg;

void gpg_clear(Gpg *gpg);

/* Makes a temporary home for keys; gpg_clear() removes it. */
gboolean gpg_make_home(Gpg *gpg, GError **error);

/* Runs gpg and returns its output. @doing: for the error, which adds gpg's message. */
GBytes *gpg_run(const Gpg *gpg,
                const char *const *arguments,
                GBytes *input,
                const char *doing,
                GCancellable *cancellable,
                GError **error);
