/* SPDX-License-Identifier: Apache-2.0 */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum {
    /* Consumed parts of the file are freed in steps of this size. */
    HOLE_SIZE = 1024 * 1024,
};

/*
 * While the file has data, new data goes to the file, so all data in memory is older than the data
 * in the file. Once the file is consumed, memory is used again.
 */
struct CddSpool {
    guint8 *ring;
    gsize capacity;
    gsize start;
    gsize used;

    int fd; /* -1 until needed */
    goffset read_position;
    goffset write_position;
    goffset hole_end;
};

CddSpool *
cdd_spool_new(gsize memory)
{
    CddSpool *self = g_new0(CddSpool, 1);

    self->capacity = memory;
    self->fd = -1;
    return self;
}

void
cdd_spool_free(CddSpool *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0)
        close(self->fd);
    g_free(self->ring);
    g_free(self);
}

gboolean
cdd_spool_is_empty(CddSpool *self)
{
    return self->used == 0 && self->read_position == self->write_position;
}

guint64
cdd_spool_get_length(CddSpool *self)
{
    return self->used + (guint64)(self->write_position - self->read_position);
}

/* Not /tmp, which is in memory on many machines. */
static int
open_file(void)
{
    const char *named = g_getenv("TMPDIR");
    const char *const directories[] = {named, "/var/tmp", g_get_tmp_dir()};

    for (gsize i = 0; i < G_N_ELEMENTS(directories); i++) {
        g_autofree char *path = NULL;
        int fd;

        if (directories[i] == NULL)
            continue;
        fd = open(directories[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0)
            return fd;
        path = g_build_filename(directories[i], "colcon-deb-XXXXXX", NULL);
        fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0) {
            g_unlink(path);
            return fd;
        }
    }
    return -1;
}

static gsize
append_to_file(CddSpool *self, const guint8 *data, gsize length)
{
    gsize written = 0;

    if (self->fd < 0)
        self->fd = open_file();
    while (self->fd >= 0 && written < length) {
        ssize_t n = pwrite(self->fd, data + written, length - written, self->write_position);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        written += (gsize)n;
        self->write_position += n;
    }
    return written;
}

/* Pages are allocated on first use: if data is consumed at once, only the first few are used. */
static void
prepare_ring(CddSpool *self)
{
    if (self->ring == NULL)
        self->ring = g_malloc(self->capacity);
}

static gsize
append_to_ring(CddSpool *self, const guint8 *data, gsize length)
{
    gsize taken = MIN(length, self->capacity - self->used);
    gsize end = (self->start + self->used) % self->capacity;
    gsize first = MIN(taken, self->capacity - end);

    prepare_ring(self);
    memcpy(self->ring + end, data, first);
    memcpy(self->ring, data + first, taken - first);
    self->used += taken;
    return taken;
}

gsize
cdd_spool_append(CddSpool *self, const guint8 *data, gsize length)
{
    gsize taken = 0;

    if (length == 0)
        return 0;
    if (self->read_position == self->write_position)
        taken = append_to_ring(self, data, length);
    if (taken < length)
        taken += append_to_file(self, data + taken, length - taken);
    return taken;
}

static gsize
take_from_ring(CddSpool *self, guint8 *data, gsize length)
{
    gsize taken = MIN(length, self->used);
    gsize first = MIN(taken, self->capacity - self->start);

    memcpy(data, self->ring + self->start, first);
    memcpy(data + first, self->ring, taken - first);
    cdd_spool_drop(self, taken);
    return taken;
}

/* Frees disk space of consumed data. The file grows on file systems without holes. */
static void
give_back(CddSpool *self)
{
    if (self->read_position == self->write_position) {
        self->read_position = self->write_position = self->hole_end = 0;
        if (ftruncate(self->fd, 0) != 0)
            return;
    } else if (self->read_position - self->hole_end >= HOLE_SIZE) {
        if (fallocate(self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, self->hole_end,
                      self->read_position - self->hole_end) != 0)
            return;
        self->hole_end = self->read_position;
    }
}

static gsize
take_from_file(CddSpool *self, guint8 *data, gsize length, gboolean *ok)
{
    gsize left = (gsize)(self->write_position - self->read_position);
    ssize_t n;

    do
        n = pread(self->fd, data, MIN(length, left), self->read_position);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
        *ok = FALSE;
        return 0;
    }
    self->read_position += n;
    give_back(self);
    return (gsize)n;
}

gsize
cdd_spool_take(CddSpool *self, guint8 *data, gsize length, gboolean *ok)
{
    *ok = TRUE;
    if (self->used > 0)
        return take_from_ring(self, data, length);
    if (self->read_position < self->write_position)
        return take_from_file(self, data, length, ok);
    return 0;
}

guint8 *
cdd_spool_reserve(CddSpool *self, gsize at_least, gsize *length)
{
    gsize end;

    if (self->read_position != self->write_position)
        return NULL;
    if (self->used == 0)
        self->start = 0;
    end = (self->start + self->used) % self->capacity;
    *length = MIN(self->capacity - self->used, self->capacity - end);
    if (*length < at_least)
        return NULL;
    prepare_ring(self);
    return self->ring + end;
}

void
cdd_spool_commit(CddSpool *self, gsize length)
{
    self->used += length;
}

const guint8 *
cdd_spool_peek(CddSpool *self, gsize *length)
{
    *length = MIN(self->used, self->capacity - self->start);
    return self->used == 0 ? NULL : self->ring + self->start;
}

void
cdd_spool_drop(CddSpool *self, gsize length)
{
    self->start = (self->start + length) % self->capacity;
    self->used -= length;
}
