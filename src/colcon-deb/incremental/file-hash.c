/* SPDX-License-Identifier: Apache-2.0 */
#include "file-hash.h"

#include "../base/beneath.h"

#include <errno.h>
#include <unistd.h>

enum {
    BLOCK_SIZE = 64 * 1024,
    FEW_FILES = 32, /* not worth a thread */
    MAX_THREADS = 8,
};

typedef struct {
    int root;
    GCancellable *cancellable;
} Hashing;

/* NULL if the file cannot be read completely. */
static char *
hash_file(int fd, GCancellable *cancellable)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guchar *block = g_malloc(BLOCK_SIZE);
    ssize_t length = 0;

    while ((length = read(fd, block, BLOCK_SIZE)) != 0) {
        if (g_cancellable_is_cancelled(cancellable))
            return NULL;
        if (length > 0)
            g_checksum_update(checksum, block, length);
        else if (errno != EINTR)
            return NULL;
    }
    return g_strdup(g_checksum_get_string(checksum));
}

static void
hash_entry(gpointer data, gpointer user_data)
{
    FileEntry *entry = data;
    const Hashing *hashing = user_data;
    int fd = beneath_open(hashing->root, entry->path);
    gboolean vanished = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
    g_autofree char *digest = fd >= 0 ? hash_file(fd, hashing->cancellable) : NULL;

    if (digest == NULL)
        digest = g_strdup(vanished ? "" : FILE_DIGEST_UNKNOWN);
    g_strlcpy(entry->digest, digest, sizeof entry->digest);
    if (fd >= 0)
        close(fd);
}

void
file_hash_all(int root, const GPtrArray *entries, GCancellable *cancellable)
{
    Hashing hashing = {.root = root, .cancellable = cancellable};
    GThreadPool *pool = NULL;

    if (entries->len > FEW_FILES)
        pool = g_thread_pool_new(hash_entry, &hashing,
                                 (int)MIN(g_get_num_processors(), MAX_THREADS), FALSE, NULL);
    for (guint i = 0; i < entries->len && !g_cancellable_is_cancelled(cancellable); i++) {
        if (pool != NULL)
            g_thread_pool_push(pool, entries->pdata[i], NULL);
        else
            hash_entry(entries->pdata[i], &hashing);
    }
    /* Waits for all. */
    if (pool != NULL)
        g_thread_pool_free(pool, FALSE, TRUE);
}
