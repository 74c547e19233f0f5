/* SPDX-License-Identifier: Apache-2.0 */
#include "file-path.h"

#include <string.h>

static gboolean
is(const char *part, gsize length, const char *name)
{
    return length == strlen(name) && memcmp(part, name, length) == 0;
}

/* Drops the last component. Returns FALSE if there is none, so that ".." must be kept. */
static gboolean
go_up(GString *clean, gboolean absolute)
{
    const char *slash = strrchr(clean->str, '/');
    const char *last = slash != NULL ? slash + 1 : clean->str;

    if (*last == '\0')
        return absolute; /* the parent of the root is the root */
    if (g_str_equal(last, ".."))
        return FALSE;
    /* Drops the slash with the component, unless it is the root. */
    if (slash != NULL && last - clean->str > 1)
        last = slash;
    g_string_truncate(clean, (gsize)(last - clean->str));
    return TRUE;
}

char *
cdd_file_path_clean(const char *path)
{
    gboolean absolute = *path == '/';
    GString *clean = g_string_new(absolute ? "/" : "");

    while (*path != '\0') {
        gsize length = strcspn(path, "/");

        if (length > 0 && !is(path, length, ".") &&
            !(is(path, length, "..") && go_up(clean, absolute))) {
            if (clean->len > 0 && clean->str[clean->len - 1] != '/')
                g_string_append_c(clean, '/');
            g_string_append_len(clean, path, (gssize)length);
        }
        path += length + (path[length] == '/' ? 1 : 0);
    }
    if (clean->len == 0)
        g_string_append_c(clean, '.');
    return g_string_free(clean, FALSE);
}
