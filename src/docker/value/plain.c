/* SPDX-License-Identifier: Apache-2.0 */
#include "plain.h"

gpointer
cdd_plain_copy(gconstpointer value, gsize size, const CddMember *members)
{
    gpointer copy = g_memdup2(value, size);

    for (; members->kind != CDD_MEMBER_END; members++) {
        gpointer *at = G_STRUCT_MEMBER_P(copy, members->offset);

        *at = members->kind == CDD_MEMBER_STRING ? (gpointer)g_strdup(*at) : g_strdupv(*at);
    }
    return copy;
}

void
cdd_plain_free(gpointer value, const CddMember *members)
{
    if (value == NULL)
        return;
    for (; members->kind != CDD_MEMBER_END; members++) {
        gpointer *at = G_STRUCT_MEMBER_P(value, members->offset);

        if (members->kind == CDD_MEMBER_STRING)
            g_free(*at);
        else
            g_strfreev(*at);
    }
    g_free(value);
}
