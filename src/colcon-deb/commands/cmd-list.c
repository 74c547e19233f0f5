/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../base/table.h"
#include "../base/text.h"
#include "../config/workspace.h"
#include "../run/run.h"
#include "command.h"
#include "options.h"

/* Standard output is for the list; progress goes to standard error. */
static View *
make_view(const Options *options)
{
    const TerminalSetup setup = terminal_setup_detect(stderr);

    if (options->json)
        return view_json_new(stdout);
    return view_plain_new(terminal_new(&setup),
                          &(ViewSetup){.detail = options->verbose ? VIEW_VERBOSE : VIEW_WARNINGS});
}

static void
print_table(const RunState *state)
{
    g_autoptr(Table) table = table_new();

    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        table_add_row(table,
                      (const char *const[]){package->name, package->version, package->build_type,
                                            package->deb, package->deps});
    }
    table_print(table, stdout);
}

static void
print_names(const RunState *state)
{
    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];
        g_autofree char *name = text_printable(package->name);

        puts(name);
    }
}

static gboolean
list(int argc, char **argv, GError **error)
{
    gboolean names_only = FALSE;
    const GOptionEntry extra[] = {
        {"names-only", 'n', 0, G_OPTION_ARG_NONE, &names_only, "print names only", NULL},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(RunState) state = NULL;
    g_autoptr(View) view = NULL;

    if (!options_parse(&options, &cmd_list, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = options_load_one_config(&options, error);
    if (config == NULL || !workspace_check(config->colcon_repo, error) ||
        !selection_check_base_paths(&options.selection, config->colcon_repo, error))
        return FALSE;

    interrupt = interrupt_new();
    state = run_state_new();
    view = make_view(&options);
    if (!run(&(RunRequest){.config = config,
                           .mode = CDD_BUILD_MODE_LIST,
                           .view = view,
                           .interrupt = interrupt,
                           .selection = &options.selection},
             state, error))
        return FALSE;
    g_clear_pointer(&view, view_free);
    if (names_only)
        print_names(state);
    else if (!options.json)
        print_table(state);
    return TRUE;
}

const Command cmd_list = {
    .name = "list",
    .max_targets = 1,
    .summary = "List the packages of a workspace in the order in which they would be built",
    .own_title = "Output",
    .notes = "Prints one line for each package: name, version, build type, Debian package, "
             "and the packages of the workspace that it depends on. With `--json`, the events"
             " of type plan_package hold the same.",
    .examples = "  colcon-deb list ~/ros_ws --ros-distro jazzy\n"
                "  colcon-deb list -n ~/ros_ws | wc -l\n"
                "  colcon-deb list ~/ros_ws --packages-above my_robot_msgs",
    .selects = TRUE,
    .run = list,
};
