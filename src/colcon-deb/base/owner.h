/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* The owner of the files that the program writes: under sudo the calling user, not root. */
typedef struct {
    gboolean change; /* whether the owner of new files is changed */
    uid_t uid;
    gid_t gid;
} Owner;

/* @sudo_uid and @sudo_gid are the environment's SUDO_UID and SUDO_GID, NULL if not set. */
Owner owner_decide(uid_t effective_uid, const char *sudo_uid, const char *sudo_gid);

Owner owner_of_caller(void);

/* The user for whom the program works: its own, or under sudo the caller. */
uid_t owner_get_uid(const Owner *owner);

/* Changes the owner of the file that @fd is open on. @path is for the error. */
gboolean owner_give(const Owner *owner, int fd, const char *path, GError **error);

/* Makes the directory @path and its parents, and changes the owner of each that it makes. */
gboolean owner_make_directory(const Owner *owner, const char *path, GError **error);
