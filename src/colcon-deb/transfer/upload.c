/* SPDX-License-Identifier: Apache-2.0 */
#include "upload.h"

#include "../base/beneath.h"
#include "../base/program-error.h"
#include "conversation.h"
#include "file-plan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
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
    gboolean is_last; /* the last attempt */
} Upload;

/* Sends exactly as many bytes as were promised, whatever has become of the file. The agent refuses
 * the file if the digest is wrong; in the last attempt it takes any content. */
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

/* A file that keeps changing is sent as it is at that moment. The list is older, so the next build
 * finds the change. */
static FileEntry
take_snapshot(const Upload *self, const FileEntry *entry, int fd)
{
    FileEntry now = *entry;
    struct stat status;

    if (self->is_last && fd >= 0 && fstat(fd, &status) == 0) {
        now.size = (guint64)status.st_size;
        g_strlcpy(now.digest, FILE_DIGEST_NONE, sizeof now.digest);
    }
    return now;
}

static gboolean
send_file(const Upload *self, const FileEntry *entry, GError **error)
{
    int fd = beneath_open(self->directory, entry->path);
    const FileEntry now = take_snapshot(self, entry, fd);
    gboolean good = conversation_put(self->agent, self->root->kind->name, &now, error) &&
                    send_content(self, fd, now.size, error);

    if (fd >= 0)
        close(fd);
    return good;
}

static gboolean
send_files(const Upload *self, GError **error)
{
    for (guint i = 0; i < self->plan->sent->len; i++)
        if (!send_file(self, self->plan->sent->pdata[i], error))
            return FALSE;
    return TRUE;
}

typedef gboolean (*CommandFunc)(Agent *agent,
                                const char *root,
                                const FileEntry *entry,
                                GError **error);

static gboolean
command_each(const Upload *self, const GPtrArray *entries, CommandFunc func, GError **error)
{
    for (guint i = 0; i < entries->len; i++)
        if (!func(self->agent, self->root->kind->name, entries->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
keep_each(const Upload *self, const GArray *reuses, GError **error)
{
    for (guint i = 0; i < reuses->len; i++)
        if (!conversation_keep(self->agent, self->root->kind->name, i,
                               g_array_index(reuses, FileReuse, i).from->path, error))
            return FALSE;
    return TRUE;
}

static gboolean
place_each(const Upload *self, const GArray *reuses, GError **error)
{
    for (guint i = 0; i < reuses->len; i++)
        if (!conversation_place(self->agent, self->root->kind->name, i,
                                g_array_index(reuses, FileReuse, i).to, error))
            return FALSE;
    return TRUE;
}

static gboolean
send_plan(const Upload *self, GError **error)
{
    const FilePlan *plan = self->plan;

    return keep_each(self, plan->kept, error) &&
           command_each(self, plan->removed, conversation_remove, error) &&
           place_each(self, plan->kept, error) && send_files(self, error) &&
           command_each(self, plan->attributes, conversation_set_attributes, error) &&
           command_each(self, plan->links, conversation_make_link, error) &&
           command_each(self, plan->folders, conversation_make_directory, error) &&
           keep_each(self, plan->repeated, error) && place_each(self, plan->repeated, error);
}

/* A file that has changed since it was listed is listed and sent again. */
static gboolean
is_about_change(gint64 code)
{
    return code == ESTALE || code == ENOENT;
}

/* Turns a line of conversation_settle() into an error. Sets @again if a file has only changed. */
static gboolean
judge_failure(const Upload *self, const char *line, gboolean *again, GError **error)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 3);
    g_autofree char *message = NULL;
    g_autofree char *path = NULL;
    gint64 code = g_ascii_strtoll(line, NULL, 10);

    if (is_about_change(code)) {
        *again = TRUE;
        return TRUE;
    }
    if (g_strv_length(words) == 3) {
        message = g_uri_unescape_string(words[1], NULL);
        path = g_uri_unescape_string(words[2], NULL);
    }
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "copying %s/%s to the engine: %s%s",
                self->root->path, path != NULL ? path : "", message != NULL ? message : line,
                code == ENOSPC ? " on the engine's machine; free some space there" : "");
    return FALSE;
}

static gboolean
settle(const Upload *self, gboolean *again, GError **error)
{
    g_autofree char *text = conversation_settle(self->agent, self->root->kind->name, error);
    g_auto(GStrv) lines = text != NULL ? g_strsplit(text, "\n", -1) : NULL;

    for (char **line = lines; line != NULL && *line != NULL; line++)
        if (**line != '\0' && !judge_failure(self, *line, again, error))
            return FALSE;
    return text != NULL;
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
attempt(
    const UploadSetup *setup, TransferRoot *root, gboolean is_last, gboolean *again, GError **error)
{
    g_autoptr(FileList) wanted = transfer_root_list(root, setup->output, setup->cancellable, error);
    g_autofree char *digest = wanted != NULL ? file_plan_digest(wanted, root->kind->mask) : NULL;
    g_autoptr(FileList) copy = NULL;
    g_autoptr(FilePlan) plan = NULL;
    g_autoptr(GError) failure = NULL;
    Upload self = {.setup = setup, .agent = setup->agent, .root = root, .is_last = is_last};

    if (wanted == NULL)
        return FALSE;
    copy = conversation_list(setup->agent, root->kind->name, root->kind->mask, digest, &failure);
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

        if (!attempt(setup, root, i + 1 == ATTEMPTS, &again, error))
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
