/* SPDX-License-Identifier: Apache-2.0 */
#include "tree-writer.h"

#include "../value/text.h"

#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_NAME_LENGTH = 512,
    MAX_DEPTH = 256,
    OWNER_MAY_ALL = 0700,
    NANOSECONDS = 1000000000,
};

struct _CddTreeWriter {
    int root;
};

struct _CddNewFile {
    int directory;
    int fd;
    char *name;      /* within the directory */
    char *temporary; /* the temporary name; NULL after renaming */
    char *shown;
};

static gboolean
fail(GError **error, const char *name, const char *reason)
{
    g_autofree char *clean = cdd_text_clean(name, strlen(name), MAX_NAME_LENGTH, CDD_TEXT_ONE_LINE);

    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "writing %s: %s", clean, reason);
    return FALSE;
}

gboolean
cdd_name_is_below(const char *name)
{
    g_auto(GStrv) parts = NULL;

    if (*name == '\0' || *name == '/')
        return FALSE;
    parts = g_strsplit(name, "/", -1);
    if (g_strv_length(parts) > MAX_DEPTH)
        return FALSE;
    for (char **part = parts; *part != NULL; part++) {
        if (g_str_equal(*part, ".."))
            return FALSE;
    }
    return TRUE;
}

CddTreeWriter *
cdd_tree_writer_new(const char *root, GError **error)
{
    CddTreeWriter *self;
    int fd;

    if (g_mkdir_with_parents(root, 0777) != 0) {
        fail(error, root, g_strerror(errno));
        return NULL;
    }
    fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fail(error, root, g_strerror(errno));
        return NULL;
    }
    self = g_new0(CddTreeWriter, 1);
    self->root = fd;
    return self;
}

void
cdd_tree_writer_free(CddTreeWriter *self)
{
    close(self->root);
    g_free(self);
}

/* Opens the directory of a name and returns the last component in *last; -1 with an error. */
static int
open_parent(CddTreeWriter *self, const char *name, char **last, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(name, "/", -1);
    int fd = -1;

    if (!cdd_name_is_below(name)) {
        fail(error, name, "this name leads out of the directory");
        return -1;
    }
    fd = dup(self->root);
    for (char **part = parts; fd >= 0 && part[1] != NULL; part++) {
        int next = openat(fd, *part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        close(fd);
        fd = next;
        if (fd < 0)
            fail(error, name,
                 errno == ENOTDIR ? "a component of its path is not a directory"
                                  : g_strerror(errno));
    }
    if (fd >= 0)
        *last = g_strdup(parts[g_strv_length(parts) - 1]);
    return fd;
}

static gboolean
make_directory(int parent, const char *name, mode_t permissions)
{
    gboolean ok;
    int fd;

    if (mkdirat(parent, name, OWNER_MAY_ALL) != 0 && errno != EEXIST)
        return FALSE;
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return FALSE;
    ok = fchmod(fd, permissions | OWNER_MAY_ALL) == 0;
    close(fd);
    return ok;
}

gboolean
cdd_tree_writer_add_directory(CddTreeWriter *self,
                              const char *name,
                              mode_t permissions,
                              GError **error)
{
    g_autofree char *last = NULL;
    int parent = open_parent(self, name, &last, error);
    gboolean ok;

    if (parent < 0)
        return FALSE;
    ok = make_directory(parent, last, permissions) || fail(error, name, g_strerror(errno));
    close(parent);
    return ok;
}

static char *
temporary_name(void)
{
    return g_strdup_printf(".cdd-%08x%08x", g_random_int(), g_random_int());
}

gboolean
cdd_tree_writer_add_link(CddTreeWriter *self, const char *name, const char *target, GError **error)
{
    g_autofree char *temporary = temporary_name();
    g_autofree char *last = NULL;
    int parent = open_parent(self, name, &last, error);
    gboolean ok;

    if (parent < 0)
        return FALSE;
    ok = symlinkat(target, parent, temporary) == 0;
    if (ok && renameat(parent, temporary, parent, last) != 0) {
        int reason = errno;

        unlinkat(parent, temporary, 0);
        errno = reason;
        ok = FALSE;
    }
    if (!ok)
        fail(error, name, g_strerror(errno));
    close(parent);
    return ok;
}

CddNewFile *
cdd_tree_writer_add_file(CddTreeWriter *self, const char *name, mode_t permissions, GError **error)
{
    g_autofree char *temporary = temporary_name();
    g_autofree char *last = NULL;
    int parent = open_parent(self, name, &last, error);
    CddNewFile *file;
    int fd;

    if (parent < 0)
        return NULL;
    fd = openat(parent, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        fail(error, name, g_strerror(errno));
        close(parent);
        return NULL;
    }
    fchmod(fd, permissions);
    file = g_new0(CddNewFile, 1);
    file->directory = parent;
    file->fd = fd;
    file->name = g_steal_pointer(&last);
    file->temporary = g_steal_pointer(&temporary);
    file->shown = g_strdup(name);
    return file;
}

gboolean
cdd_new_file_write(CddNewFile *self, const guint8 *data, gsize length, GError **error)
{
    while (length > 0) {
        ssize_t written = write(self->fd, data, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(error, self->shown, g_strerror(errno));
        data += written;
        length -= (gsize)written;
    }
    return TRUE;
}

gboolean
cdd_new_file_finish(CddNewFile *self, gint64 mod_time, GError **error)
{
    const struct timespec times[2] = {
        {.tv_nsec = UTIME_OMIT},
        {.tv_sec = mod_time / NANOSECONDS, .tv_nsec = mod_time % NANOSECONDS},
    };

    if (mod_time >= 0)
        futimens(self->fd, times);
    if (renameat(self->directory, self->temporary, self->directory, self->name) != 0)
        return fail(error, self->shown, g_strerror(errno));
    g_clear_pointer(&self->temporary, g_free);
    return TRUE;
}

void
cdd_new_file_free(CddNewFile *self)
{
    close(self->fd);
    if (self->temporary != NULL)
        unlinkat(self->directory, self->temporary, 0);
    close(self->directory);
    g_free(self->name);
    g_free(self->temporary);
    g_free(self->shown);
    g_free(self);
}
