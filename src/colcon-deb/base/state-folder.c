/* SPDX-License-Identifier: Apache-2.0 */
#include "state-folder.h"

#include "beneath.h"
#include "folder.h"
#include "output-names.h"
#include "program-error.h"

#include <string.h>

struct StateFolder {
    Folder *folder;
    Owner owner;
};

StateFolder *
state_folder_open(const char *output, const Owner *owner, GError **error)
{
    g_autoptr(StateFolder) state = g_new0(StateFolder, 1);
    g_autoptr(Folder) parent = folder_open(output, error);

    state->owner = *owner;
    if (parent == NULL)
        return NULL;
    if (folder_make_child(parent, OUTPUT_STATE, owner, error))
        state->folder = folder_open_child(parent, OUTPUT_STATE, error);
    if (state->folder != NULL)
        return g_steal_pointer(&state);
    program_error_append(error, "; it is the program's own and can be removed");
    return NULL;
}

StateFolder *
state_folder_find(const char *output)
{
    g_autoptr(StateFolder) state = g_new0(StateFolder, 1);
    g_autoptr(Folder) parent = folder_open(output, NULL);

    if (parent != NULL)
        state->folder = folder_open_child(parent, OUTPUT_STATE, NULL);
    return state->folder != NULL ? g_steal_pointer(&state) : NULL;
}

void
state_folder_free(StateFolder *state)
{
    if (state == NULL)
        return;
    g_clear_pointer(&state->folder, folder_free);
    g_free(state);
}

char *
state_folder_read(const StateFolder *state, const char *name, gsize max, gsize *length)
{
    return beneath_read(state->folder->fd, name, max, length);
}

gboolean
state_folder_write(const StateFolder *state, const char *name, const char *text, GError **error)
{
    g_autoptr(GBytes) content = g_bytes_new_static(text, strlen(text));

    return folder_write(state->folder, name, &state->owner, content, error);
}

gboolean
state_folder_remove(const StateFolder *state, const char *name, GError **error)
{
    return folder_clear(state->folder, name, error);
}
