/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* SHA-256, written as hexadecimal digits. */

enum {
    DIGEST_LENGTH = 64 /* digits */
};

/* Whether @text is a digest; FALSE for NULL. */
gboolean digest_is_valid(const char *text);

/*
 * Adds one of several texts, so that two different lists of texts have different digests: each is
 * hashed behind its length. NULL and "" hash differently.
 */
void digest_add_framed(GChecksum *digest, const char *text);
