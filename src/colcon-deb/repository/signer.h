/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

#include <gio/gio.h>

/*
 * A key of gpg's that signs, here on the host: no container sees it. A key that comes in a file is
 * imported into a home of its own, which is gone when the signer is.
 */
typedef struct Signer Signer;

/* What apt wants to see of a signed Release. */
typedef enum {
    SIGNATURE_INLINE,   /* the text and its signature in one: InRelease */
    SIGNATURE_DETACHED, /* Release.gpg */
} SignatureKind;

/* Whether @config asks for a signature. */
gboolean signer_is_wanted(const Config *config);

/* Text that is another one for another key; nothing secret can be learned from it. */
char *signer_identify(const Config *config, GError **error);

/* Finds the key and checks that it can sign, as far as that is known before it has. */
Signer *signer_open(const Config *config, GCancellable *cancellable, GError **error);

GBytes *signer_sign(
    Signer *signer, SignatureKind kind, GBytes *text, GCancellable *cancellable, GError **error);

/* The public key, as text. */
GBytes *signer_export(Signer *signer, GCancellable *cancellable, GError **error);

void signer_free(Signer *signer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signer, signer_free)
