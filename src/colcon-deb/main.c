/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "base/terminal.h"
#include "commands/command.h"
#include "config/config.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static gboolean help(int argc, char **argv, GError **error);

static const Command cmd_help = {
    .name = "help",
    .summary = "Explain a command, or the configuration",
    .run = help,
};

static const Command *const commands[] = {
    &cmd_build, &cmd_list, &cmd_validate, &cmd_image, &cmd_help, NULL,
};

static void
print_help(FILE *out)
{
    fputs("colcon-deb turns a colcon (ROS) workspace into Debian packages, in a container.\n"
          "\n"
          "Usage: colcon-deb COMMAND [PATH] [OPTION...]\n"
          "\n",
          out);
    command_print_all(commands, out);
    fputs("\n"
          "Examples:\n"
          "  colcon-deb build ~/ros_ws --ros-distro jazzy   packages into ~/ros_ws/output\n"
          "  colcon-deb list ~/ros_ws                       what would be built, in order\n"
          "  colcon-deb validate ~/ros_ws                   is everything there for a build?\n"
          "  colcon-deb image create --ros-distro rolling   an image to build in, without a "
          "registry\n"
          "\n"
          "'colcon-deb COMMAND --help' lists a command's options,\n"
          "'colcon-deb help configuration' the keys of colcon-deb.yaml.\n",
          out);
}

/* What follows the command's name may be the name of one of its verbs. */
static gboolean
help_on(const Command *command, char **argv, GError **error)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    for (; *argv != NULL; argv++)
        g_ptr_array_add(arguments, *argv);
    g_ptr_array_add(arguments, (gpointer) "--help");
    g_ptr_array_add(arguments, NULL);
    return command->run((int)arguments->len - 1, (char **)arguments->pdata, error);
}

static gboolean
help(int argc, char **argv, GError **error)
{
    const Command *command = NULL;

    if (argc < 2 || g_str_equal(argv[1], cmd_help.name) || *argv[1] == '-') {
        print_help(stdout);
        return TRUE;
    }
    if (g_str_equal(argv[1], "configuration")) {
        g_autofree char *keys = config_keys_describe();

        fputs(keys, stdout);
        return TRUE;
    }
    command = command_find(commands, argv[1]);
    if (command == NULL)
        return command_set_unknown(commands, "colcon-deb", argv[1], error);
    return help_on(command, argv + 1, error);
}

static gboolean
dispatch(int argc, char **argv, GError **error)
{
    const Command *command = NULL;

    if (argc < 2) {
        print_help(stderr);
        g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE, "no command");
        return FALSE;
    }
    if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h"))
        return help(1, argv, error);
    if (g_str_equal(argv[1], "--version")) {
        puts("colcon-deb " PROGRAM_VERSION);
        return TRUE;
    }
    command = command_find(commands, argv[1]);
    if (command == NULL)
        return command_set_unknown(commands, "colcon-deb", argv[1], error);
    return command->run(argc - 1, argv + 1, error);
}

/* What a full disk or a reader that went away swallowed must not count as printed. */
static gboolean
flush_output(GError **error)
{
    gboolean lost_before = ferror(stdout) != 0;

    if (fflush(stdout) != 0)
        return program_error_errno(error, errno, "writing to standard output");
    if (!lost_before)
        return TRUE;
    g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                        "writing to standard output: not all of it was taken; its reader has gone "
                        "or its disk is full");
    return FALSE;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    /* For the character set; numbers and messages stay as scripts expect them. */
    setlocale(LC_CTYPE, "");
    /* A pipe that breaks is an error like others: the build goes on, its files hold everything. */
    signal(SIGPIPE, SIG_IGN);

    if (dispatch(argc, argv, &error))
        flush_output(&error);
    if (error != NULL)
        terminal_write_error(stderr, error->message);
    return program_error_exit_status(error);
}
