/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "owner.h"

#include <gio/gio.h>
#include <sys/stat.h>

/*
 * An open directory. What is in it is reached through it and never through a link: a build writes
 * where the program writes, and under sudo the program is root.
 */
typedef struct {
    int fd;
    char *path; /* for messages */
} Folder;

Folder *folder_open(const char *path, GError **error);

/* @name: of a directory in it. */
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

/* Removes the file @name. Succeeds if it is not there. */
gboolean folder_remove(const Folder *folder, const char *name, GError **error);

/* Opens the new file @name for writing; what was there is gone. Returns -1 for an error. */
int folder_create(const Folder *folder, const char *name, const Owner *owner, GError **error);

/* Gives the file @name its content, all of it or none. */
gboolean folder_write(
    const Folder *folder, const char *name, const Owner *owner, GBytes *content, GError **error);

/* The new name's old bearer is gone. */
gboolean folder_rename(const Folder *folder, const char *from, const char *to, GError **error);

/* Removes @name and what is below it, as far as that can be done. */
void folder_remove_tree(const Folder *folder, const char *name);

/* Writes all of @data to @fd. Returns 0 or errno. */
int folder_write_all(int fd, const void *data, size_t length);

/* Closes a file that was written, and learns whether it is on the disk. Returns 0 or errno. */
int folder_close_file(int fd);
