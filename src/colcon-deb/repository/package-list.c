/* SPDX-License-Identifier: Apache-2.0 */
#include "package-list.h"

#include "../base/folder.h"
#include "../base/output-names.h"
#include "apt-source.h"
#include "repository.h"

#include <string.h>

enum {
    MAX_ARCHITECTURES = 64,
    MAX_INDEX = 256 * 1024 * 1024, /* bytes: a hundred thousand packages */
};

static const char directory_prefix[] = "binary-";

typedef struct {
    const Folder *repository;
    GPtrArray *packages;
    GHashTable *seen; /* "SUITE PATH" */
} Reading;

void
listed_package_free(ListedPackage *package)
{
    g_free(package->name);
    g_free(package->version);
    g_free(package->architecture);
    g_free(package->suite);
    g_free(package->path);
    g_free(package);
}

/* The value of a field in a stanza; NULL if it has none. */
static char *
find_field(char *const *lines, const char *name)
{
    for (; *lines != NULL; lines++) {
        const char *rest = g_str_has_prefix(*lines, name) ? *lines + strlen(name) : "";

        if (*rest == ':')
            return g_strstrip(g_strdup(rest + 1));
    }
    return NULL;
}

static void
add_stanza(Reading *reading, const char *suite, const char *stanza)
{
    g_auto(GStrv) lines = g_strsplit(stanza, "\n", -1);
    g_autofree char *size = find_field(lines, "Size");
    ListedPackage *package = g_new0(ListedPackage, 1);

    package->name = find_field(lines, "Package");
    package->version = find_field(lines, "Version");
    package->architecture = find_field(lines, "Architecture");
    package->path = find_field(lines, "Filename");
    package->suite = g_strdup(suite);
    package->size = size != NULL ? g_ascii_strtoull(size, NULL, 10) : 0;
    if (package->name != NULL && package->path != NULL &&
        g_hash_table_add(reading->seen, g_strjoin(" ", suite, package->path, NULL)))
        g_ptr_array_add(reading->packages, package);
    else
        listed_package_free(package);
}

static gboolean
read_index(Reading *reading, const char *suite, const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename("dists", suite, "main", directory, "Packages", NULL);
    g_autoptr(GBytes) content = folder_read(reading->repository, path, MAX_INDEX, error);
    g_autofree char *text = NULL;
    g_auto(GStrv) stanzas = NULL;
    gsize length = 0;
    const char *data = NULL;

    if (content == NULL)
        return FALSE;
    data = g_bytes_get_data(content, &length);
    text = g_strndup(data != NULL ? data : "", length);
    stanzas = g_strsplit(text, "\n\n", -1);
    for (char **stanza = stanzas; *stanza != NULL; stanza++)
        add_stanza(reading, suite, *stanza);
    return TRUE;
}

static gboolean
read_suite(Reading *reading, const char *suite, GError **error)
{
    g_autoptr(Folder) dists = folder_open_child(reading->repository, "dists", error);
    g_autoptr(Folder) folder = dists != NULL ? folder_open_child(dists, suite, error) : NULL;
    g_autoptr(Folder) component = folder != NULL ? folder_open_child(folder, "main", error) : NULL;
    g_auto(GStrv) names =
        component != NULL ? folder_list(component, MAX_ARCHITECTURES, error) : NULL;

    if (names == NULL)
        return FALSE;
    for (char **name = names; *name != NULL; name++)
        if (g_str_has_prefix(*name, directory_prefix) && !read_index(reading, suite, *name, error))
            return FALSE;
    return TRUE;
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const ListedPackage *one = *(const ListedPackage *const *)a;
    const ListedPackage *other = *(const ListedPackage *const *)b;
    int order = strcmp(one->suite, other->suite);

    return order != 0 ? order : strcmp(one->path, other->path);
}

GPtrArray *
package_list_read(const Config *config, GError **error)
{
    g_autofree char *path = g_build_filename(config->repository_dir, OUTPUT_REPOSITORY, NULL);
    g_autoptr(GPtrArray) suites = repository_list_suites(config);
    g_autoptr(Folder) repository = folder_open(path, error);
    g_autoptr(GPtrArray) packages =
        g_ptr_array_new_with_free_func((GDestroyNotify)listed_package_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reading reading = {repository, packages, seen};

    if (repository == NULL)
        return NULL;
    for (guint i = 0; i < suites->len; i++) {
        const AptSuite *suite = suites->pdata[i];

        if (!read_suite(&reading, suite->name, error))
            return NULL;
    }
    g_ptr_array_sort(packages, compare);
    return g_steal_pointer(&packages);
}
