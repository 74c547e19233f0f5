/* SPDX-License-Identifier: Apache-2.0 */
#include "plain.h"

static gsize
count_items(gconstpointer value, const CddMember *member)
{
    if (member->kind == CDD_MEMBER_STRUCTURE)
        return 1;
    return *(const gsize *)G_STRUCT_MEMBER_P(value, member->count_offset);
}

/* Makes the pointers of @value, which lead to another's strings, lead to copies. */
static void
own(gpointer value, const CddMember *members)
{
    for (; members->kind != CDD_MEMBER_END; members++) {
        gpointer *at = G_STRUCT_MEMBER_P(value, members->offset);
        gsize n_items;

        switch (members->kind) {
        case CDD_MEMBER_STRING:
            *at = g_strdup(*at);
            break;
        case CDD_MEMBER_LIST:
            *at = g_strdupv(*at);
            break;
        case CDD_MEMBER_ITEMS:
        case CDD_MEMBER_STRUCTURE:
            n_items = *at != NULL ? count_items(value, members) : 0;
            *at = g_memdup2(*at, n_items * members->size);
            for (gsize i = 0; i < n_items; i++)
                own((char *)*at + i * members->size, members->members);
            break;
        case CDD_MEMBER_END:
            break;
        }
    }
}

gpointer
cdd_plain_copy(gconstpointer value, gsize size, const CddMember *members)
{
    gpointer copy = g_memdup2(value, size);

    if (copy != NULL)
        own(copy, members);
    return copy;
}

void
cdd_plain_clear(gpointer value, const CddMember *members)
{
    for (; members->kind != CDD_MEMBER_END; members++) {
        gpointer at = *(gpointer *)G_STRUCT_MEMBER_P(value, members->offset);

        if (members->kind == CDD_MEMBER_LIST) {
            g_strfreev(at);
            continue;
        }
        if (members->kind != CDD_MEMBER_STRING && at != NULL) {
            for (gsize i = 0; i < count_items(value, members); i++)
                cdd_plain_clear((char *)at + i * members->size, members->members);
        }
        g_free(at);
    }
}

void
cdd_plain_free(gpointer value, const CddMember *members)
{
    if (value == NULL)
        return;
    cdd_plain_clear(value, members);
    g_free(value);
}
