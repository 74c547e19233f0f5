/* SPDX-License-Identifier: Apache-2.0 */
#include "acceleration-files.h"

#include "../base/folder.h"
#include "../base/program-error.h"

#include <string.h>

enum {
    MAX_RECORD = 1 << 16 /* of some hundred images */
};

static const char record[] = "tested-accelerators";

/* A program in its build tree uses the files of that tree. */
static char *
find_directory(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    const char *given = g_getenv("COLCON_DEB_LIBEXEC");

    if (given != NULL && *given != '\0')
        return g_strdup(given);
    if (self != NULL && g_str_has_prefix(self, PROGRAM_BUILD_ROOT "/"))
        return g_build_filename(PROGRAM_BUILD_ROOT, "src", "accelerator", NULL);
    return g_strdup(PROGRAM_LIBEXEC_DIR);
}

char *
acceleration_find_programs(GError **error)
{
    g_autofree char *directory = find_directory();
    static const char *const names[] = {"wrapper", "machine.so"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL);

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
            continue;
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "%s is missing, which an accelerated image is made of; install colcon-deb as "
                    "built for amd64, or set COLCON_DEB_LIBEXEC to its directory",
                    path);
        return NULL;
    }
    return g_steal_pointer(&directory);
}

char *
acceleration_find_cache(void)
{
    return g_build_filename(g_get_user_cache_dir(), "colcon-deb", NULL);
}

char *
acceleration_get_cache(GError **error)
{
    /* Under sudo it is root's cache, and stays root's. */
    const Owner owner = {.change = FALSE};
    g_autofree char *path = acceleration_find_cache();

    return owner_make_directory(&owner, path, error) ? g_steal_pointer(&path) : NULL;
}

/* The ids, one a line. */
static char *
read_record(const Folder *cache)
{
    g_autoptr(GBytes) content = folder_read(cache, record, MAX_RECORD, NULL);

    return content != NULL ? g_strndup(g_bytes_get_data(content, NULL), g_bytes_get_size(content))
                           : g_strdup("");
}

static Folder *
open_cache(void)
{
    g_autofree char *path = acceleration_get_cache(NULL);

    return path != NULL ? folder_open(path, NULL) : NULL;
}

gboolean
acceleration_is_tested(const char *image_id)
{
    g_autoptr(Folder) cache = open_cache();
    g_autofree char *text = cache != NULL ? read_record(cache) : NULL;
    g_auto(GStrv) ids = text != NULL ? g_strsplit(text, "\n", -1) : NULL;

    return ids != NULL && g_strv_contains((const char *const *)ids, image_id);
}

void
acceleration_set_tested(const char *image_id)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(Folder) cache = open_cache();
    g_autofree char *text = cache != NULL ? read_record(cache) : NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) content = NULL;
    char *longer = NULL;

    if (cache == NULL || acceleration_is_tested(image_id))
        return;
    /* A full record begins again: then images are tested once more. */
    longer = strlen(text) < MAX_RECORD / 2 ? g_strconcat(text, image_id, "\n", NULL)
                                           : g_strconcat(image_id, "\n", NULL);
    content = g_bytes_new_take(longer, strlen(longer));
    if (!folder_write(cache, record, &owner, content, &error))
        g_debug("%s", error->message);
}
