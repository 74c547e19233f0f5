/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../config/build-directories.h"
#include "../run/run.h"
#include "build-view.h"
#include "command.h"
#include "options.h"

/* A key of the view stops the build as Ctrl-C does. */
static void
on_stop(gpointer user_data)
{
    interrupt_trigger(user_data);
}

static gboolean
build(int argc, char **argv, GError **error)
{
    gboolean force = FALSE;
    const GOptionEntry extra[] = {
        {"force", 0, 0, G_OPTION_ARG_NONE, &force, "also build what is up to date", NULL},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(RunState) state = NULL;
    g_autofree char *command = NULL;
    g_autoptr(View) view = NULL;

    if (!options_parse(&options, &cmd_build, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = options_load_config(&options, error);
    if (config == NULL || !build_directories_check(config, error) ||
        !build_directories_make(config, error))
        return FALSE;

    interrupt = interrupt_new();
    state = run_state_new();
    /* Before other files are opened: see terminal-mode.h. */
    command = build_view_get_command(&options);
    view = build_view_new(&options, config, command, on_stop, interrupt);
    return run(&(RunRequest){.config = config,
                             .mode = CDD_BUILD_MODE_BUILD,
                             .view = view,
                             .interrupt = interrupt,
                             .verbose = options.verbose,
                             .selection = &options.selection,
                             .force = force},
               state, error);
}

const Command cmd_build = {
    .name = "build",
    .summary = "Build a workspace into Debian packages and an APT repository",
    .own_title = "Selection",
    .notes = "Names of packages end at the next option, at `--`, or at a word with a slash. "
             "PATH stands before them or after `--`, or contains a slash. Of several "
             "selections, the packages that are in all of them are built.",
    .examples = "  colcon-deb build ~/ros_ws --ros-distro jazzy\n"
                "  colcon-deb build ~/ros_ws -c ci.yaml --view plain\n"
                "  colcon-deb build ~/ros_ws --json > events.jsonl\n"
                "  colcon-deb build ~/ros_ws --packages-up-to my_robot_bringup",
    .exit_status = "0 all built, 1 something failed, 2 usage or configuration, 130 interrupted.",
    .compiles = TRUE,
    .selects = TRUE,
    .run = build,
};
