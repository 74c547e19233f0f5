/* SPDX-License-Identifier: Apache-2.0 */
#include "state-folder.h"

#include "beneath.h"
#include "folder.h"
#include "program-error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char directory_name[] = ".colcon-deb";

struct StateDirectory {
    Folder *folder;
    Owner owner;
};

StateDirectory *
state_directory_open(const char *output, const Owner *owner, GError **error)
{
    g_autoptr(StateDirectory) state = g_new0(StateDirectory, 1);
    g_autoptr(Folder) parent = folder_open(output, error);

    state->owner = *owner;
    if (parent == NULL)
        return NULL;
    if (folder_make_child(parent, directory_name, owner, error))
        state->folder = folder_open_child(parent, directory_name, error);
    if (state->folder != NULL)
        return g_steal_pointer(&state);
    program_error_append(error, "; it is the program's own and can be removed");
    return NULL;
}

void
state_directory_free(StateDirectory *state)
{
    if (state == NULL)
        return;
    g_clear_pointer(&state->folder, folder_free);
    g_free(state);
}

char *
state_directory_read(const StateDirectory *state, const char *name, gsize max, gsize *length)
{
    return beneath_read(state->folder->fd, name, max, length);
}

gboolean
state_directory_write(const StateDirectory *state,
                      const char *name,
                      const char *text,
                      GError **error)
{
    g_autoptr(GBytes) content = g_bytes_new_static(text, strlen(text));

    return folder_write(state->folder, name, &state->owner, content, error);
}

gboolean
state_directory_remove(const StateDirectory *state, const char *name, GError **error)
{
    return unlinkat(state->folder->fd, name, 0) == 0 || errno == ENOENT ||
           program_error_errno(error, errno, "removing %s/%s", state->folder->path, name);
}
