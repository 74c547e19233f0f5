/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "clean-report.h"
#include "command-engine.h"
#include "command.h"

static gboolean
is_interrupted(const Interrupt *interrupt)
{
    return g_cancellable_is_cancelled(interrupt_get_cancellable(interrupt));
}

static void
clean_one(const Engine *engine,
          Leftover *leftover,
          gboolean dry_run,
          const Interrupt *interrupt,
          CleanReport *report)
{
    g_autoptr(GError) error = NULL;
    gboolean done = leftover->use != NULL || dry_run ||
                    leftover_remove(engine, leftover, interrupt_get_cancellable(interrupt), &error);

    /* The failure of an interrupted removal is no failure of its own. */
    if (!done && !is_interrupted(interrupt))
        clean_report_failed(report, leftover, error);
    else if (done && leftover->use != NULL)
        clean_report_kept(report, leftover);
    else if (done)
        clean_report_removed(report, leftover);
}

static gboolean
clean(int argc, char **argv, GError **error)
{
    gboolean all = FALSE;
    gboolean dry_run = FALSE;
    const GOptionEntry extra[] = {
        {"all", 'a', 0, G_OPTION_ARG_NONE, &all,
         "also all workspaces' volumes, layers, compiler caches", NULL},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, "remove nothing, only list", NULL},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Engine) engine = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(GPtrArray) leftovers = NULL;
    g_autoptr(CleanReport) report = NULL;

    if (!options_parse(&options, &cmd_clean, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = options_load_config(&options, error);
    interrupt = interrupt_new();
    engine = config != NULL ? command_engine_open(config, &options, interrupt, error) : NULL;
    if (engine == NULL)
        return FALSE;
    if (engine_get_info(engine, interrupt_get_cancellable(interrupt), error))
        leftovers = leftovers_find(engine, all ? NULL : config->colcon_repo,
                                   interrupt_get_cancellable(interrupt), error);
    if (leftovers == NULL) {
        interrupt_settle(interrupt, error);
        return FALSE;
    }
    report = clean_report_new(engine, &options, dry_run);
    for (guint i = 0; i < leftovers->len && !is_interrupted(interrupt); i++)
        clean_one(engine, leftovers->pdata[i], dry_run, interrupt, report);
    if (clean_report_end(report, error) && !is_interrupted(interrupt))
        return TRUE;
    interrupt_settle(interrupt, error);
    return FALSE;
}

const Command cmd_clean = {
    .name = "clean",
    .keys = command_engine_keys,
    .summary = "Remove what builds have left on the engine",
    .own_title = "Extent",
    .notes =
        "Removes what belongs to you on this machine: containers of killed runs, temporary "
        "directories of killed image commands, and the volumes with the files of the workspace "
        "PATH [the current directory]. With `--all` also the volumes of your other workspaces, "
        "your dependency layers and your compiler caches: the next builds then install, compile "
        "and send everything again.\n"
        "\n"
        "What is in use is kept, and a line says why. Packages, output directories and builder "
        "images stay.",
    .examples = "  colcon-deb clean ~/ros_ws\n"
                "  colcon-deb clean --all --dry-run    # what it would remove, and the sizes\n"
                "  colcon-deb clean --all --json | jq .size",
    .run = clean,
};
