/* SPDX-License-Identifier: Apache-2.0 */
#include "context.h"

#include "../value/glob.h"
#include "small-file.h"

#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_NAME "Dockerfile"
#define IGNORE_NAME ".dockerignore"
#define ADDED_PREFIX ".dockerfile."
enum {
    ADDED_HASH_LENGTH = 20,
    MAX_DOCKERFILE_SIZE = 4 * 1024 * 1024,
};

static void G_GNUC_PRINTF(3, 4) set_error(GError **error, const char *path, const char *format, ...)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_autofree char *reason = NULL;
    va_list arguments;

    va_start(arguments, format);
    reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s %s", shown, reason);
}

static gboolean
find_directory(CddContext *self, const char *directory, GError **error)
{
    struct stat status;

    self->directory = realpath(directory, NULL);
    if (self->directory == NULL) {
        set_error(error, directory, "cannot be used as build context: %s", g_strerror(errno));
        return FALSE;
    }
    if (stat(self->directory, &status) != 0 || !S_ISDIR(status.st_mode)) {
        set_error(error, directory, "cannot be used as build context: it is not a directory");
        return FALSE;
    }
    return TRUE;
}

/* Returns the Dockerfile's path as the user gave it. Like Docker, falls back to "dockerfile". */
static char *
choose_dockerfile(const CddContext *self, const char *path)
{
    g_autofree char *chosen = NULL;
    g_autofree char *small = NULL;

    if (path != NULL && g_path_is_absolute(path))
        return g_strdup(path);
    chosen = g_build_filename(self->directory, path != NULL ? path : DEFAULT_NAME, NULL);
    if (path != NULL || g_file_test(chosen, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&chosen);
    small = g_build_filename(self->directory, "dockerfile", NULL);
    return g_strdup(g_file_test(small, G_FILE_TEST_EXISTS) ? small : chosen);
}

static gboolean
read_dockerfile(CddContext *self, const char *path, GError **error)
{
    GError *fault = NULL;

    self->dockerfile = cdd_small_file_read(path, MAX_DOCKERFILE_SIZE, &fault);
    if (self->dockerfile == NULL && fault == NULL)
        set_error(&fault, path,
                  "does not exist, but a build needs a Dockerfile; give its path, absolute or "
                  "relative to %s",
                  self->directory);
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return FALSE;
    }
    self->dockerfile_path = realpath(path, NULL);
    return TRUE;
}

/* Returns the name of a file (nullable) relative to the directory; NULL if it is elsewhere. */
static const char *
get_name_below(const CddContext *self, const char *path)
{
    gsize length;

    if (path == NULL || self->directory == NULL || !g_str_has_prefix(path, self->directory))
        return NULL;
    length = strlen(self->directory);
    if (self->directory[length - 1] == '/')
        return path + length;
    return path[length] == '/' ? path + length + 1 : NULL;
}

/* Returns NULL if there is no directory. */
static char *
in_directory(const CddContext *self, const char *name)
{
    return self->directory != NULL ? g_build_filename(self->directory, name, NULL) : NULL;
}

/* Reads one of the two ignore files. Returns FALSE without an error if it does not exist. */
static gboolean
read_ignore(CddContext *self, const char *path, GBytes **text, GError **error)
{
    gsize length;
    const char *data;

    *text = cdd_small_file_read(path, CDD_IGNORE_MAX_SIZE, error);
    if (*text == NULL)
        return FALSE;
    data = g_bytes_get_data(*text, &length);
    self->ignore = cdd_ignore_parse(data != NULL ? data : "", (gssize)length, path, error);
    self->ignore_path = g_strdup(path);
    return self->ignore != NULL;
}

/* @dockerfile is the path as given: its own directory counts, not that of a link's target. */
static gboolean
find_ignore(CddContext *self, const char *dockerfile, GBytes **text, GError **error)
{
    g_autofree char *own = dockerfile != NULL ? g_strconcat(dockerfile, IGNORE_NAME, NULL) : NULL;
    g_autofree char *common = in_directory(self, IGNORE_NAME);
    GError *fault = NULL;

    if ((own != NULL && read_ignore(self, own, text, &fault)) ||
        (fault == NULL && common != NULL && read_ignore(self, common, text, &fault)))
        return TRUE;
    if (fault == NULL)
        self->ignore = cdd_ignore_new(NULL, &fault);
    if (fault != NULL)
        g_propagate_error(error, fault);
    return fault == NULL;
}

static void
add(CddTarMember *members, gsize *n_members, const char *name, GBytes *contents)
{
    members[(*n_members)++] = (CddTarMember){g_strdup(name), g_bytes_ref(contents)};
}

static void
add_member(CddContext *self, const char *name, GBytes *contents)
{
    add(self->members, &self->n_members, name, contents);
}

/* Keeps the files as they were read, so both builders get the same. */
static void
define(CddContext *self, const char *dockerfile, GBytes *ignore_text)
{
    g_autofree char *name =
        dockerfile != NULL ? g_path_get_basename(dockerfile) : g_strdup(DEFAULT_NAME);
    g_autofree char *own = g_strconcat(dockerfile != NULL ? dockerfile : "", IGNORE_NAME, NULL);
    g_autofree char *own_name = g_strconcat(name, IGNORE_NAME, NULL);

    add(self->definition, &self->n_definition, name, self->dockerfile);
    if (dockerfile != NULL && g_strcmp0(self->ignore_path, own) == 0)
        add(self->definition, &self->n_definition, own_name, ignore_text);
}

static char *
name_by_text(GBytes *text)
{
    g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, text);

    hash[ADDED_HASH_LENGTH] = '\0';
    return g_strconcat(ADDED_PREFIX, hash, NULL);
}

/*
 * Adds the ignore file for the builder. The builder applies it again, to drop the files that were
 * sent only for its own use; Podman applies it again for every COPY.
 */
static void
add_ignore_file(CddContext *self, GBytes *text, gboolean added)
{
    g_autofree char *common = in_directory(self, IGNORE_NAME);
    gboolean other = self->ignore_path != NULL && g_strcmp0(self->ignore_path, common) != 0;
    g_autoptr(GString) contents = g_string_new(NULL);
    g_autoptr(GBytes) bytes = NULL;

    if (!added && !other)
        return;
    if (text != NULL)
        g_string_append_len(contents, g_bytes_get_data(text, NULL), (gssize)g_bytes_get_size(text));
    if (text != NULL)
        g_string_append_c(contents, '\n');
    if (other || text == NULL)
        g_string_append(contents, IGNORE_NAME "\n");
    if (added)
        g_string_append_printf(contents, "%s\n", self->dockerfile_name);
    bytes = g_bytes_new(contents->str, contents->len);
    add_member(self, IGNORE_NAME, bytes);
}

static void
keep(GPtrArray *patterns, const CddContext *self, const char *name)
{
    g_autofree char *escaped = NULL;

    if (!cdd_ignore_matches(self->ignore, name))
        return;
    escaped = cdd_glob_escape(name);
    g_ptr_array_add(patterns, g_strconcat("!", escaped, NULL));
}

static gboolean
set_exclude(CddContext *self, GError **error)
{
    g_autoptr(GPtrArray) patterns = g_ptr_array_new_with_free_func(g_free);
    const char *const *pattern = cdd_ignore_get_patterns(self->ignore);

    for (; *pattern != NULL; pattern++)
        g_ptr_array_add(patterns, g_strdup(*pattern));
    keep(patterns, self, IGNORE_NAME);
    keep(patterns, self, self->dockerfile_name);
    g_ptr_array_add(patterns, NULL);
    self->exclude = cdd_ignore_new((const char *const *)patterns->pdata, error);
    return self->exclude != NULL;
}

static gboolean
prepare_archive(CddContext *self, GBytes *ignore_text, GError **error)
{
    const char *name = get_name_below(self, self->dockerfile_path);
    gboolean added = name == NULL;

    self->dockerfile_name = added ? name_by_text(self->dockerfile) : g_strdup(name);
    if (added)
        add_member(self, self->dockerfile_name, self->dockerfile);
    add_ignore_file(self, ignore_text, added);
    return set_exclude(self, error);
}

CddContext *
cdd_context_open(const char *directory,
                 const char *dockerfile_path,
                 const char *dockerfile_text,
                 GError **error)
{
    g_autoptr(CddContext) self = g_new0(CddContext, 1);
    g_autofree char *dockerfile = NULL;
    g_autoptr(GBytes) ignore_text = NULL;

    if (directory != NULL && !find_directory(self, directory, error))
        return NULL;
    if (dockerfile_text == NULL) {
        dockerfile = choose_dockerfile(self, dockerfile_path);
        if (!read_dockerfile(self, dockerfile, error))
            return NULL;
    } else {
        self->dockerfile = g_bytes_new(dockerfile_text, strlen(dockerfile_text));
    }
    if (!find_ignore(self, dockerfile, &ignore_text, error) ||
        !prepare_archive(self, ignore_text, error))
        return NULL;
    define(self, dockerfile, ignore_text);
    return g_steal_pointer(&self);
}

static void
clear(CddTarMember *members, gsize n_members)
{
    for (gsize i = 0; i < n_members; i++) {
        g_free((char *)members[i].name);
        g_bytes_unref(members[i].contents);
    }
}

void
cdd_context_free(CddContext *self)
{
    if (self == NULL)
        return;
    clear(self->members, self->n_members);
    clear(self->definition, self->n_definition);
    free(self->directory);
    free(self->dockerfile_path);
    g_clear_pointer(&self->dockerfile, g_bytes_unref);
    g_free(self->ignore_path);
    cdd_ignore_unref(self->ignore);
    g_free(self->dockerfile_name);
    cdd_ignore_unref(self->exclude);
    g_free(self);
}

gboolean
cdd_context_pack(const CddContext *self,
                 const CddTarOptions *options,
                 CddByteQueue *to,
                 GCancellable *cancellable,
                 GError **error)
{
    CddTarOptions all = *options;

    all.exclude = self->exclude;
    all.members = self->members;
    all.n_members = self->n_members;
    all.whole_seconds = TRUE;
    return cdd_tar_pack(self->directory, NULL, &all, to, cancellable, error);
}
