/* SPDX-License-Identifier: Apache-2.0 */
#include "output-check.h"

#include "../base/folder.h"
#include "../base/output-names.h"
#include "../base/program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
    MAX_GROUPS = 1024 /* of one user */
};

static const char output_flag[] = "output-dir";
static const char *const directories[] = {OUTPUT_DEBS,  OUTPUT_LOGS,       OUTPUT_TESTS,
                                          OUTPUT_STATE, OUTPUT_REPOSITORY, OUTPUT_TARGETS};
static const char *const replaced[] = {
    OUTPUT_REPOSITORY,       OUTPUT_EVENTS, OUTPUT_SUMMARY, OUTPUT_REPORT, OUTPUT_TRACE,
    OUTPUT_EVENTS_TEMPORARY, NULL};

static char *
user_name(uid_t uid)
{
    const struct passwd *user = getpwuid(uid);

    return user != NULL ? g_strdup(user->pw_name) : g_strdup_printf("%u", (unsigned)uid);
}

static gboolean
is_in_group(const Owner *owner, gid_t group)
{
    const struct passwd *user = getpwuid(owner->uid);
    gid_t groups[MAX_GROUPS];
    int n_groups = MAX_GROUPS;

    if (user == NULL)
        return group == owner->gid;
    getgrouplist(user->pw_name, owner->gid, groups, &n_groups);
    for (int i = 0; i < MIN(n_groups, MAX_GROUPS); i++)
        if (groups[i] == group)
            return TRUE;
    return FALSE;
}

/* Only the kernel can judge it. The container tries it with the rights of the caller. */
static gboolean
has_access_list(int parent, const char *name)
{
    g_autofree char *path =
        parent == AT_FDCWD ? g_strdup(name) : g_strdup_printf("/proc/self/fd/%d/%s", parent, name);

    return lgetxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

/* access(2) knows of groups and access control lists, but under sudo only of those of root. */
static gboolean
may_write(int parent, const char *name, const struct stat *status, const Owner *owner)
{
    mode_t mode = status->st_mode;

    /* No right helps on a read-only file system; workspace_check_directory() reports that. */
    if (!owner->change)
        return faccessat(parent, name, W_OK | X_OK, AT_EACCESS) == 0 || errno == EROFS;
    if (status->st_uid == owner->uid)
        return (mode & S_IWUSR) != 0;
    return has_access_list(parent, name) ||
           (mode & (is_in_group(owner, status->st_gid) ? S_IWGRP : S_IWOTH)) != 0;
}

static gboolean
refuse(const char *path,
       const struct stat *status,
       const char *flag,
       const Owner *owner,
       const char *problem,
       GError **error)
{
    uid_t uid = owner_get_uid(owner);
    g_autofree char *theirs = user_name(status->st_uid);
    g_autofree char *name = user_name(uid);

    if (status->st_uid == uid)
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "%s: its owner %s %s; run chmod u+rwx %s, or choose another directory with "
                    "--%s",
                    path, name, problem, path, flag);
    else
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "%s belongs to %s (uid %u), and %s %s; choose another directory with --%s, or "
                    "take it over: sudo chown -R %s %s",
                    path, theirs, (unsigned)status->st_uid, name, problem, flag, name, path);
    return FALSE;
}

gboolean
output_check_writable(const char *path, const char *flag, const Owner *owner, GError **error)
{
    struct stat status;

    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode) || owner_get_uid(owner) == 0 ||
        may_write(AT_FDCWD, path, &status, owner))
        return TRUE;
    return refuse(path, &status, flag, owner, "cannot write to it", error);
}

static char *
describe_kind(const Folder *output, const char *name, mode_t mode)
{
    char target[PATH_MAX];
    ssize_t length = -1;

    if (S_ISREG(mode))
        return g_strdup("a file");
    length = readlinkat(output->fd, name, target, sizeof target - 1);
    if (length < 0)
        return g_strdup("neither a file nor a directory");
    target[length] = '\0';
    return g_strdup_printf("a link to %s", target);
}

static gboolean
check_kind(const Folder *output, const char *name, const struct stat *status, GError **error)
{
    g_autofree char *kind = NULL;

    if (S_ISDIR(status->st_mode))
        return TRUE;
    kind = describe_kind(output, name, status->st_mode);
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "%s/%s is %s; colcon-deb makes a directory there: remove it", output->path, name,
                kind);
    return FALSE;
}

/* In a directory with the sticky bit only the owner may replace an entry. @names: those that a
 * build replaces. */
static gboolean
check_entries(const Folder *folder, const char *const *names, const Owner *owner, GError **error)
{
    uid_t uid = owner_get_uid(owner);
    struct stat status;

    if (fstat(folder->fd, &status) != 0 || (status.st_mode & S_ISVTX) == 0 || status.st_uid == uid)
        return TRUE;
    for (; names != NULL && *names != NULL; names++) {
        g_autofree char *path = g_build_filename(folder->path, *names, NULL);

        if (folder_stat(folder, *names, &status) && status.st_uid != uid)
            return refuse(path, &status, output_flag, owner, "cannot replace it", error);
    }
    return TRUE;
}

static gboolean
check_directory(const Folder *output, const char *name, const Owner *owner, GError **error)
{
    g_autofree char *path = g_build_filename(output->path, name, NULL);
    g_autoptr(Folder) folder = NULL;
    g_auto(GStrv) names = NULL;
    struct stat status;

    if (!folder_stat(output, name, &status))
        return TRUE;
    if (!check_kind(output, name, &status, error))
        return FALSE;
    if (owner_get_uid(owner) == 0)
        return TRUE;
    if (!may_write(output->fd, name, &status, owner))
        return refuse(path, &status, output_flag, owner, "cannot write to it", error);
    folder = folder_open_child(output, name, NULL);
    names = folder != NULL ? folder_list(folder, G_MAXUINT, NULL) : NULL;
    return names == NULL || check_entries(folder, (const char *const *)names, owner, error);
}

gboolean
output_check(const char *output, const Owner *owner, GError **error)
{
    g_autoptr(Folder) folder = NULL;

    if (!output_check_writable(output, output_flag, owner, error))
        return FALSE;
    folder = folder_open(output, NULL);
    if (folder == NULL)
        return TRUE;
    if (owner_get_uid(owner) != 0 && !check_entries(folder, replaced, owner, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(directories); i++)
        if (!check_directory(folder, directories[i], owner, error))
            return FALSE;
    return TRUE;
}

gboolean
output_check_target(const char *output, const char *target, const Owner *owner, GError **error)
{
    g_autoptr(Folder) folder = folder_open(output, NULL);
    g_autoptr(Folder) targets =
        folder != NULL ? folder_open_child(folder, OUTPUT_TARGETS, NULL) : NULL;

    return targets == NULL || check_directory(targets, target, owner, error);
}
