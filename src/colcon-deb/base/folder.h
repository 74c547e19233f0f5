/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "owner.h"

#include <gio/gio.h>
#include <sys/stat.h>

/*
 * An open directory. Its files are opened relative to it and never through a link: a container can
 * write to the directories that the program writes to, and under sudo the program is root.
 */
typedef struct {
    int fd;
    char *path; /* for messages */
} Folder;

Folder *folder_open(const char *path, GError **error);

/* Opens the directory @name in it. */
Folder *folder_open_child(const Folder *folder, const char *name, GError **error);

/* Makes the directory @name if it is not there. */
gboolean
folder_make_child(const Folder *folder, const char *name, const Owner *owner, GError **error);

void folder_free(Folder *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, folder_free)

/* What @name is, without following a link. */
gboolean folder_stat(const Folder *folder, const char *name, struct stat *status);

gboolean folder_has_directory(const Folder *folder, const char *name);

gboolean folder_has_file(const Folder *folder, const char *name);

/* The names in it, sorted; at most @max. */
char **folder_list(const Folder *folder, guint max, GError **error);

/* The content of the regular file @path in it or below it, by beneath.h's rules; an error if it has
 * more than @max bytes. */
GBytes *folder_read(const Folder *folder, const char *path, gsize max, GError **error);

/* Removes the entry @name, by remove-tree.h's rules. Succeeds if there is none. */
gboolean folder_clear(const Folder *folder, const char *name, GError **error);

/* Opens the new file @name, a temporary name of ours, for writing. Removes an entry of that name,
 * even a directory. Returns -1 on error. */
int folder_create(const Folder *folder, const char *name, const Owner *owner, GError **error);

/* Opens the file @name for a lock. Makes it, and removes an entry of another kind. Returns -1 on
 * error. */
int folder_open_lock(const Folder *folder, const char *name, const Owner *owner, GError **error);

/* Writes the whole file @name, or leaves the old entry. Replaces an entry of any kind. */
gboolean folder_write(
    const Folder *folder, const char *name, const Owner *owner, GBytes *content, GError **error);

/* Renames a file or directory. @to is a name of ours: an entry of that name is removed. */
gboolean folder_rename(const Folder *folder, const char *from, const char *to, GError **error);

/* Writes all of @data to @fd. Returns 0 or errno. */
int folder_write_all(int fd, const void *data, size_t length);

/* Flushes a file to the disk and closes it. Returns 0 or errno. */
int folder_close_file(int fd);
