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

/* Asks for a file. Receive @size bytes next. FALSE without @error if there is no such file. */
gboolean
conversation_get(Agent *agent, const char *root, const char *path, guint64 *size, GError **error);

/* A word for the next agent; "-" for none. */
gboolean conversation_note(Agent *agent, const char *name, const char *word, GError **error);
char *conversation_recall(Agent *agent, const char *name, GError **error);
