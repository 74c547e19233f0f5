/* SPDX-License-Identifier: Apache-2.0 */
#include "repository-lock.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/output-names.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    INTERVAL = 50,       /* milliseconds between two attempts */
    PATIENCE = 3 * 1000, /* milliseconds until it says what it waits for */
};

struct RepositoryLock {
    int fd;
};

void
repository_lock_release(RepositoryLock *lock)
{
    if (lock == NULL)
        return;
    close(lock->fd);
    g_free(lock);
}

/* A lock on a file that was removed meanwhile is no lock. */
static gboolean
is_current(const RepositoryLock *lock, const Folder *output)
{
    struct stat held;
    struct stat named;

    return fstat(lock->fd, &held) == 0 && folder_stat(output, OUTPUT_REPOSITORY_LOCK, &named) &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static RepositoryLock *
open_lock(const Folder *output, const Owner *owner, GError **error)
{
    int fd = folder_open_lock(output, OUTPUT_REPOSITORY_LOCK, owner, error);
    RepositoryLock *lock = fd >= 0 ? g_new0(RepositoryLock, 1) : NULL;

    if (lock != NULL)
        lock->fd = fd;
    return lock;
}

RepositoryLock *
repository_lock_take(const Folder *output,
                     const Owner *owner,
                     void (*say)(const char *message, gpointer user_data),
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error)
{
    gint64 started = clock_now();
    gboolean said = say == NULL;

    for (;;) {
        g_autoptr(RepositoryLock) lock = open_lock(output, owner, error);

        if (lock == NULL)
            return NULL;
        if (flock(lock->fd, LOCK_EX | LOCK_NB) == 0) {
            if (is_current(lock, output))
                return g_steal_pointer(&lock);
            continue;
        }
        if (errno != EWOULDBLOCK)
            return g_steal_pointer(&lock);
        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return NULL;
        if (!said && clock_now() - started >= PATIENCE) {
            g_autofree char *message =
                g_strdup_printf("waiting for another build that is changing %s/%s", output->path,
                                OUTPUT_REPOSITORY);

            say(message, user_data);
            said = TRUE;
        }
        await_time(INTERVAL, cancellable);
    }
}
