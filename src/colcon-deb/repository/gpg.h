/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* Where gpg finds its keys and its passphrase; NULL for its own ways. */
typedef struct {
    char *home;
    char *passphrase_file;
} Gpg;

void gpg_clear(Gpg *gpg);

/* Makes a home for keys that are not to be kept; gpg_clear() removes it. */
gboolean gpg_make_home(Gpg *gpg, GError **error);

/* Runs gpg to its end and returns what it printed. @doing is for the error, with gpg's own words.
 */
GBytes *gpg_run(const Gpg *gpg,
                const char *const *arguments,
                GBytes *input,
                const char *doing,
                GCancellable *cancellable,
                GError **error);
