/* SPDX-License-Identifier: Apache-2.0 */
#include "conversation.h"

#include "../base/program-error.h"

#include <string.h>

static void
misunderstand(const char *line, GError **error)
{
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "copying files between this machine and the engine: the container that has the "
                "copies said \"%.80s\"",
                line);
}

static gboolean
append_bytes(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(user_data, data, (gssize)length);
    return TRUE;
}

/* The number in "WORD NUMBER". */
static gboolean
parse_answer(const char *line, const char *word, guint64 max, guint64 *number, GError **error)
{
    gsize length = strlen(word);

    if (strncmp(line, word, length) == 0 && line[length] == ' ' &&
        g_ascii_string_to_unsigned(line + length + 1, 10, 0, max, number, NULL))
        return TRUE;
    misunderstand(line, error);
    return FALSE;
}

/* Receives the text that follows the line "WORD LENGTH". */
static char *
receive_text(Agent *agent, const char *word, const char *line, GError **error)
{
    guint64 size = 0;
    GString *text = NULL;

    if (!parse_answer(line, word, FILE_LIST_MAX_TEXT, &size, error))
        return NULL;
    text = g_string_new(NULL);
    if (agent_receive(agent, size, append_bytes, text, error))
        return g_string_free(text, FALSE);
    g_string_free(text, TRUE);
    return NULL;
}

/* NULL without @error if the agent answers @none instead. */
static FileList *
receive_list(Agent *agent, const char *none, GError **error)
{
    g_autofree char *line = agent_receive_line(agent, error);
    char *text = NULL;
    FileList *list = NULL;

    if (line == NULL || g_str_equal(line, none))
        return NULL;
    text = receive_text(agent, "list", line, error);
    if (text == NULL)
        return NULL;
    list = file_list_parse(text, strlen(text));
    if (list == NULL)
        misunderstand(line, error);
    return list;
}

FileList *
conversation_list(Agent *agent, const char *root, guint mask, const char *digest, GError **error)
{
    return agent_printf(agent, error, "list %s %o %s\n", root, mask, digest)
               ? receive_list(agent, "same", error)
               : NULL;
}

/* Sends "COMMAND PATH [TARGET]". */
static gboolean
command_path(
    Agent *agent, const char *command, const char *path, const char *target, GError **error)
{
    g_autoptr(GString) line = g_string_new(command);

    g_string_append_c(line, ' ');
    file_list_append_path(line, path);
    if (target != NULL) {
        g_string_append_c(line, ' ');
        file_list_append_path(line, target);
    }
    g_string_append_c(line, '\n');
    return agent_send(agent, line->str, line->len, error);
}

gboolean
conversation_keep(Agent *agent, const char *root, guint number, const char *path, GError **error)
{
    g_autofree char *command = g_strdup_printf("keep %s %u", root, number);

    return command_path(agent, command, path, NULL, error);
}

gboolean
conversation_place(
    Agent *agent, const char *root, guint number, const FileEntry *entry, GError **error)
{
    g_autofree char *command = g_strdup_printf("place %s %u %o %" G_GINT64_FORMAT " %s", root,
                                               number, entry->mode, entry->mtime, entry->digest);

    return command_path(agent, command, entry->path, NULL, error);
}

gboolean
conversation_put(Agent *agent, const char *root, const FileEntry *entry, GError **error)
{
    g_autofree char *command =
        g_strdup_printf("put %s %o %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %s", root,
                        entry->mode, entry->mtime, entry->size, entry->digest);

    return command_path(agent, command, entry->path, NULL, error);
}

gboolean
conversation_set_attributes(Agent *agent, const char *root, const FileEntry *entry, GError **error)
{
    g_autofree char *command = g_strdup_printf("attributes %s %o %" G_GINT64_FORMAT " %s", root,
                                               entry->mode, entry->mtime, entry->digest);

    return command_path(agent, command, entry->path, NULL, error);
}

gboolean
conversation_make_link(Agent *agent, const char *root, const FileEntry *entry, GError **error)
{
    g_autofree char *command = g_strdup_printf("link %s %" G_GINT64_FORMAT, root, entry->mtime);

    return command_path(agent, command, entry->path, entry->target, error);
}

gboolean
conversation_make_directory(Agent *agent, const char *root, const FileEntry *entry, GError **error)
{
    g_autofree char *command = g_strconcat("directory ", root, NULL);

    return command_path(agent, command, entry->path, NULL, error);
}

gboolean
conversation_remove(Agent *agent, const char *root, const FileEntry *entry, GError **error)
{
    g_autofree char *command = g_strconcat("remove ", root, NULL);

    return command_path(agent, command, entry->path, NULL, error);
}

char *
conversation_settle(Agent *agent, const char *root, GError **error)
{
    g_autofree char *line = NULL;

    if (!agent_printf(agent, error, "settle %s\n", root))
        return NULL;
    line = agent_receive_line(agent, error);
    return line != NULL ? receive_text(agent, "settled", line, error) : NULL;
}

gboolean
conversation_ask(Agent *agent, const char *root, const char *path, GError **error)
{
    g_autofree char *command = g_strconcat("get ", root, NULL);

    return command_path(agent, command, path, NULL, error);
}

gboolean
conversation_receive(Agent *agent, guint64 *size, GError **error)
{
    g_autofree char *line = agent_receive_line(agent, error);

    return line != NULL && !g_str_has_prefix(line, "gone ") &&
           parse_answer(line, "file", G_MAXINT64, size, error);
}

gboolean
conversation_mark(Agent *agent, const char *root, GError **error)
{
    return agent_printf(agent, error, "mark %s\n", root);
}

gboolean
conversation_unmark(Agent *agent, const char *root, GError **error)
{
    return agent_printf(agent, error, "unmark %s\n", root);
}

FileList *
conversation_get_mark(Agent *agent, const char *root, GError **error)
{
    return agent_printf(agent, error, "marked %s\n", root) ? receive_list(agent, "none", error)
                                                           : NULL;
}
