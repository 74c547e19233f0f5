/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <string.h>

/*
 * SHA-256 over several texts such that no two lists of texts are hashed alike: each goes in behind
 * its length.
 */
static inline void
framed_digest_add(GChecksum *digest, const char *text)
{
    gsize length = text != NULL ? strlen(text) : 0;
    char frame[32];

    /* What is not there is not what is empty. */
    if (text != NULL)
        g_snprintf(frame, sizeof frame, "%zu:", length);
    else
        g_strlcpy(frame, "-", sizeof frame);
    g_checksum_update(digest, (const guchar *)frame, -1);
    if (text != NULL)
        g_checksum_update(digest, (const guchar *)text, (gssize)length);
}
