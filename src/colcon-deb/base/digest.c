/* SPDX-License-Identifier: Apache-2.0 */
#include "digest.h"

#include <string.h>

gboolean
digest_is_valid(const char *text)
{
    return text != NULL && strlen(text) == DIGEST_LENGTH &&
           strspn(text, "0123456789abcdef") == DIGEST_LENGTH;
}

void
digest_add_framed(GChecksum *digest, const char *text)
{
    gsize length = text != NULL ? strlen(text) : 0;
    char frame[32];

    if (text != NULL)
        g_snprintf(frame, sizeof frame, "%zu:", length);
    else
        g_strlcpy(frame, "-", sizeof frame);
    g_checksum_update(digest, (const guchar *)frame, -1);
    if (text != NULL)
        g_checksum_update(digest, (const guchar *)text, (gssize)length);
}
