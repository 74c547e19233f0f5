/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"
#include "transfer-count.h"

/*
 * The files of a run on an engine that cannot see this machine's: sources, overrides, output and
 * scripts have copies in volumes there. Before the container starts, the copies become like the
 * directories; afterwards the output and the overrides become like their copies. Only what differs
 * is sent. docs/engines.md describes it.
 */
typedef struct Transfer Transfer;

typedef struct {
    const Engine *engine;
    const Config *config;
    const CddContainerSpec *spec; /* mounts this machine's directories */
    gboolean is_build;            /* whether the output and its records are there */
    GCancellable *cancellable;
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} TransferSetup;

/* Whether this run needs copies: what the user has configured, or else what the engine sees. */
gboolean transfer_is_needed(const TransferSetup *setup, gboolean *needed, GError **error);

/* Sends what the copies lack. @setup is copied, and its pointers must stay valid. If the last run
 * could not bring back what it had built, that comes back first. @on_progress: is called often,
 * also by transfer_end(), with @progress_data. */
Transfer *transfer_begin(const TransferSetup *setup,
                         TransferProgress on_progress,
                         gpointer progress_data,
                         GError **error);

/* The same container with the copies in the place of the directories; free with
 * cdd_container_spec_free(). */
CddContainerSpec *transfer_redirect(const Transfer *transfer);

/* What identifies the volumes with the copies; borrowed. */
const char *transfer_get_identity(const Transfer *transfer);

/* Brings back a file that the container is writing, or has written. @path: relative to output_dir.
 * @cancellable: not that of the run. After an error, nothing more can be asked for. */
gboolean
transfer_fetch(Transfer *transfer, const char *path, GCancellable *cancellable, GError **error);

/* Brings back what the container has made. After an error the next transfer_begin() does so.
 * @cancellable: gives up. The run's own cancellable may be cancelled already, so pass another. */
gboolean transfer_end(Transfer *transfer, GCancellable *cancellable, GError **error);

void transfer_free(Transfer *transfer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transfer, transfer_free)
