/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../transfer/transfer.h"

/*
 * A run on an engine that cannot see this machine's files. What the container reports is held back
 * until the files that it speaks of have come: the log of a package before its package_complete,
 * everything before the build_complete.
 */
typedef struct RemoteBuild RemoteBuild;

typedef void (*RemoteBuildFunc)(const CddBuildEvent *event, gint64 timestamp, gpointer user_data);

/* Sends the files. @on_event: receives events in their order, with the time of their arrival.
 * @giving_up: ends what goes on after the run was cancelled. */
RemoteBuild *remote_build_begin(const TransferSetup *setup,
                                RemoteBuildFunc on_event,
                                gpointer user_data,
                                GCancellable *giving_up,
                                GError **error);

/* The container, with the copies in the place of this machine's directories; borrowed. */
const CddContainerSpec *remote_build_get_spec(const RemoteBuild *remote);

/* What identifies the volumes with the copies; borrowed. */
const char *remote_build_get_copies(const RemoteBuild *remote);

/* Takes an event of the container. Does not wait. */
void remote_build_take(RemoteBuild *remote, const CddBuildEvent *event, gint64 timestamp);

/* Passes on the events that were taken, and brings the logs before. Not in a callback. */
void remote_build_pass_on(RemoteBuild *remote);

/* Brings back all that the container has made, and then passes on the rest of the events. */
gboolean remote_build_end(RemoteBuild *remote, GError **error);

void remote_build_free(RemoteBuild *remote);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemoteBuild, remote_build_free)
