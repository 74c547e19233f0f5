/* SPDX-License-Identifier: Apache-2.0 */
#include "upload.h"

#include "../base/beneath.h"
#include "../base/program-error.h"
#include "file-plan.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK = 64 * 1024,
    ATTEMPTS = 4,        /* at files that change while they are sent */
    LARGE = 1024 * 1024, /* bytes that are worth a line before they are sent */
};

typedef struct {
    const UploadSetup *setup;
    Agent *agent;
    const TransferRoot *root;
    const FilePlan *plan;
    int directory;
} Upload;

static gboolean
append_bytes(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(user_data, data, (gssize)length);
    return TRUE;
}

static gboolean
fail_answer(const char *line, GError **error)
{
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "copying files to the engine: the container that has the copies said \"%.80s\"",
                line);
    return FALSE;
}

/* Receives the text that follows the line "WORD LENGTH". */
static char *
receive_text(Agent *agent, const char *word, const char *line, gsize *length, GError **error)
{
    g_auto(GStrv) fields = g_strsplit(line, " ", -1);
    guint64 size = 0;
    GString *text = NULL;

    if (g_strv_length(fields) != 2 || !g_str_equal(fields[0], word) ||
        !g_ascii_string_to_unsigned(fields[1], 10, 0, FILE_LIST_MAX_TEXT, &size, NULL)) {
        fail_answer(line, error);
        return NULL;
    }
    text = g_string_new(NULL);
    if (!agent_receive(agent, size, append_bytes, text, error)) {
        g_string_free(text, TRUE);
        return NULL;
    }
    *length = text->len;
    return g_string_free(text, FALSE);
}

FileList *
upload_ask_list(Agent *agent, const TransferRoot *root, const char *digest, GError **error)
{
    g_autofree char *line = NULL;
    char *text = NULL;
    FileList *list = NULL;
    gsize length = 0;

    if (!agent_printf(agent, error, "list %s %o %s\n", root->kind->name, root->kind->mask, digest))
        return NULL;
    line = agent_receive_line(agent, error);
    if (line == NULL || g_str_equal(line, "same"))
        return NULL;
    text = receive_text(agent, "list", line, &length, error);
    if (text == NULL)
        return NULL;
    list = file_list_parse(text, length);
    if (list == NULL)
        fail_answer(line, error);
    return list;
}

static gboolean
send_command(const Upload *self, const char *command, const FileEntry *entry, GError **error)
{
    g_autoptr(GString) path = g_string_new(NULL);

    file_list_append_path(path, entry->path);
    return agent_printf(self->agent, error, "%s %s %s\n", command, self->root->kind->name,
                        path->str);
}

static gboolean
send_number(const Upload *self, const char *command, guint number, const char *rest, GError **error)
{
    return agent_printf(self->agent, error, "%s %s %u %s\n", command, self->root->kind->name,
                        number, rest);
}

static gboolean
keep(const Upload *self, guint number, const FileReuse *reuse, GError **error)
{
    g_autoptr(GString) path = g_string_new(NULL);

    file_list_append_path(path, reuse->from->path);
    return send_number(self, "keep", number, path->str, error);
}

static gboolean
place(const Upload *self, guint number, const FileReuse *reuse, GError **error)
{
    g_autoptr(GString) rest = g_string_new(NULL);

    g_string_printf(rest, "%o %" G_GINT64_FORMAT " %s ", reuse->to->mode, reuse->to->mtime,
                    reuse->to->digest);
    file_list_append_path(rest, reuse->to->path);
    return send_number(self, "place", number, rest->str, error);
}

/* Sends exactly as many bytes as were promised. The agent compares the digest, so zeros in the
 * place of what a shrunken file lacks never become a file. */
static gboolean
send_content(const Upload *self, int fd, guint64 size, GError **error)
{
    g_autofree char *block = g_malloc0(BLOCK);

    while (size > 0) {
        ssize_t length = fd >= 0 ? read(fd, block, MIN(BLOCK, size)) : 0;

        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            length = (ssize_t)MIN(BLOCK, size);
        if (!agent_send(self->agent, block, (gsize)length, error))
            return FALSE;
        size -= (guint64)length;
        transfer_count_add(self->setup->count, (guint64)length);
    }
    return TRUE;
}

static gboolean
send_file(const Upload *self, const FileEntry *entry, GError **error)
{
    g_autoptr(GString) path = g_string_new(NULL);
    int fd = -1;
    gboolean good = FALSE;

    file_list_append_path(path, entry->path);
    if (!agent_printf(self->agent, error,
                      "put %s %o %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %s %s\n",
                      self->root->kind->name, entry->mode, entry->mtime, entry->size, entry->digest,
                      path->str))
        return FALSE;
    fd = beneath_open(self->directory, entry->path);
    good = send_content(self, fd, entry->size, error);
    if (fd >= 0)
        close(fd);
    return good;
}

static gboolean
send_attributes(const Upload *self, const FileEntry *entry, GError **error)
{
    g_autoptr(GString) path = g_string_new(NULL);

    file_list_append_path(path, entry->path);
    return agent_printf(self->agent, error, "attributes %s %o %" G_GINT64_FORMAT " %s %s\n",
                        self->root->kind->name, entry->mode, entry->mtime, entry->digest,
                        path->str);
}

static gboolean
send_link(const Upload *self, const FileEntry *entry, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    file_list_append_path(names, entry->path);
    g_string_append_c(names, ' ');
    file_list_append_path(names, entry->target);
    return agent_printf(self->agent, error, "link %s %" G_GINT64_FORMAT " %s\n",
                        self->root->kind->name, entry->mtime, names->str);
}

static gboolean
send_removal(const Upload *self, const FileEntry *entry, GError **error)
{
    return send_command(self, "remove", entry, error);
}

static gboolean
send_folder(const Upload *self, const FileEntry *entry, GError **error)
{
    return send_command(self, "directory", entry, error);
}

typedef gboolean (*SendFunc)(const Upload *self, const FileEntry *entry, GError **error);

static gboolean
send_each(const Upload *self, const GPtrArray *entries, SendFunc func, GError **error)
{
    for (guint i = 0; i < entries->len; i++)
        if (!func(self, entries->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
send_reuses(const Upload *self,
            const GArray *reuses,
            gboolean (*func)(const Upload *, guint, const FileReuse *, GError **),
            GError **error)
{
    for (guint i = 0; i < reuses->len; i++)
        if (!func(self, i, &g_array_index(reuses, FileReuse, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
send_plan(const Upload *self, GError **error)
{
    const FilePlan *plan = self->plan;

    return send_reuses(self, plan->kept, keep, error) &&
           send_each(self, plan->removed, send_removal, error) &&
           send_reuses(self, plan->kept, place, error) &&
           send_each(self, plan->sent, send_file, error) &&
           send_each(self, plan->attributes, send_attributes, error) &&
           send_each(self, plan->links, send_link, error) &&
           send_each(self, plan->folders, send_folder, error) &&
           send_reuses(self, plan->repeated, keep, error) &&
           send_reuses(self, plan->repeated, place, error);
}

/* Reads the agent's lines "ERRNO MESSAGE PATH". Sets @again if a file has only changed. */
static gboolean
judge_failures(const Upload *self, char *text, gboolean *again, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, " ", 3);
        g_autofree char *message = NULL;
        g_autofree char *path = NULL;

        if (g_strv_length(fields) != 3)
            return fail_answer(*line, error);
        if (g_ascii_strtoll(fields[0], NULL, 10) == ESTALE ||
            g_ascii_strtoll(fields[0], NULL, 10) == ENOENT) {
            *again = TRUE;
            continue;
        }
        message = g_uri_unescape_string(fields[1], NULL);
        path = g_uri_unescape_string(fields[2], NULL);
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "copying %s/%s to the engine: %s%s",
                    self->root->path, path != NULL ? path : fields[2],
                    message != NULL ? message : fields[1],
                    g_ascii_strtoll(fields[0], NULL, 10) == ENOSPC
                        ? " on the engine's machine; free some space there (docker system df)"
                        : "");
        return FALSE;
    }
    return TRUE;
}

static gboolean
settle(const Upload *self, gboolean *again, GError **error)
{
    g_autofree char *line = NULL;
    g_autofree char *text = NULL;
    gsize length = 0;

    if (!agent_printf(self->agent, error, "settle %s\n", self->root->kind->name))
        return FALSE;
    line = agent_receive_line(self->agent, error);
    text = line != NULL ? receive_text(self->agent, "settled", line, &length, error) : NULL;
    return text != NULL && judge_failures(self, text, again, error);
}

static void
warn_of_unreadable(const Upload *self)
{
    for (guint i = 0; i < self->plan->unreadable->len; i++) {
        const FileEntry *entry = self->plan->unreadable->pdata[i];
        g_autofree char *message = g_strdup_printf(
            "%s/%s cannot be read, so the engine gets no copy", self->root->path, entry->path);

        self->setup->say("warning", message, self->setup->user_data);
    }
}

static void
announce(const Upload *self)
{
    g_autofree char *size = g_format_size(self->plan->size);
    g_autofree char *message =
        g_strdup_printf("copying %s of %s to the engine", size, self->root->path);

    if (self->plan->size >= LARGE)
        self->setup->say("info", message, self->setup->user_data);
}

static gboolean
carry_out(Upload *self, gboolean *again, GError **error)
{
    g_autoptr(Folder) folder = NULL;

    announce(self);
    transfer_count_begin(self->setup->count, self->plan->sent->len, self->plan->size);
    if (file_plan_is_empty(self->plan))
        return TRUE;
    folder = folder_open(self->root->path, error);
    if (folder == NULL)
        return FALSE;
    self->directory = folder->fd;
    return send_plan(self, error) && settle(self, again, error);
}

/* Lists the directory and makes its copy the same. */
static gboolean
attempt(const UploadSetup *setup, TransferRoot *root, gboolean *again, GError **error)
{
    g_autoptr(FileList) wanted = transfer_root_list(root, setup->output, setup->cancellable, error);
    g_autofree char *digest = wanted != NULL ? file_plan_digest(wanted, root->kind->mask) : NULL;
    g_autoptr(FileList) copy = NULL;
    g_autoptr(FilePlan) plan = NULL;
    g_autoptr(GError) failure = NULL;
    Upload self = {.setup = setup, .agent = setup->agent, .root = root};

    if (wanted == NULL)
        return FALSE;
    copy = upload_ask_list(setup->agent, root, digest, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (copy != NULL) {
        self.plan = plan = file_plan_new(wanted, copy, root->kind->mask);
        if (!carry_out(&self, again, error))
            return FALSE;
        if (!*again)
            warn_of_unreadable(&self);
    }
    g_clear_pointer(&root->sent, file_list_free);
    root->sent = g_steal_pointer(&wanted);
    return TRUE;
}

gboolean
upload(const UploadSetup *setup, TransferRoot *root, GError **error)
{
    for (guint i = 0; i < ATTEMPTS; i++) {
        gboolean again = FALSE;

        if (!attempt(setup, root, &again, error))
            return FALSE;
        if (!again)
            return TRUE;
    }
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "copying %s to the engine: files keep changing while they are sent; stop what "
                "writes there, and build again",
                root->path);
    return FALSE;
}
