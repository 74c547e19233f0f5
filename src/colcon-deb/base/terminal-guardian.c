/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal-guardian.h"

#include "terminal-mode.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SHELL_TIME = 200 * 1000 /* microseconds */
};

/* Clears what is behind the cursor, which may already be behind a shell's prompt. Resets style,
 * line wrapping and synchronised output, and shows the cursor. */
static const char restore[] = "\x1b[J\x1b[0m\x1b[?7h\x1b[?2026l\x1b[?25h";
static const char clear_title[] = TERMINAL_NO_PROGRESS;
/* "killall colcon-deb" must not end it. */
static const char name[] = "colcon-deb-tty";

/* Several threads may exist in the parent, so the child calls nothing but what is safe in a signal
 * handler. */
static void
become_guardian(int line, const TerminalGuardianTask *task)
{
    static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGPIPE, SIGWINCH};

    /* A session of its own gets no signals from the terminal, and may set its mode. */
    setsid();
    prctl(PR_SET_NAME, name);
    for (size_t i = 0; i < G_N_ELEMENTS(ignored); i++)
        signal(ignored[i], SIG_IGN);
    dup2(task->input >= 0 ? task->input : task->output, STDIN_FILENO);
    dup2(task->output, STDOUT_FILENO);
    dup2(line, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, UINT_MAX, 0);
}

/* An interactive shell sets a mode of its own as soon as it has noticed the end. Wait for that: the
 * former mode must not come after it. */
static void
restore_mode(const TerminalGuardianTask *task)
{
    struct termios now;

    usleep(SHELL_TIME);
    if (task->input >= 0 && tcgetattr(STDIN_FILENO, &now) == 0 &&
        now.c_lflag == task->own.c_lflag && now.c_iflag == task->own.c_iflag)
        tcsetattr(STDIN_FILENO, TCSANOW, &task->former);
}

static G_NORETURN void
guard(int line, const TerminalGuardianTask *task)
{
    char byte = 0;
    ssize_t length = 0;

    become_guardian(line, task);
    do
        length = read(STDERR_FILENO, &byte, 1);
    while (length < 0 && errno == EINTR);
    if (length == 0) {
        length = write(STDOUT_FILENO, restore, sizeof restore - 1);
        if (length > 0 && task->has_title)
            length = write(STDOUT_FILENO, clear_title, sizeof clear_title - 1);
        restore_mode(task);
    }
    _exit(0);
}

void
terminal_guardian_start(TerminalGuardian *guardian, const TerminalGuardianTask *task)
{
    int pair[2] = {-1, -1};

    *guardian = (TerminalGuardian){.line = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return;
    guardian->pid = fork();
    if (guardian->pid == 0)
        guard(pair[1], task);
    close(pair[1]);
    guardian->line = pair[0];
    if (guardian->pid > 0)
        return;
    close(pair[0]);
    *guardian = (TerminalGuardian){.line = -1};
}

void
terminal_guardian_dismiss(TerminalGuardian *guardian)
{
    if (guardian->pid <= 0)
        return;
    if (send(guardian->line, "x", 1, MSG_NOSIGNAL) == 1)
        waitpid(guardian->pid, NULL, 0);
    close(guardian->line);
    *guardian = (TerminalGuardian){.line = -1};
}
