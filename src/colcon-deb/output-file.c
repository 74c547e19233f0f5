/* SPDX-License-Identifier: Apache-2.0 */
#include "output-file.h"

#include "program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
    FILE_MODE = 0644
};

int
output_file_create(
    int directory, const char *path, const char *name, const Owner *owner, GError **error)
{
    int fd = -1;

    if (unlinkat(directory, name, 0) != 0 && errno != ENOENT) {
        program_error_errno(error, errno, "removing the old %s/%s", path, name);
        return -1;
    }
    fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (fd < 0) {
        program_error_errno(error, errno, "making %s/%s", path, name);
    } else if (!owner_give(owner, fd, name, error)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

int
output_file_write(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, data, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        data += written;
        length -= (size_t)written;
    }
    return 0;
}
