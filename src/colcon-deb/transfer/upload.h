/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent.h"
#include "transfer-count.h"
#include "transfer-root.h"

typedef struct {
    Agent *agent;
    const char *output; /* has the records of the lists; NULL for none */
    GCancellable *cancellable;
    TransferCount *count; /* grows by what is sent */
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} UploadSetup;

/*
 * Makes the copy of @root on the engine like the directory, sends only what the copy lacks, and
 * sets the root's member `sent`. A file that changes meanwhile is sent again.
 */
gboolean upload(const UploadSetup *setup, TransferRoot *root, GError **error);
