/* SPDX-License-Identifier: Apache-2.0 */
#include "shared-repository.h"

#include "../base/beneath.h"

#include <string.h>
#include <unistd.h>

enum {
    MAX_SUITES = 100,
    MAX_INDEX = 256 * 1024 * 1024, /* bytes; a package has less than 4 KiB in it */
};

struct SharedRepository {
    Folder *folder;
    GHashTable *paths; /* SHA-256 -> path of the file in the repository */
};

static const char *
get_value(const char *line, const char *field)
{
    return g_str_has_prefix(line, field) ? line + strlen(field) : NULL;
}

/* Fields of a package that the index does not end in an empty line are taken, too. */
static void
take_index(SharedRepository *repository, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *path = NULL;
    const char *digest = NULL;

    for (char **line = lines; *line != NULL; line++) {
        const char *value = get_value(*line, "Filename: ");

        path = value != NULL ? value : path;
        value = get_value(*line, "SHA256: ");
        digest = value != NULL ? value : digest;
        if (path != NULL && digest != NULL) {
            g_hash_table_insert(repository->paths, g_strdup(digest), g_strdup(path));
            path = digest = NULL;
        }
    }
}

static void
read_index(SharedRepository *repository, const char *path)
{
    g_autoptr(GBytes) content = folder_read(repository->folder, path, MAX_INDEX, NULL);
    gsize length = 0;
    const char *data = content != NULL ? g_bytes_get_data(content, &length) : NULL;
    g_autofree char *text = data != NULL ? g_strndup(data, length) : NULL;

    if (text != NULL)
        take_index(repository, text);
}

/* A suite without its Release is no suite for apt. */
static void
read_suite(SharedRepository *repository, const Folder *suite, const char *name)
{
    g_autoptr(Folder) component = folder_open_child(suite, "main", NULL);
    g_auto(GStrv) places = component != NULL ? folder_list(component, MAX_SUITES, NULL) : NULL;

    if (!folder_has_file(suite, "Release"))
        return;
    for (char **place = places; place != NULL && *place != NULL; place++) {
        g_autofree char *path = g_build_filename("dists", name, "main", *place, "Packages", NULL);

        if (g_str_has_prefix(*place, "binary-"))
            read_index(repository, path);
    }
}

static void
read_suites(SharedRepository *repository)
{
    g_autoptr(Folder) dists = folder_open_child(repository->folder, "dists", NULL);
    g_auto(GStrv) names = dists != NULL ? folder_list(dists, MAX_SUITES, NULL) : NULL;

    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autoptr(Folder) suite = folder_open_child(dists, *name, NULL);

        if (suite != NULL)
            read_suite(repository, suite, *name);
    }
}

SharedRepository *
shared_repository_read(const Folder *directory, const char *name)
{
    g_autoptr(SharedRepository) repository = g_new0(SharedRepository, 1);

    repository->folder = folder_open_child(directory, name, NULL);
    if (repository->folder == NULL)
        return NULL;
    repository->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    read_suites(repository);
    return g_steal_pointer(&repository);
}

void
shared_repository_free(SharedRepository *repository)
{
    if (repository == NULL)
        return;
    folder_free(repository->folder);
    g_clear_pointer(&repository->paths, g_hash_table_unref);
    g_free(repository);
}

gboolean
shared_repository_offers(const SharedRepository *repository, const char *sha256, gint64 size)
{
    const char *path = sha256 != NULL ? g_hash_table_lookup(repository->paths, sha256) : NULL;
    int fd = path != NULL ? beneath_open(repository->folder->fd, path) : -1;
    struct stat status;
    gboolean good = FALSE;

    if (fd < 0)
        return FALSE;
    good = fstat(fd, &status) == 0 && status.st_size == size;
    close(fd);
    return good;
}
