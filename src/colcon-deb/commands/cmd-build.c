/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../base/program-error.h"
#include "../config/build-directories.h"
#include "../events/failed-packages.h"
#include "../run/matrix.h"
#include "../run/run.h"
#include "build-view.h"
#include "command.h"
#include "options.h"
#include "target-command.h"

/* A key of the view stops the build as Ctrl-C does. */
static void
on_stop(gpointer user_data)
{
    interrupt_trigger(user_data);
}

/* What a build needs, whether of one target or of several. */
typedef struct {
    const Options *options;
    const Config *config;
    gboolean force;
    int memory_share; /* of a build that the run of several targets has started; otherwise 0 */
    Interrupt *interrupt;
    RunState *state;
    View *view;
} Build;

static gboolean
build_one(const Build *build, GError **error)
{
    return run(&(RunRequest){.config = build->config,
                             .mode = CDD_BUILD_MODE_BUILD,
                             .view = build->view,
                             .interrupt = build->interrupt,
                             .verbose = build->options->verbose,
                             .selection = &build->options->selection,
                             .force = build->force,
                             .memory_share = (guint)MAX(build->memory_share, 0)},
               build->state, error);
}

static gboolean
build_targets(const Build *build, GError **error)
{
    const Options *options = build->options;
    g_auto(GStrv) arguments = target_command_new(options, build->force);

    return matrix_run(&(MatrixRequest){.config = build->config,
                                       .targets = options->targets != NULL ? options->targets
                                                                           : build->config->targets,
                                       .arguments = (const char *const *)arguments,
                                       .workspace = options->workspace,
                                       .view = build->view,
                                       .interrupt = build->interrupt},
                      build->state, error);
}

/* With one --target this process builds it. */
static gboolean
has_several(const Options *options, const Config *config)
{
    return options->targets != NULL ? g_strv_length(options->targets) > 1 : config->targets != NULL;
}

/* The build of each target reads the file again. */
static gboolean
check_targets(const Options *options, const Config *config, GError **error)
{
    char *const *names = options->targets != NULL ? options->targets : config->targets;

    if (!has_several(options, config))
        return TRUE;
    for (; *names != NULL; names++)
        if (config->targets == NULL ||
            !g_strv_contains((const char *const *)config->targets, *names))
            return config_set_unknown_target(config, *names, error);
    return g_file_test(config->file, G_FILE_TEST_IS_REGULAR) ||
           program_error_usage(error,
                               "%s has targets, but is not a regular file, and the build of each "
                               "target reads it again: name a file with -c",
                               config->file);
}

/* Of several targets, each has packages of its own that failed. */
static gboolean
select_failed(Options *options, const Config *config, GError **error)
{
    g_auto(GStrv) names = NULL;

    if (has_several(options, config))
        return program_error_usage(error, "--packages-select-build-failed is for one target; name "
                                          "it with --target");
    names = failed_packages_read(config->output_dir, error);
    if (names == NULL)
        return FALSE;
    selection_narrow(&options->selection, (const char *const *)names);
    return g_strv_length(options->selection.lists[SELECTION_SELECT]) > 0 ||
           program_error_usage(error, "no package that failed in the last build is selected");
}

static gboolean
build(int argc, char **argv, GError **error)
{
    gboolean force = FALSE;
    gboolean failed_only = FALSE;
    int memory_share = 0;
    const GOptionEntry extra[] = {
        {"packages-select-build-failed", 0, 0, G_OPTION_ARG_NONE, &failed_only,
         "take only packages that failed in the last build", NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &force, "also build what is up to date", NULL},
        /* For matrix.c. */
        {"memory-share", 0, 0, G_OPTION_ARG_INT, &memory_share, NULL, "N"},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(RunState) state = NULL;
    g_autofree char *command = NULL;
    g_autoptr(View) view = NULL;
    Build build = {.options = &options};

    if (!options_parse(&options, &cmd_build, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = options_load_config(&options, error);
    if (config == NULL || !check_targets(&options, config, error) ||
        !selection_check_base_paths(&options.selection, config->colcon_repo, error) ||
        (failed_only && !select_failed(&options, config, error)) ||
        !build_directories_check(config, error) || !build_directories_make(config, error))
        return FALSE;

    build.config = config;
    build.force = force;
    build.memory_share = memory_share;
    build.interrupt = interrupt = interrupt_new();
    build.state = state = run_state_new();
    /* Before other files are opened: see terminal-mode.h. */
    command = build_view_get_command(&options);
    build.view = view = build_view_new(&options, config, command, on_stop, interrupt);
    return has_several(&options, config) ? build_targets(&build, error) : build_one(&build, error);
}

const Command cmd_build = {
    .name = "build",
    .max_targets = CONFIG_MAX_TARGETS,
    .summary = "Build a workspace into Debian packages and an APT repository",
    .own_title = "Selection",
    .notes = "Names of packages end at the next option, at `--`, or at a word with a slash. "
             "PATH stands before them or after `--`, or contains a slash. Of several "
             "selections, the packages that are in all of them are built.\n\n"
             "If the configuration has targets, all of them are built side by side; see "
             "'colcon-deb help configuration'.",
    .examples = "  colcon-deb build ~/ros_ws --ros-distro jazzy\n"
                "  colcon-deb build ~/ros_ws -c ci.yaml --view plain\n"
                "  colcon-deb build ~/ros_ws --json > events.jsonl\n"
                "  colcon-deb build ~/ros_ws --packages-up-to my_robot_bringup",
    .exit_status = "0 all built, 1 something failed, 2 usage or configuration, 130 interrupted.",
    .compiles = TRUE,
    .selects = TRUE,
    .run = build,
};
