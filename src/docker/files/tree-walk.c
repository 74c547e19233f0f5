/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-walk.h"

#include "../value/ignore.h"
#include <colcon-deb-docker/cdd-error.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A directory being walked: the top, or a directory in the previous level. */
typedef struct {
    GPtrArray *names; /* the first byte is the d_type of readdir() */
    guint next;
    gsize path_length; /* including the slash after it */
    struct stat status;
    guint8 *excluded; /* the patterns that match it */
    guint8 *included;
} Level;

struct _CddTreeWalk {
    CddIgnore *exclude;
    CddIgnore *include;
    CddTreeSkippedFunc skipped;
    gpointer user_data;
    GPtrArray *levels;
    guint n_returned; /* number of levels already returned as entries */
    gsize root_length;

    /* The last found entry. It is returned after all its levels. */
    GString *path;
    struct stat status;
    char *link;
    guint8 *excluded;
    guint8 *included;
    gboolean wanted;    /* it is an entry, not only read for its contents */
    gboolean unentered; /* it is a directory that was not read yet */
    gboolean held;

    GString *parent_path;
    CddTreeEntry entry;
};

static void
level_free(gpointer data)
{
    Level *level = data;

    g_ptr_array_unref(level->names);
    g_free(level->excluded);
    g_free(level->included);
    g_free(level);
}

static gboolean
fail(GError **error, const char *path, const char *reason)
{
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "reading %s: %s", shown, reason);
    return FALSE;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    const char *first = *(const char *const *)a;
    const char *second = *(const char *const *)b;

    return strcmp(first + 1, second + 1);
}

/* Takes ownership of the descriptor. Returns NULL with errno set. */
static GPtrArray *
read_names(int fd)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    DIR *directory = fdopendir(fd);
    const struct dirent *entry;

    if (directory == NULL)
        close(fd);
    errno = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        gsize length = strlen(entry->d_name);
        char *name;

        if (g_str_equal(entry->d_name, ".") || g_str_equal(entry->d_name, ".."))
            continue;
        name = g_malloc(length + 2);
        name[0] = (char)entry->d_type;
        memcpy(name + 1, entry->d_name, length + 1);
        g_ptr_array_add(names, name);
    }
    if (directory == NULL || errno != 0) {
        int fault = errno;

        g_clear_pointer(&names, g_ptr_array_unref);
        if (directory != NULL)
            closedir(directory);
        errno = fault;
        return NULL;
    }
    closedir(directory);
    g_ptr_array_sort(names, compare_names);
    return names;
}

static guint8 *
vector_new(const CddIgnore *patterns)
{
    return patterns != NULL ? g_malloc0(cdd_ignore_get_n_patterns(patterns) + 1) : NULL;
}

static guint8 *
vector_dup(const CddIgnore *patterns, const guint8 *vector)
{
    return patterns != NULL ? g_memdup2(vector, cdd_ignore_get_n_patterns(patterns) + 1) : NULL;
}

/* Adds a level for the directory that was found last. */
static void
push_level(CddTreeWalk *self, GPtrArray *names)
{
    Level *level = g_new0(Level, 1);

    if (!g_str_has_suffix(self->path->str, "/"))
        g_string_append_c(self->path, '/');
    level->names = names;
    level->path_length = self->path->len;
    level->status = self->status;
    level->excluded = vector_dup(self->exclude, self->excluded);
    level->included = vector_dup(self->include, self->included);
    g_ptr_array_add(self->levels, level);
    if (self->wanted)
        self->n_returned = self->levels->len;
}

static void
pop_level(CddTreeWalk *self)
{
    g_ptr_array_remove_index(self->levels, self->levels->len - 1);
    self->n_returned = MIN(self->n_returned, self->levels->len);
}

CddTreeWalk *
cdd_tree_walk_new(const char *root, CddIgnore *exclude, CddIgnore *include, GError **error)
{
    g_autoptr(CddTreeWalk) self = g_new0(CddTreeWalk, 1);
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    GPtrArray *names = fd < 0 ? NULL : read_names(fd);
    int fault = errno;

    self->levels = g_ptr_array_new_with_free_func(level_free);
    self->path = g_string_new(root);
    self->parent_path = g_string_new(NULL);
    if (names == NULL) {
        fail(error, root, g_strerror(fault));
        return NULL;
    }
    self->exclude = exclude != NULL ? cdd_ignore_ref(exclude) : NULL;
    self->include = include != NULL ? cdd_ignore_ref(include) : NULL;
    self->excluded = vector_new(exclude);
    self->included = vector_new(include);
    self->wanted = TRUE;
    push_level(self, names);
    self->root_length = self->path->len;
    return g_steal_pointer(&self);
}

void
cdd_tree_walk_free(CddTreeWalk *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->levels);
    cdd_ignore_unref(self->exclude);
    cdd_ignore_unref(self->include);
    g_string_free(self->path, TRUE);
    g_string_free(self->parent_path, TRUE);
    g_free(self->excluded);
    g_free(self->included);
    g_free(self->link);
    g_free(self);
}

void
cdd_tree_walk_set_skipped_func(CddTreeWalk *self, CddTreeSkippedFunc skipped, gpointer user_data)
{
    self->skipped = skipped;
    self->user_data = user_data;
}

/* Matches the last found path. Matches of the directories above are inherited. */
static gboolean
match(const CddTreeWalk *self, const CddIgnore *patterns, const guint8 *above, guint8 *matches)
{
    memcpy(matches, above, cdd_ignore_get_n_patterns(patterns));
    return cdd_ignore_match_entry(patterns, self->path->str + self->root_length, matches);
}

/* Returns whether the path is an entry by the patterns. *below: whether a path below can be one. */
static gboolean
choose(CddTreeWalk *self, const Level *parent, gboolean *below)
{
    const char *name = self->path->str + self->root_length;
    gboolean chosen = TRUE;

    *below = TRUE;
    if (self->include != NULL && !match(self, self->include, parent->included, self->included)) {
        chosen = FALSE;
        *below = cdd_ignore_may_change_below(self->include, name, self->included);
    }
    if (*below && self->exclude != NULL &&
        match(self, self->exclude, parent->excluded, self->excluded)) {
        chosen = FALSE;
        *below = cdd_ignore_may_change_below(self->exclude, name, self->excluded);
    }
    return chosen;
}

static const char *
describe_special(mode_t mode)
{
    if (S_ISSOCK(mode))
        return "a socket";
    if (S_ISFIFO(mode))
        return "a pipe";
    return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) ? NULL : "a device";
}

/* Gets the path's status. Returns FALSE without an error if it is special or no longer exists. */
static gboolean
get_status(CddTreeWalk *self, GError **error)
{
    const char *special;

    g_clear_pointer(&self->link, g_free);
    if (lstat(self->path->str, &self->status) != 0)
        return errno == ENOENT ? FALSE : fail(error, self->path->str, g_strerror(errno));
    special = describe_special(self->status.st_mode);
    if (special != NULL && self->wanted && self->skipped != NULL)
        self->skipped(self->path->str, special, self->user_data);
    if (S_ISLNK(self->status.st_mode) && self->wanted)
        self->link = g_file_read_link(self->path->str, error);
    return special == NULL && S_ISLNK(self->status.st_mode) == (self->link != NULL);
}

/* Takes the next name of a directory. Returns whether it must be returned or read. */
static gboolean
take_name(CddTreeWalk *self, Level *level, GError **error)
{
    const char *name = level->names->pdata[level->next++];
    gboolean below;

    g_string_append(self->path, name + 1);
    self->wanted = choose(self, level, &below);
    if (!self->wanted && !(below && (name[0] == DT_DIR || name[0] == DT_UNKNOWN)))
        return FALSE;
    if (!get_status(self, error))
        return FALSE;
    self->unentered = S_ISDIR(self->status.st_mode);
    return self->wanted || self->unentered;
}

/* Reads the directory that was found last. */
static gboolean
enter(CddTreeWalk *self, GError **error)
{
    int fd = open(self->path->str, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    GPtrArray *names = fd < 0 ? NULL : read_names(fd);

    self->unentered = FALSE;
    if (names != NULL)
        push_level(self, names);
    /* An excluded directory that cannot be read is skipped: it need not be readable. */
    else if (errno != ENOENT && (self->wanted || errno != EACCES))
        return fail(error, self->path->str, g_strerror(errno));
    return TRUE;
}

/* Finds the next entry. Returns FALSE without an error at the end. */
static gboolean
find(CddTreeWalk *self, GError **error)
{
    while (self->levels->len > 0) {
        Level *level = self->levels->pdata[self->levels->len - 1];
        GError *fault = NULL;

        g_string_truncate(self->path, level->path_length);
        if (level->next == level->names->len) {
            pop_level(self);
        } else if (!take_name(self, level, &fault)) {
            if (fault != NULL) {
                g_propagate_error(error, fault);
                return FALSE;
            }
        } else if (self->wanted) {
            return TRUE;
        } else if (!enter(self, error)) {
            return FALSE;
        }
    }
    return FALSE;
}

/* Returns a directory as an entry because an entry was found in it. */
static const CddTreeEntry *
return_level(CddTreeWalk *self, const Level *level)
{
    g_string_truncate(self->parent_path, 0);
    g_string_append_len(self->parent_path, self->path->str, (gssize)level->path_length - 1);
    self->entry.path = self->parent_path->str;
    self->entry.name = self->parent_path->str + self->root_length;
    self->entry.link = NULL;
    self->entry.status = level->status;
    return &self->entry;
}

const CddTreeEntry *
cdd_tree_walk_next(CddTreeWalk *self, GError **error)
{
    if (!self->held) {
        if (self->unentered && !enter(self, error))
            return NULL;
        if (!find(self, error))
            return NULL;
    }
    self->held = self->n_returned < self->levels->len;
    if (self->held)
        return return_level(self, self->levels->pdata[self->n_returned++]);
    self->entry.path = self->path->str;
    self->entry.name = self->path->str + self->root_length;
    self->entry.link = self->link;
    self->entry.status = self->status;
    return &self->entry;
}
