/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* How far the copying of a directory is, in bytes of its files. */
typedef void (*TransferProgress)(guint64 current, guint64 total, gpointer user_data);

typedef struct {
    guint files; /* whose content was copied, of all directories */
    guint64 current;
    guint64 total;
    TransferProgress on_progress; /* called often; NULL for none */
    gpointer user_data;
} TransferCount;

static inline void
transfer_count_begin(TransferCount *count, guint files, guint64 total)
{
    count->files += files;
    count->current = 0;
    count->total = total;
}

static inline void
transfer_count_add(TransferCount *count, guint64 bytes)
{
    count->current += bytes;
    if (count->on_progress != NULL)
        count->on_progress(count->current, count->total, count->user_data);
}
