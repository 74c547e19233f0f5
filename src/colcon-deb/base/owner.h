/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* Who gets what the program writes: under sudo the user who called it, not root. */
typedef struct {
    gboolean change; /* whether new files must be given away */
    uid_t uid;
    gid_t gid;
} Owner;

/* @sudo_uid and @sudo_gid are the environment's SUDO_UID and SUDO_GID, NULL if not set. */
Owner owner_decide(uid_t effective_uid, const char *sudo_uid, const char *sudo_gid);

Owner owner_of_caller(void);

/* Gives away what @fd is open on; @path is for the message. */
gboolean owner_give(const Owner *owner, int fd, const char *path, GError **error);

/* Makes the directory @path and those above it, and gives away what it makes. */
gboolean owner_make_directory(const Owner *owner, const char *path, GError **error);
