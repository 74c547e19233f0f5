/* SPDX-License-Identifier: Apache-2.0 */
#include "mount-identity.h"

#include "../base/digest.h"

#include <glib/gstdio.h>
#include <stdlib.h>

enum {
    FIELD_POINT = 4, /* of a line of mountinfo, from 0; see proc_pid_mountinfo(5) */
    N_FIELDS = 6,
};

/* As /proc/self/mountinfo writes a path. */
static char *
escape(const char *path)
{
    GString *out = g_string_new(NULL);

    for (; *path != '\0'; path++) {
        if (*path == ' ' || *path == '\t' || *path == '\n' || *path == '\\')
            g_string_append_printf(out, "\\%03o", (guint)(guchar)*path);
        else
            g_string_append_c(out, *path);
    }
    return g_string_free(out, FALSE);
}

/* What is mounted below the directory @path. */
static void
add_mounts(const char *path, GChecksum *digest)
{
    g_autofree char *escaped = escape(path);
    g_autofree char *below = g_strconcat(escaped, "/", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL))
        return;
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, " ", N_FIELDS);

        if (g_strv_length(fields) == N_FIELDS && g_str_has_prefix(fields[FIELD_POINT], below))
            digest_add_framed(digest, *line);
    }
}

void
mount_identity_add(const char *path, GChecksum *digest)
{
    /* NULL for a path of another machine: then the path itself is all that is known. */
    char *real = realpath(path, NULL);
    GStatBuf status;

    if (real != NULL && g_stat(real, &status) == 0) {
        g_autofree char *identity = g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                                                    (guint64)status.st_dev, (guint64)status.st_ino);

        digest_add_framed(digest, identity);
        add_mounts(real, digest);
    }
    digest_add_framed(digest, NULL);
    free(real);
}
