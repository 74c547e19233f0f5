/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler-warnings.h"

#include "../base/folder.h"

#include <string.h>

enum {
    MAX_SIZE = 1024 * 1024 /* bytes of a file */
};

/* logs/NAME.log has logs/NAME.warnings. */
static char *
path_of(const char *log)
{
    static const char ending[] = ".log";
    gsize length = strlen(log);

    if (g_str_has_suffix(log, ending))
        length -= strlen(ending);
    return g_strdup_printf("%.*s.warnings", (int)length, log);
}

static GBytes *
read_file(const char *output_dir, const char *log)
{
    g_autoptr(Folder) folder = folder_open(output_dir, NULL);
    g_autofree char *path = path_of(log);

    return folder != NULL ? folder_read(folder, path, MAX_SIZE, NULL) : NULL;
}

char **
compiler_warnings_read(const char *output_dir, const char *log, gboolean *more)
{
    g_autoptr(GBytes) content = read_file(output_dir, log);
    g_autofree char *text = NULL;
    char **lines = NULL;
    gsize length = 0;
    const char *data = content != NULL ? g_bytes_get_data(content, &length) : NULL;

    *more = FALSE;
    /* A container may write anything there. */
    text = g_utf8_make_valid(data != NULL ? data : "", (gssize)length);
    g_strchomp(text);
    lines = g_strsplit(text, "\n", COMPILER_WARNINGS_MAX + 1);
    if (g_strv_length(lines) > COMPILER_WARNINGS_MAX) {
        *more = TRUE;
        g_clear_pointer(&lines[COMPILER_WARNINGS_MAX], g_free);
    }
    return lines;
}
