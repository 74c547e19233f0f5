/* SPDX-License-Identifier: Apache-2.0 */
#include "local-tree.h"

#include "../base/beneath.h"
#include "../base/program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PERMISSIONS = 0777
};

/* In the directory itself, so that one that a killed run has left is found again. */
static const char temporary[] = LOCAL_TREE_TEMPORARY;

struct LocalTree {
    Folder *root;
    Owner owner;
};

struct LocalFile {
    LocalTree *tree;
    Folder *parent;
    char *name;
    int fd;
};

LocalTree *
local_tree_open(const char *path, GError **error)
{
    LocalTree *tree = NULL;
    Folder *root = folder_open(path, error);

    if (root == NULL)
        return NULL;
    if (!folder_clear(root, temporary, error)) {
        folder_free(root);
        return NULL;
    }
    tree = g_new0(LocalTree, 1);
    tree->root = root;
    tree->owner = owner_of_caller();
    return tree;
}

void
local_tree_free(LocalTree *tree)
{
    if (tree == NULL)
        return;
    folder_free(tree->root);
    g_free(tree);
}

/* The user may have put it there. */
static gboolean
refuse(GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                        "something of another kind has its name here");
    return FALSE;
}

static Folder *
enter(const LocalTree *tree, Folder *parent, const char *name, gboolean make, GError **error)
{
    struct stat status;

    if (make && folder_stat(parent, name, &status) && !S_ISDIR(status.st_mode)) {
        refuse(error);
        return NULL;
    }
    if (make && !folder_make_child(parent, name, &tree->owner, error))
        return NULL;
    return folder_open_child(parent, name, error);
}

/* The open directory of @path. @make: makes those that are not there. */
static Folder *
open_parent(const LocalTree *tree, const char *path, gboolean make, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    Folder *folder = folder_open_child(tree->root, ".", error);

    if (folder != NULL) {
        g_free(folder->path);
        folder->path = g_strdup(tree->root->path);
    }
    for (char **part = parts; folder != NULL && part[1] != NULL; part++) {
        Folder *child = enter(tree, folder, *part, make, error);

        folder_free(folder);
        folder = child;
    }
    return folder;
}

/* file_list_parse() has checked that no part is empty, "." or "..". */
static const char *
get_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static void
local_file_free(LocalFile *file)
{
    folder_free(file->parent);
    g_free(file->name);
    g_free(file);
}

LocalFile *
local_tree_begin(LocalTree *tree, const char *path, GError **error)
{
    LocalFile *file = g_new0(LocalFile, 1);

    file->tree = tree;
    file->name = g_strdup(get_name(path));
    file->parent = open_parent(tree, path, TRUE, error);
    file->fd =
        file->parent != NULL ? folder_create(tree->root, temporary, &tree->owner, error) : -1;
    if (file->fd >= 0)
        return file;
    local_file_free(file);
    return NULL;
}

gboolean
local_file_write(LocalFile *file, const void *data, gsize length, GError **error)
{
    int failure = folder_write_all(file->fd, data, length);

    return failure == 0 ||
           program_error_errno(error, failure, "writing %s/%s", file->parent->path, file->name);
}

void
local_file_abandon(LocalFile *file)
{
    close(file->fd);
    folder_clear(file->tree->root, temporary, NULL);
    local_file_free(file);
}

/* Gives the temporary file its name. */
static gboolean
move_in(const LocalTree *tree, const Folder *parent, const char *name, GError **error)
{
    struct stat status;

    if (folder_stat(parent, name, &status) && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
        return refuse(error);
    return renameat(tree->root->fd, temporary, parent->fd, name) == 0 ||
           program_error_errno(error, errno, "naming %s/%s", parent->path, name);
}

static struct timespec
make_time(gint64 nanoseconds)
{
    gint64 rest = nanoseconds % 1000000000;

    if (rest < 0)
        rest += 1000000000;
    return (struct timespec){.tv_sec = (time_t)((nanoseconds - rest) / 1000000000),
                             .tv_nsec = (long)rest};
}

static int
set_attributes(int fd, guint mode, gint64 mtime)
{
    const struct timespec times[] = {make_time(mtime), make_time(mtime)};

    return fchmod(fd, mode & PERMISSIONS) == 0 && futimens(fd, times) == 0 ? 0 : errno;
}

gboolean
local_file_finish(LocalFile *file, guint mode, gint64 mtime, GError **error)
{
    int failure = set_attributes(file->fd, mode, mtime);
    int close_failure = close(file->fd) == 0 ? 0 : errno;
    gboolean good = FALSE;

    if (failure == 0)
        failure = close_failure;
    if (failure != 0)
        program_error_errno(error, failure, "writing %s/%s", file->parent->path, file->name);
    else
        good = move_in(file->tree, file->parent, file->name, error);
    if (!good)
        folder_clear(file->tree->root, temporary, NULL);
    local_file_free(file);
    return good;
}

static gint64
nanoseconds(struct timespec time)
{
    return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

static gboolean
is_as_listed(const FileEntry *entry, const struct stat *status)
{
    return S_ISREG(status->st_mode) && entry->size == (guint64)status->st_size &&
           entry->mtime == nanoseconds(status->st_mtim) &&
           (entry->inode == 0 || entry->inode == status->st_ino);
}

static gboolean
has_target(const Folder *parent, const char *name, const char *target)
{
    char actual[PATH_MAX];
    ssize_t length = readlinkat(parent->fd, name, actual, sizeof actual);

    return length >= 0 && (size_t)length == strlen(target) &&
           strncmp(actual, target, (size_t)length) == 0;
}

gboolean
local_tree_is_same(LocalTree *tree, const FileEntry *entry)
{
    g_autoptr(Folder) parent = open_parent(tree, entry->path, FALSE, NULL);
    const char *name = get_name(entry->path);
    struct stat status;

    if (parent == NULL || !folder_stat(parent, name, &status))
        return FALSE;
    if (entry->kind == FILE_LINK)
        return has_target(parent, name, entry->target);
    if (entry->kind == FILE_DIRECTORY)
        return S_ISDIR(status.st_mode);
    return is_as_listed(entry, &status);
}

gboolean
local_tree_link(LocalTree *tree, const FileEntry *from, const char *to)
{
    g_autoptr(Folder) source = open_parent(tree, from->path, FALSE, NULL);
    g_autoptr(Folder) parent = source != NULL ? open_parent(tree, to, TRUE, NULL) : NULL;
    struct stat status;
    gboolean good = FALSE;

    if (parent == NULL || !folder_clear(tree->root, temporary, NULL) ||
        linkat(source->fd, get_name(from->path), tree->root->fd, temporary, 0) != 0)
        return FALSE;
    /* What was linked is checked, not what had the name before. */
    good = folder_stat(tree->root, temporary, &status) && is_as_listed(from, &status) &&
           move_in(tree, parent, get_name(to), NULL);
    /* Also if both were names of one file before: rename() then does nothing. */
    folder_clear(tree->root, temporary, NULL);
    return good;
}

gboolean
local_tree_set_attributes(LocalTree *tree, const FileEntry *entry)
{
    int fd = beneath_open(tree->root->fd, entry->path);
    struct stat status;
    gboolean good = FALSE;

    if (fd < 0)
        return FALSE;
    /* Other names of the file keep theirs. */
    good = fstat(fd, &status) == 0 && status.st_nlink == 1 &&
           set_attributes(fd, entry->mode, entry->mtime) == 0;
    close(fd);
    return good;
}

/* A link has an owner and a time of its own. */
static int
set_link_attributes(const LocalTree *tree, gint64 mtime)
{
    const struct timespec times[] = {make_time(mtime), make_time(mtime)};
    int root = tree->root->fd;

    if (utimensat(root, temporary, times, AT_SYMLINK_NOFOLLOW) != 0 ||
        (tree->owner.change &&
         fchownat(root, temporary, tree->owner.uid, tree->owner.gid, AT_SYMLINK_NOFOLLOW) != 0))
        return errno;
    return 0;
}

gboolean
local_tree_make_link(LocalTree *tree, const FileEntry *entry, GError **error)
{
    g_autoptr(Folder) parent = open_parent(tree, entry->path, TRUE, error);
    const char *name = get_name(entry->path);
    int failure = 0;

    if (parent == NULL || !folder_clear(tree->root, temporary, error))
        return FALSE;
    failure = symlinkat(entry->target, tree->root->fd, temporary) == 0
                  ? set_link_attributes(tree, entry->mtime)
                  : errno;
    if (failure != 0)
        return program_error_errno(error, failure, "making the link %s/%s", parent->path, name);
    return move_in(tree, parent, name, error);
}

gboolean
local_tree_make_directory(LocalTree *tree, const char *path, GError **error)
{
    g_autoptr(Folder) parent = open_parent(tree, path, TRUE, error);
    g_autoptr(Folder) folder =
        parent != NULL ? enter(tree, parent, get_name(path), TRUE, error) : NULL;

    return folder != NULL;
}

/* Removes @path and the directories above it, as far as they are empty. */
static void
remove_empty(const LocalTree *tree, const char *path)
{
    g_autofree char *rest = g_strdup(path);
    char *slash = NULL;

    do {
        g_autoptr(Folder) parent = open_parent(tree, rest, FALSE, NULL);

        if (parent == NULL || unlinkat(parent->fd, get_name(rest), AT_REMOVEDIR) != 0)
            return;
        slash = strrchr(rest, '/');
        if (slash != NULL)
            *slash = '\0';
    } while (slash != NULL);
}

gboolean
local_tree_discard(LocalTree *tree, const char *name, GError **error)
{
    return folder_clear(tree->root, name, error);
}

gboolean
local_tree_remove(LocalTree *tree, const char *path, GError **error)
{
    g_autoptr(Folder) parent = open_parent(tree, path, FALSE, NULL);
    g_autofree char *above = g_path_get_dirname(path);

    if (parent == NULL)
        return TRUE;
    if (unlinkat(parent->fd, get_name(path), 0) == 0 || errno == ENOENT)
        remove_empty(tree, above);
    else if (errno == EISDIR)
        remove_empty(tree, path);
    else
        return program_error_errno(error, errno, "removing %s/%s", parent->path, get_name(path));
    return TRUE;
}
