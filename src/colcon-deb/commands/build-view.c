/* SPDX-License-Identifier: Apache-2.0 */
#include "build-view.h"

#include "../base/shell-word.h"

#include <string.h>

static ViewDetail
get_detail(const Options *options)
{
    if (options->quiet)
        return VIEW_QUIET;
    return options->verbose ? VIEW_VERBOSE : VIEW_NORMAL;
}

static const char *
choose(const Options *options, const Config *config, gboolean interactive)
{
    if (options->json)
        return "json";
    if (config->view != NULL && !g_str_equal(config->view, "auto"))
        return config->view;
    if (g_strcmp0(g_getenv("GITHUB_ACTIONS"), "true") == 0)
        return "github";
    return interactive ? "live" : "plain";
}

const char *
build_view_choose(const Options *options, const Config *config, gboolean interactive)
{
    const char *name = choose(options, config, interactive);

    /* The live view is nothing but progress, and its control sequences do not belong into a log. */
    return g_str_equal(name, "live") && (options->quiet || !interactive) ? "plain" : name;
}

View *
build_view_new(const Options *options,
               const Config *config,
               const char *command,
               void (*on_stop)(gpointer user_data),
               gpointer user_data)
{
    TerminalSetup terminal = terminal_setup_detect(stdout);
    const char *name = build_view_choose(options, config, terminal.interactive);
    const ViewSetup setup = {
        .detail = get_detail(options),
        .show_warnings = options->show_warnings,
        .title_progress = config->title_progress,
        .output_dir = config->output_dir,
        .workspace = config->colcon_repo,
        .command = command,
        .on_stop = on_stop,
        .user_data = user_data,
    };

    if (g_str_equal(name, "json"))
        return view_json_new(stdout);
    if (g_str_equal(name, "github"))
        return view_github_new(stdout, &setup);
    if (g_str_equal(name, "live"))
        return view_live_new(terminal_new(&terminal), &setup);
    terminal.interactive = FALSE;
    return view_plain_new(terminal_new(&terminal), &setup);
}

static void
append_setting(GString *command, const ConfigSetting *setting)
{
    shell_word_append(command, setting->flag);
    if (setting->key->type == CONFIG_BOOLEAN)
        return;
    if (setting->key->type == CONFIG_ENVIRONMENT) {
        g_autofree char *name = g_strndup(setting->value, strcspn(setting->value, "="));

        g_string_append_printf(command, " %s=\"$%s\"", name, name);
        return;
    }
    shell_word_append(command, setting->value);
}

char *
build_view_get_command(const Options *options)
{
    GString *command = g_string_new("colcon-deb build");

    if (options->workspace != NULL)
        shell_word_append(command, options->workspace);
    if (options->file != NULL) {
        g_string_append(command, " -c");
        shell_word_append(command, options->file);
    }
    /* Of several, the package that failed says which. */
    if (options->targets != NULL && g_strv_length(options->targets) == 1) {
        g_string_append(command, " --target");
        shell_word_append(command, options->targets[0]);
    }
    for (guint i = 0; i < options->settings->len; i++)
        append_setting(command, options->settings->pdata[i]);
    return g_string_free(command, FALSE);
}
