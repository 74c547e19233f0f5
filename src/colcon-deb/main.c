/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "base/terminal.h"
#include "commands/command.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static gboolean
dispatch(int argc, char **argv, GError **error)
{
    const Command *command = NULL;

    if (argc < 2)
        return program_error_usage(error, "the command is missing; see 'colcon-deb --help'");
    if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h"))
        return cmd_help.run(1, argv, error);
    if (g_str_equal(argv[1], "--version")) {
        puts("colcon-deb " PROGRAM_VERSION);
        return TRUE;
    }
    command = command_find(commands, argv[1]);
    if (command == NULL)
        return command_set_unknown(commands, "colcon-deb", argv[1], error);
    return command->run(argc - 1, argv + 1, error);
}

/* Output that a full disk or a closed pipe has lost is an error. */
static gboolean
flush_output(GError **error)
{
    gboolean lost_before = ferror(stdout) != 0;

    if (fflush(stdout) != 0)
        return program_error_errno(error, errno, "writing to standard output");
    if (!lost_before)
        return TRUE;
    g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                        "writing to standard output: some output was lost; its reader has gone, or "
                        "its disk is full");
    return FALSE;
}

/* A file that is opened must not take the number of a standard stream that the caller has closed.
 * Writing to one of these stays an error. */
static void
occupy_standard_streams(void)
{
    int fd = -1;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int
main(int argc, char **argv)
{
    static char output_buffer[64 * 1024];
    g_autoptr(GError) error = NULL;

    occupy_standard_streams();
    /* For the character set only; numbers and messages stay as scripts expect them. */
    setlocale(LC_CTYPE, "");
    /* A broken pipe is an error like others: the build goes on, and its files have everything. */
    signal(SIGPIPE, SIG_IGN);
    /* A help text goes out in one piece, so that "--help | head" cannot break the pipe. */
    if (!isatty(STDOUT_FILENO))
        setvbuf(stdout, output_buffer, _IOFBF, sizeof output_buffer);

    if (dispatch(argc, argv, &error))
        flush_output(&error);
    if (error != NULL && !program_error_is_silent(error))
        terminal_write_error(stderr, error->message);
    return program_error_exit_status(error);
}
