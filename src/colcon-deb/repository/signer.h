/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

#include <gio/gio.h>

/*
 * A gpg key that signs on the host; no container sees it. A key from a file is imported into a
 * temporary home, which signer_free() removes.
 */
typedef struct Signer Signer;

/* The two forms of a signature that apt reads. */
typedef enum {
    SIGNATURE_INLINE,   /* text and signature in one file: InRelease */
    SIGNATURE_DETACHED, /* Release.gpg */
} SignatureKind;

/* Whether @config asks for a signature. */
gboolean signer_is_wanted(const Config *config);

/* A text that differs for each key and reveals nothing secret. */
char *signer_identify(const Config *config, GError **error);

/* Finds the key and checks what can be checked before it signs. */
Signer *signer_open(const Config *config, GCancellable *cancellable, GError **error);

GBytes *signer_sign(
    Signer *signer, SignatureKind kind, GBytes *text, GCancellable *cancellable, GError **error);

/* The public key, as text. */
GBytes *signer_export(Signer *signer, GCancellable *cancellable, GError **error);

void signer_free(Signer *signer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signer, signer_free)
