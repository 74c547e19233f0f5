/* SPDX-License-Identifier: Apache-2.0 */
#include "owner.h"

#include "program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DIRECTORY_MODE = 0755
};

static gboolean
parse_id(const char *text, guint64 *id)
{
    /* -1 is not an id: to chown(2) it means "do not change". */
    return text != NULL && g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32 - 1, id, NULL);
}

Owner
owner_decide(uid_t effective_uid, const char *sudo_uid, const char *sudo_gid)
{
    guint64 uid = 0;
    guint64 gid = 0;

    /* Only root can change the owner of a file, and root trusts only what sudo says of its
     * caller. */
    if (effective_uid != 0 || !parse_id(sudo_uid, &uid) || !parse_id(sudo_gid, &gid) || uid == 0)
        return (Owner){.change = FALSE};
    return (Owner){.change = TRUE, .uid = (uid_t)uid, .gid = (gid_t)gid};
}

Owner
owner_of_caller(void)
{
    return owner_decide(geteuid(), g_getenv("SUDO_UID"), g_getenv("SUDO_GID"));
}

uid_t
owner_get_uid(const Owner *owner)
{
    return owner->change ? owner->uid : geteuid();
}

gboolean
owner_give(const Owner *owner, int fd, const char *path, GError **error)
{
    if (!owner->change || fchown(fd, owner->uid, owner->gid) == 0)
        return TRUE;
    return program_error_errno(error, errno, "giving %s to the calling user", path);
}

static gboolean
make_one(const Owner *owner, const char *path, GError **error)
{
    int fd = -1;
    gboolean given = FALSE;

    if (mkdir(path, DIRECTORY_MODE) != 0)
        /* Another process has just made it, and owns it. */
        return errno == EEXIST || program_error_errno(error, errno, "making %s", path);

    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return program_error_errno(error, errno, "opening %s", path);
    given = owner_give(owner, fd, path, error);
    close(fd);
    return given;
}

gboolean
owner_make_directory(const Owner *owner, const char *path, GError **error)
{
    g_autofree char *parent = NULL;

    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    parent = g_path_get_dirname(path);
    if (!g_str_equal(parent, path) && !owner_make_directory(owner, parent, error))
        return FALSE;
    return make_one(owner, path, error);
}
