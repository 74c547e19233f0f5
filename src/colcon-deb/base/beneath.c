/* SPDX-License-Identifier: Apache-2.0 */
#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Closes @directory. */
static int
open_in(int directory, const char *name, int flags)
{
    int fd = openat(directory, name, flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int failure = errno;

    close(directory);
    errno = failure;
    return fd;
}

/* A container could lead out of the directory by "..". */
static gboolean
is_inside(char **parts)
{
    for (; *parts != NULL; parts++)
        if (**parts == '\0' || g_str_equal(*parts, ".") || g_str_equal(*parts, ".."))
            return FALSE;
    return TRUE;
}

static int
refuse_special(int fd)
{
    struct stat status;

    if (fd < 0 || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

int
beneath_open(int root, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    int fd = -1;

    if (!is_inside(parts)) {
        errno = EINVAL;
        return -1;
    }
    fd = fcntl(root, F_DUPFD_CLOEXEC, 0);
    for (char **part = parts; fd >= 0 && *part != NULL; part++)
        /* Opening a named pipe without O_NONBLOCK would wait for its writer. */
        fd = open_in(fd, *part, part[1] != NULL ? O_DIRECTORY : O_NONBLOCK | O_NOCTTY);
    return refuse_special(fd);
}

static char *
read_all(int fd, gsize max, gsize *length)
{
    struct stat status;
    g_autofree char *text = NULL;
    gsize size = 0;

    if (fstat(fd, &status) != 0)
        return NULL;
    if ((guint64)status.st_size > max) {
        errno = EFBIG;
        return NULL;
    }
    size = (gsize)status.st_size;
    text = g_malloc(size + 1);
    for (*length = 0; *length < size;) {
        ssize_t got = read(fd, text + *length, size - *length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got == 0 ? EIO : errno;
            return NULL;
        }
        *length += (gsize)got;
    }
    text[size] = '\0';
    return g_steal_pointer(&text);
}

char *
beneath_read(int root, const char *path, gsize max, gsize *length)
{
    int fd = beneath_open(root, path);
    char *text = fd >= 0 ? read_all(fd, max, length) : NULL;
    int failure = errno;

    if (fd >= 0)
        close(fd);
    errno = failure;
    return text;
}
