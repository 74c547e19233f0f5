/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer-root.h"

#include "../base/await.h"
#include "../base/output-names.h"
#include "../base/state-folder.h"
#include "../incremental/file-walk.h"
#include "local-tree.h"

#include <string.h>

enum {
    ALL_BITS = 07777,
    PERMISSIONS = 0777, /* the hand-over at the end of a build leaves no others */
};

static const TransferRootKind kinds[] = {
    {.name = "scripts", .destination = "/scripts", .mask = ALL_BITS, .list_name = "helpers"},
    {.name = "helpers", .destination = "/helpers", .mask = ALL_BITS},
    {.name = "sources", .destination = "/workspace/src", .mask = ALL_BITS, .list_name = "sources"},
    {.name = "overrides",
     .destination = "/workspace/debian_dirs",
     .mask = PERMISSIONS,
     .comes_back = TRUE,
     .holds_edits = TRUE,
     .list_name = "overrides"},
    {.name = "output",
     .destination = "/workspace/output",
     .mask = PERMISSIONS,
     .comes_back = TRUE,
     .list_name = "transfer-output",
     .keeps_list = TRUE},
};

const TransferRootKind *
transfer_root_find_kind(const char *destination)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].destination, destination))
            return &kinds[i];
    return NULL;
}

gboolean
transfer_root_is_output(const TransferRootKind *kind)
{
    return g_str_equal(kind->name, "output");
}

/* The path in the output of its target; outputs of targets are below the repository's directory. */
static const char *
without_target(const char *path)
{
    static const char targets[] = OUTPUT_TARGETS "/";
    const char *rest = g_str_has_prefix(path, targets) ? strchr(path + strlen(targets), '/') : NULL;

    return rest != NULL ? rest + 1 : path;
}

/* Whether @path is @name or below it. */
static gboolean
is_in(const char *path, const char *name)
{
    gsize length = strlen(name);

    return strncmp(path, name, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static gboolean
is_in_any(const char *path, const char *const *names)
{
    for (; *names != NULL; names++)
        if (is_in(path, *names))
            return TRUE;
    return FALSE;
}

/* What the container writes. Other files in the output are the host's, or the user's. */
static const char *const made_by_builds[] = {
    OUTPUT_DEBS,
    OUTPUT_LOGS,
    OUTPUT_TESTS,
    ".apt.new",
    OUTPUT_STATE "/state.json",
    OUTPUT_STATE "/versions.json",
    OUTPUT_STATE "/paths",
    NULL,
};

/* What the host writes and the container reads. */
static const char *const made_for_builds[] = {
    OUTPUT_REPOSITORY,
    OUTPUT_STATE "/sources",
    OUTPUT_STATE "/commits",
    OUTPUT_STATE "/override-commits",
    NULL,
};

/* What neither side sends: names of this program, and what is of version control. The list of the
 * host lacks the latter, so the copy could change it unseen. */
static gboolean
is_left_out(const char *path)
{
    static const char *const own[] = {LOCAL_TREE_TEMPORARY, ".colcon-deb.staging",
                                      ".colcon-deb.begun", NULL};
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    if (is_in_any(path, own))
        return TRUE;
    for (char **part = parts; *part != NULL; part++)
        if (file_walk_leaves_out(*part))
            return TRUE;
    return FALSE;
}

gboolean
transfer_root_sends(const TransferRootKind *kind, const char *path)
{
    const char *rest = without_target(path);

    if (is_left_out(path))
        return FALSE;
    if (transfer_root_is_output(kind))
        return is_in_any(rest, made_by_builds) || is_in_any(rest, made_for_builds);
    if (g_str_equal(kind->name, "scripts"))
        /* A copy of its own has the helpers. */
        return !is_in(path, "helpers") && strstr(path, "__pycache__") == NULL;
    return !g_str_equal(kind->name, "helpers") || strstr(path, "__pycache__") == NULL;
}

gboolean
transfer_root_receives(const TransferRootKind *kind, const char *path)
{
    return kind->comes_back && !is_left_out(path) &&
           (!transfer_root_is_output(kind) || is_in_any(without_target(path), made_by_builds));
}

gboolean
transfer_root_is_record(const TransferRootKind *kind, const char *path)
{
    return transfer_root_is_output(kind) &&
           g_str_equal(without_target(path), OUTPUT_STATE "/state.json");
}

void
transfer_root_filter(const TransferRoot *root, FileList *list, TransferRootFilter keeps)
{
    guint kept = 0;

    for (guint i = 0; i < list->entries->len; i++)
        if (keeps(root->kind, file_list_get(list, i)->path))
            *file_list_get(list, kept++) = *file_list_get(list, i);
    g_array_set_size(list->entries, kept);
}

typedef struct {
    const TransferRoot *root;
    const char *output;
} Listing;

static void
keep_list(const Listing *listing, const FileList *list)
{
    const Owner owner = owner_of_caller();
    g_autofree char *text = file_list_print(list);
    g_autoptr(StateFolder) state = state_folder_open(listing->output, &owner, NULL);

    /* Without it the next run reads all files again. */
    if (state != NULL)
        state_folder_write(state, listing->root->kind->list_name, text, NULL);
}

static FileList *
read_list(const Listing *listing)
{
    const char *name = listing->root->kind->list_name;
    g_autoptr(StateFolder) state =
        name != NULL && listing->output != NULL ? state_folder_find(listing->output) : NULL;
    gsize length = 0;
    char *text = state != NULL ? state_folder_read(state, name, FILE_LIST_MAX_TEXT, &length) : NULL;

    return text != NULL ? file_list_parse(text, length) : NULL;
}

static void
list_in_thread(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data, GCancellable *cancellable)
{
    const Listing *listing = data;
    const TransferRootKind *kind = listing->root->kind;
    g_autoptr(FileList) known = read_list(listing);
    GError *error = NULL;
    gboolean changed = FALSE;
    FileList *list = file_walk(listing->root->path, known, &changed, cancellable, &error);

    if (list == NULL) {
        g_task_return_error(task, error);
        return;
    }
    if (changed && kind->keeps_list && listing->output != NULL)
        keep_list(listing, list);
    transfer_root_filter(listing->root, list, transfer_root_sends);
    g_task_return_pointer(task, list, (GDestroyNotify)file_list_free);
}

FileList *
transfer_root_list(const TransferRoot *root,
                   const char *output,
                   GCancellable *cancellable,
                   GError **error)
{
    Listing listing = {root, output};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, await_ready, &done);

    /* Without it the task would end before the thread, which uses @listing. */
    g_task_set_return_on_cancel(task, FALSE);
    g_task_set_task_data(task, &listing, NULL);
    g_task_run_in_thread(task, list_in_thread);
    await(&done);
    return g_task_propagate_pointer(task, error);
}
