/* SPDX-License-Identifier: Apache-2.0 */
#include "session-door.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PONG "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 0\r\n\r\n"
#define UPGRADED "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

struct _SessionDoor {
    char *directory;
    char *socket;
    int listener;
    GThread *thread;
    GAsyncQueue *opened; /* descriptors plus 1, because a queue cannot hold 0 */
    char *head;
};

static char *
read_head(int fd)
{
    g_autoptr(GString) head = g_string_new(NULL);
    char byte;

    while (strstr(head->str, "\r\n\r\n") == NULL) {
        if (recv(fd, &byte, 1, 0) != 1)
            return NULL;
        g_string_append_c(head, byte);
    }
    return g_string_free(g_steal_pointer(&head), FALSE);
}

static void
say(int fd, const char *text)
{
    g_assert_cmpint(send(fd, text, strlen(text), MSG_NOSIGNAL), ==, (gssize)strlen(text));
}

static gpointer
serve(gpointer data)
{
    SessionDoor *self = data;
    int fd;

    while ((fd = accept(self->listener, NULL, NULL)) >= 0) {
        g_autofree char *head = read_head(fd);

        if (head != NULL && g_str_has_prefix(head, "HEAD ")) {
            say(fd, PONG);
            close(fd);
        } else if (head != NULL) {
            say(fd, UPGRADED);
            self->head = g_steal_pointer(&head);
            g_async_queue_push(self->opened, GINT_TO_POINTER(fd + 1));
        } else {
            close(fd);
        }
    }
    return NULL;
}

SessionDoor *
session_door_new(void)
{
    SessionDoor *self = g_new0(SessionDoor, 1);
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    self->directory = g_dir_make_tmp("cdd-door-XXXXXX", NULL);
    self->socket = g_build_filename(self->directory, "socket", NULL);
    self->opened = g_async_queue_new();
    self->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_strlcpy(address.sun_path, self->socket, sizeof address.sun_path);
    g_assert_cmpint(bind(self->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(self->listener, 10), ==, 0);
    self->thread = g_thread_new("session-door", serve, self);
    return self;
}

void
session_door_free(SessionDoor *self)
{
    shutdown(self->listener, SHUT_RDWR);
    g_thread_join(self->thread);
    close(self->listener);
    g_remove(self->socket);
    g_rmdir(self->directory);
    g_async_queue_unref(self->opened);
    g_free(self->socket);
    g_free(self->directory);
    g_free(self->head);
    g_free(self);
}

const char *
session_door_get_socket(SessionDoor *self)
{
    return self->socket;
}

int
session_door_take(SessionDoor *self)
{
    return GPOINTER_TO_INT(g_async_queue_pop(self->opened)) - 1;
}

const char *
session_door_get_head(SessionDoor *self)
{
    return self->head;
}
