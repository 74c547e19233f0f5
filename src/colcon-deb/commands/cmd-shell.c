/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../base/program-error.h"
#include "../config/build-directories.h"
#include "../run/run.h"
#include "command.h"
#include "options.h"

/* Standard output belongs to the shell. */
static View *
make_view(const Options *options)
{
    TerminalSetup terminal = terminal_setup_detect(stderr);
    const ViewDetail detail = options->verbose ? VIEW_VERBOSE
                              : options->quiet ? VIEW_QUIET
                                               : VIEW_NORMAL;

    terminal.interactive = FALSE;
    return view_plain_new(terminal_new(&terminal), &(ViewSetup){.detail = detail});
}

/* The number of arguments before "--", and the command behind it; NULL if there is none. */
static const char *const *
find_command(char **argv, int *argc)
{
    for (int i = 1; i < *argc; i++)
        if (g_str_equal(argv[i], "--")) {
            *argc = i;
            return argv[i + 1] != NULL ? (const char *const *)argv + i + 1 : NULL;
        }
    return NULL;
}

static gboolean
choose_package(Options *options, GError **error)
{
    char ***names = &options->selection.lists[SELECTION_SELECT];

    if (options->arguments == NULL)
        return TRUE;
    if (!selection_add(&options->selection, SELECTION_SELECT, options->arguments[0], error)) {
        g_prefix_error_literal(error, "shell: ");
        return FALSE;
    }
    return g_strv_length(*names) == 1 ||
           program_error_usage(error, "shell: it takes one package, not \"%s\"",
                               options->arguments[0]);
}

static gboolean
open_shell(const Options *options, const Config *config, RunShell *shell, GError **error)
{
    g_autoptr(Interrupt) interrupt = interrupt_new();
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(View) view = make_view(options);

    return run(&(RunRequest){.config = config,
                             .mode = CDD_BUILD_MODE_SHELL,
                             .view = view,
                             .interrupt = interrupt,
                             .verbose = options->verbose,
                             .selection = &options->selection,
                             /* Its debian/ directory is made even if the package is up to date. */
                             .force = options->arguments != NULL,
                             .shell = shell},
               state, error);
}

static gboolean
shell(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    RunShell own = {0};
    const GOptionEntry extra[] = {
        {"root", 0, 0, G_OPTION_ARG_NONE, &own.as_root, "be root in the container", NULL},
        {"workspace", 'w', 0, G_OPTION_ARG_FILENAME, &options.workspace,
         "take the workspace in PATH [the current directory]", "PATH"},
        {NULL},
    };
    g_auto(GStrv) arguments = NULL;
    g_autoptr(Config) config = NULL;

    own.command = find_command(argv, &argc);
    arguments = g_strdupv(argv);
    /* They are the container's. */
    for (int i = argc; arguments[i] != NULL; i++)
        g_clear_pointer(&arguments[i], g_free);
    if (!options_parse(&options, &cmd_shell, extra, argc, arguments, error))
        return FALSE;
    if (options.help)
        return TRUE;
    if (options.json)
        return program_error_usage(error, "shell: --json has no effect on a shell: leave it out");
    if (!choose_package(&options, error))
        return FALSE;
    config = options_load_one_config(&options, error);
    if (config == NULL || !build_directories_check(config, error) ||
        !build_directories_make(config, error) || !open_shell(&options, config, &own, error))
        return FALSE;
    return program_error_pass_on(error, (int)own.exit_code);
}

const Command cmd_shell = {
    .name = "shell",
    .max_targets = 1,
    .arguments = "[PACKAGE]",
    .max_arguments = 1,
    .summary = "Open a shell where the packages of a workspace are built",
    .own_title = "Shell",
    .notes = "The shell is in a new container, which has what a build has: image, dependencies, "
             "directories, environment and user. With PACKAGE it begins in a copy of the package's "
             "source with `debian/rules`, and the workspace packages that PACKAGE needs are "
             "installed. Without PACKAGE all that were built are. With `-- COMMAND...` at the end, "
             "COMMAND is run in "
             "place of a shell. The container is removed at the end.\n\n"
             "If standard input and output are terminals, the shell has a terminal, too.",
    .examples = "  colcon-deb shell my_robot_driver\n"
                "  colcon-deb shell my_robot_driver -- debian/rules build\n"
                "  colcon-deb shell --root -- apt-cache policy libboost-dev",
    .exit_status = "that of the shell or of COMMAND; 1 it could not be started, 2 usage or "
                   "configuration, 130 interrupted.",
    .run = shell,
};
