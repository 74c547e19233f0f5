/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal-guardian.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Clears what is behind the cursor, which may already be behind a shell's prompt. Resets style,
 * line wrapping, synchronised output, progress in the title and shows the cursor. */
static const char restore[] = "\x1b[J\x1b[0m\x1b[?7h\x1b[?2026l\x1b]9;4;0\x07\x1b[?25h";

/* Several threads may exist, so the child calls nothing but what is safe in a signal handler. */
static void
close_all_but(int first, int second, int third)
{
    long max = sysconf(_SC_OPEN_MAX);

    for (int fd = 0; fd < (int)MIN(max, 1024); fd++)
        if (fd != first && fd != second && fd != third)
            close(fd);
}

static G_NORETURN void
guard(int line, int input, int output, const struct termios *mode)
{
    char byte = 0;
    ssize_t length = 0;

    /* A session of its own gets no signals from the terminal, and may set its mode. */
    setsid();
    signal(SIGPIPE, SIG_IGN);
    close_all_but(line, input, output);
    do
        length = read(line, &byte, 1);
    while (length < 0 && errno == EINTR);
    if (length == 0) {
        tcsetattr(input, TCSANOW, mode);
        length = write(output, restore, sizeof restore - 1);
    }
    _exit(0);
}

void
terminal_guardian_start(TerminalGuardian *guardian,
                        int input,
                        int output,
                        const struct termios *mode)
{
    int pair[2] = {-1, -1};

    *guardian = (TerminalGuardian){.line = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return;
    guardian->pid = fork();
    if (guardian->pid == 0)
        guard(pair[1], input, output, mode);
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
