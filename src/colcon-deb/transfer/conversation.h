/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../incremental/file-list.h"
#include "agent.h"

/*
 * The commands that the agent knows: docs/engines.md has the table. @root is the name of a volume.
 * Commands without an answer are only queued; conversation_settle() tells which have failed.
 */

/* The list of the volume. @digest: of the list that is expected, or "-"; @mask: the mode bits that
 * it counts. NULL without @error if the volume has that list. */
FileList *
conversation_list(Agent *agent, const char *root, guint mask, const char *digest, GError **error);

/* Sets a file aside under @number. */
gboolean
conversation_keep(Agent *agent, const char *root, guint number, const char *path, GError **error);

/* Gives a file that was set aside the name, mode and time of @entry. */
gboolean conversation_place(
    Agent *agent, const char *root, guint number, const FileEntry *entry, GError **error);

/* Announces a file. Send entry->size bytes next. */
gboolean conversation_put(Agent *agent, const char *root, const FileEntry *entry, GError **error);

gboolean
conversation_set_attributes(Agent *agent, const char *root, const FileEntry *entry, GError **error);
gboolean
conversation_make_link(Agent *agent, const char *root, const FileEntry *entry, GError **error);
gboolean
conversation_make_directory(Agent *agent, const char *root, const FileEntry *entry, GError **error);
gboolean
conversation_remove(Agent *agent, const char *root, const FileEntry *entry, GError **error);

/* What has failed since the last time: lines "ERRNO MESSAGE PATH", with escaped words. */
char *conversation_settle(Agent *agent, const char *root, GError **error);

/* Asks for a file. Several can be asked for ahead. */
gboolean conversation_ask(Agent *agent, const char *root, const char *path, GError **error);

/* The answer for the next file that was asked for. Receive @size bytes after it. FALSE without
 * @error if there is no such file. */
gboolean conversation_receive(Agent *agent, guint64 *size, GError **error);

/* Keeps a list of the volume in it, which says that a run began with it and has not ended. */
gboolean conversation_mark(Agent *agent, const char *root, GError **error);
gboolean conversation_unmark(Agent *agent, const char *root, GError **error);

/* That list; NULL without @error if the last run has ended. */
FileList *conversation_get_mark(Agent *agent, const char *root, GError **error);
