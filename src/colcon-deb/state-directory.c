/* SPDX-License-Identifier: Apache-2.0 */
#include "state-directory.h"

#include "beneath.h"
#include "output-file.h"
#include "program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char directory_name[] = ".colcon-deb";

struct StateDirectory {
    char *path;
    Owner owner;
    int fd;
};

StateDirectory *
state_directory_open(const char *output, const Owner *owner, GError **error)
{
    g_autoptr(StateDirectory) state = g_new0(StateDirectory, 1);

    state->path = g_build_filename(output, directory_name, NULL);
    state->owner = *owner;
    state->fd = -1;
    if (!owner_make_directory(owner, state->path, error))
        return NULL;
    state->fd = open(state->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (state->fd >= 0)
        return g_steal_pointer(&state);
    program_error_errno(error, errno, "opening %s", state->path);
    program_error_append(error, "; it is the program's own and can be removed");
    return NULL;
}

void
state_directory_free(StateDirectory *state)
{
    if (state == NULL)
        return;
    if (state->fd >= 0)
        close(state->fd);
    g_free(state->path);
    g_free(state);
}

char *
state_directory_read(const StateDirectory *state, const char *name, gsize max, gsize *length)
{
    return beneath_read(state->fd, name, max, length);
}

gboolean
state_directory_write(const StateDirectory *state,
                      const char *name,
                      const char *text,
                      GError **error)
{
    g_autofree char *temporary = g_strdup_printf(".%s.tmp", name);
    int fd = output_file_create(state->fd, state->path, temporary, &state->owner, error);
    int failure = 0;

    if (fd < 0)
        return FALSE;
    failure = output_file_write(fd, text, strlen(text));
    if (close(fd) != 0 && failure == 0)
        failure = errno;
    if (failure == 0 && renameat(state->fd, temporary, state->fd, name) != 0)
        failure = errno;
    if (failure == 0)
        return TRUE;
    unlinkat(state->fd, temporary, 0);
    return program_error_errno(error, failure, "writing %s/%s", state->path, name);
}

gboolean
state_directory_remove(const StateDirectory *state, const char *name, GError **error)
{
    return unlinkat(state->fd, name, 0) == 0 || errno == ENOENT ||
           program_error_errno(error, errno, "removing %s/%s", state->path, name);
}
