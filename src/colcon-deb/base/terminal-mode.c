/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal-mode.h"

#include "terminal-guardian.h"

#include <glib-unix.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

enum {
    WATCH_INTERVAL = 500 /* milliseconds between looks whether the shell gave the terminal back */
};

struct TerminalMode {
    int input;
    struct termios former;
    gboolean entered;
    TerminalGuardian guardian;
    TerminalModeHandler handler;
    gpointer user_data;
    guint keys;    /* sources */
    guint suspend; /* … */
    guint watch;
    int wake[2]; /* from the signal handler; -1 if there is none */
    struct sigaction former_action;
};

static int suspend_line = -1;

static void
on_suspend_signal(int number)
{
    const char byte = 0;

    if (write(suspend_line, &byte, 1) < 0)
        return;
}

static gboolean
is_foreground(const TerminalMode *mode)
{
    return tcgetpgrp(mode->input) == getpgrp();
}

/* Setting the mode from the background would stop the program. */
static void
enter(TerminalMode *mode)
{
    struct termios now = mode->former;

    if (mode->entered || !is_foreground(mode))
        return;
    now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    mode->entered = tcsetattr(mode->input, TCSANOW, &now) == 0;
}

static void
leave(TerminalMode *mode)
{
    if (mode->entered && is_foreground(mode))
        tcsetattr(mode->input, TCSANOW, &mode->former);
    mode->entered = FALSE;
}

static gboolean
on_input(int fd, GIOCondition condition, gpointer user_data)
{
    TerminalMode *mode = user_data;
    char keys[64];
    ssize_t length = 0;

    /* Reading in the background would stop the program. */
    if (!is_foreground(mode))
        return G_SOURCE_CONTINUE;
    length = read(fd, keys, sizeof keys);
    if (length <= 0) {
        mode->keys = 0;
        return G_SOURCE_REMOVE;
    }
    /* Arrows and their like come as several bytes that begin with ESC. */
    for (ssize_t i = 0; i < length && g_ascii_isprint(keys[i]); i++)
        mode->handler.on_key(keys[i], mode->user_data);
    return G_SOURCE_CONTINUE;
}

/* After "bg" the shell has the terminal; after "fg" the program has it again. */
static gboolean
on_watch(gpointer user_data)
{
    enter(user_data);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_suspend(int fd, GIOCondition condition, gpointer user_data)
{
    TerminalMode *mode = user_data;
    struct sigaction own = {0};
    char byte = 0;

    if (read(fd, &byte, 1) != 1)
        return G_SOURCE_CONTINUE;
    mode->handler.on_suspend(mode->user_data);
    leave(mode);
    sigaction(SIGTSTP, &mode->former_action, &own);
    raise(SIGTSTP);
    /* Here the program stands still until SIGCONT. */
    sigaction(SIGTSTP, &own, NULL);
    enter(mode);
    mode->handler.on_resume(mode->user_data);
    return G_SOURCE_CONTINUE;
}

static void
watch_suspend(TerminalMode *mode)
{
    struct sigaction action = {.sa_handler = on_suspend_signal, .sa_flags = SA_RESTART};

    if (!g_unix_open_pipe(mode->wake, FD_CLOEXEC, NULL))
        return;
    suspend_line = mode->wake[1];
    mode->suspend = g_unix_fd_add(mode->wake[0], G_IO_IN, on_suspend, mode);
    sigaction(SIGTSTP, &action, &mode->former_action);
}

TerminalMode *
terminal_mode_new(int input, int output, const TerminalModeHandler *handler, gpointer user_data)
{
    g_autofree TerminalMode *mode = g_new0(TerminalMode, 1);

    mode->input = input;
    mode->handler = *handler;
    mode->user_data = user_data;
    mode->wake[0] = mode->wake[1] = -1;
    if (tcgetattr(input, &mode->former) != 0 || !is_foreground(mode))
        return NULL;
    terminal_guardian_start(&mode->guardian, input, output, &mode->former);
    enter(mode);
    mode->keys = g_unix_fd_add(input, G_IO_IN, on_input, mode);
    mode->watch = g_timeout_add(WATCH_INTERVAL, on_watch, mode);
    watch_suspend(mode);
    return g_steal_pointer(&mode);
}

void
terminal_mode_free(TerminalMode *mode)
{
    if (mode == NULL)
        return;
    if (mode->suspend != 0) {
        sigaction(SIGTSTP, &mode->former_action, NULL);
        g_source_remove(mode->suspend);
        close(mode->wake[0]);
        close(mode->wake[1]);
    }
    g_clear_handle_id(&mode->keys, g_source_remove);
    g_source_remove(mode->watch);
    leave(mode);
    terminal_guardian_dismiss(&mode->guardian);
    g_free(mode);
}
