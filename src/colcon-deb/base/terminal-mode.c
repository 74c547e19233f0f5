/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal-mode.h"

#include "terminal-guardian.h"

#include <glib-unix.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

enum {
    WATCH_INTERVAL = 250 /* milliseconds between looks whose the terminal is */
};

struct TerminalMode {
    int input; /* -1 if it is no terminal */
    int output;
    struct termios former;
    struct termios own;
    gboolean shown; /* the handler was told last that the program is in the foreground */
    TerminalGuardian guardian;
    TerminalModeHandler handler;
    gpointer user_data;
    guint keys; /* sources; 0 for none */
    guint watch;
    guint suspend;
    int wake[2]; /* from the signal handler */
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

/* A terminal that controls no session, such as one of a test, belongs to nobody else. */
gboolean
terminal_mode_is_foreground(const TerminalMode *mode)
{
    pid_t owner = tcgetpgrp(mode->output);

    return owner < 0 || owner == getpgrp();
}

gboolean
terminal_mode_has_keys(const TerminalMode *mode)
{
    return mode->keys != 0;
}

static gboolean
on_input(int fd, GIOCondition condition, gpointer user_data)
{
    TerminalMode *mode = user_data;
    char keys[64];
    ssize_t length = 0;

    /* Reading in the background would stop the program, and not reading would wake it all the
     * time. */
    if (terminal_mode_is_foreground(mode))
        length = read(fd, keys, sizeof keys);
    if (length <= 0) {
        mode->keys = 0;
        return G_SOURCE_REMOVE;
    }
    /* Arrows and their like come as several bytes, a key that is held as several keys. */
    if (g_ascii_isprint(keys[0]))
        mode->handler.on_key(keys[0], mode->user_data);
    return G_SOURCE_CONTINUE;
}

static gboolean
is_own_mode(const TerminalMode *mode)
{
    struct termios now;

    return tcgetattr(mode->input, &now) == 0 && now.c_lflag == mode->own.c_lflag;
}

/* Also after SIGSTOP and "fg", for which a shell has set the mode of its own. */
static void
enter(TerminalMode *mode)
{
    if (mode->input < 0)
        return;
    if (!is_own_mode(mode))
        tcsetattr(mode->input, TCSANOW, &mode->own);
    if (mode->keys == 0 && is_own_mode(mode))
        mode->keys = g_unix_fd_add(mode->input, G_IO_IN, on_input, mode);
}

static void
leave(TerminalMode *mode)
{
    g_clear_handle_id(&mode->keys, g_source_remove);
    if (mode->input >= 0 && is_own_mode(mode))
        tcsetattr(mode->input, TCSANOW, &mode->former);
}

static void
show(TerminalMode *mode)
{
    enter(mode);
    if (!mode->shown)
        mode->handler.on_show(mode->user_data);
    mode->shown = TRUE;
}

static void
hide(TerminalMode *mode)
{
    g_clear_handle_id(&mode->keys, g_source_remove);
    if (mode->shown)
        mode->handler.on_hide(mode->user_data);
    mode->shown = FALSE;
}

/* "bg" and "fg" of a shell send no signal of their own. */
static gboolean
on_watch(gpointer user_data)
{
    TerminalMode *mode = user_data;

    if (terminal_mode_is_foreground(mode))
        show(mode);
    else
        hide(mode);
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
    hide(mode);
    leave(mode);
    sigaction(SIGTSTP, &mode->former_action, &own);
    raise(SIGTSTP);
    /* Here the program stands still until SIGCONT. */
    sigaction(SIGTSTP, &own, NULL);
    on_watch(mode);
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

static void
make_own_mode(TerminalMode *mode)
{
    mode->own = mode->former;
    mode->own.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    mode->own.c_cc[VMIN] = 1;
    mode->own.c_cc[VTIME] = 0;
}

TerminalMode *
terminal_mode_new(int input,
                  int output,
                  gboolean has_title,
                  const TerminalModeHandler *handler,
                  gpointer user_data)
{
    TerminalMode *mode = NULL;

    if (!isatty(output))
        return NULL;
    mode = g_new0(TerminalMode, 1);
    mode->input = tcgetattr(input, &mode->former) == 0 ? input : -1;
    mode->output = output;
    mode->handler = *handler;
    mode->user_data = user_data;
    make_own_mode(mode);
    terminal_guardian_start(&mode->guardian, &(TerminalGuardianTask){.input = mode->input,
                                                                     .output = output,
                                                                     .former = mode->former,
                                                                     .own = mode->own,
                                                                     .has_title = has_title});
    mode->shown = terminal_mode_is_foreground(mode);
    if (mode->shown)
        enter(mode);
    mode->watch = g_timeout_add(WATCH_INTERVAL, on_watch, mode);
    watch_suspend(mode);
    return mode;
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
    g_source_remove(mode->watch);
    if (terminal_mode_is_foreground(mode))
        leave(mode);
    g_clear_handle_id(&mode->keys, g_source_remove);
    terminal_guardian_dismiss(&mode->guardian);
    g_free(mode);
}
