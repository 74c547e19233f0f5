/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns the number of bytes; @size if there are more, or after an error. */
static size_t
read_all(int fd, char *buffer, size_t size)
{
    size_t length = 0;

    while (length < size) {
        ssize_t count = read(fd, buffer + length, size - length);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return size;
        if (count == 0)
            break;
        length += (size_t)count;
    }
    return length;
}

bool
file_read(const char *path, char *buffer, size_t size)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    size_t length = size;

    buffer[0] = '\0';
    if (fd < 0)
        return false;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        length = read_all(fd, buffer, size);
    close(fd);
    if (length == size) {
        buffer[0] = '\0';
        return false;
    }
    buffer[length] = '\0';
    return true;
}
