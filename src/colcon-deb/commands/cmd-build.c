/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../config/build-directories.h"
#include "../run/run.h"
#include "command.h"
#include "options.h"

static ViewDetail
view_detail(const Options *options)
{
    if (options->quiet)
        return VIEW_QUIET;
    return options->verbose ? VIEW_VERBOSE : VIEW_NORMAL;
}

static View *
make_view(const Options *options, const Config *config)
{
    const TerminalSetup setup = terminal_setup_detect(stdout);
    View *view = NULL;

    if (options->json)
        return view_json_new(stdout);
    view = view_plain_new(terminal_new(&setup), view_detail(options), config->output_dir);
    if (options->show_warnings)
        view_plain_show_warnings(view);
    return view;
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
    view = make_view(&options, config);
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
                "  colcon-deb build ~/ros_ws -c ci.yaml --json > events.jsonl\n"
                "  colcon-deb build ~/ros_ws --packages-up-to my_robot_bringup",
    .exit_status = "0 all built, 1 something failed, 2 usage or configuration, 130 interrupted.",
    .compiles = TRUE,
    .selects = TRUE,
    .run = build,
};
