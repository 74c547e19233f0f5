/* SPDX-License-Identifier: Apache-2.0 */
#include "small-file.h"

#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void
refuse(GError **error, const char *path, const char *fault)
{
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s %s", shown, fault);
}

/* Reads to the end, or until the size exceeds @max_size. Returns NULL with errno set. */
static GByteArray *
read_bounded(int fd, gsize max_size)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 piece[16 * 1024];
    ssize_t length;

    while (bytes->len <= max_size) {
        length = read(fd, piece, sizeof piece);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return NULL;
        if (length == 0)
            break;
        g_byte_array_append(bytes, piece, (guint)length);
    }
    return g_steal_pointer(&bytes);
}

/* A directory, a device or a large file is a mistake of the user, hence an error. */
static GBytes *
read_open_file(int fd, const char *path, gsize max_size, GError **error)
{
    struct stat status;
    g_autofree char *fault = NULL;
    GByteArray *bytes;

    if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
        refuse(error, path,
               S_ISDIR(status.st_mode) ? "is a directory, not a file" : "is not a regular file");
        return NULL;
    }
    bytes = read_bounded(fd, max_size);
    if (bytes == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "reading %s: %s", path, g_strerror(errno));
        return NULL;
    }
    if (bytes->len > max_size) {
        fault = g_strdup_printf("is larger than %" G_GSIZE_FORMAT " KiB", max_size / 1024);
        refuse(error, path, fault);
        g_byte_array_unref(bytes);
        return NULL;
    }
    return g_byte_array_free_to_bytes(bytes);
}

GBytes *
cdd_small_file_read(const char *path, gsize max_size, GError **error)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    GBytes *bytes;

    if (fd < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "reading %s: %s", path,
                        g_strerror(errno));
        return NULL;
    }
    bytes = read_open_file(fd, path, max_size, error);
    close(fd);
    return bytes;
}
