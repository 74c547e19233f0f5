/* SPDX-License-Identifier: Apache-2.0 */
#include "build-view.h"

#include <string.h>

static ViewDetail
get_detail(const Options *options)
{
    if (options->quiet)
        return VIEW_QUIET;
    return options->verbose ? VIEW_VERBOSE : VIEW_NORMAL;
}

static const char *
choose(const Options *options, const Config *config, const TerminalSetup *terminal)
{
    if (options->json)
        return "json";
    if (config->view != NULL && !g_str_equal(config->view, "auto"))
        return config->view;
    if (g_strcmp0(g_getenv("GITHUB_ACTIONS"), "true") == 0)
        return "github";
    return terminal->interactive && !options->quiet ? "live" : "plain";
}

View *
build_view_new(const Options *options,
               const Config *config,
               const char *command,
               void (*on_stop)(gpointer user_data),
               gpointer user_data)
{
    TerminalSetup terminal = terminal_setup_detect(stdout);
    const char *name = choose(options, config, &terminal);
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
    /* Asked for explicitly, it may go to a pipe that leads to a terminal. */
    if (g_str_equal(name, "live")) {
        terminal.interactive = TRUE;
        return view_live_new(terminal_new(&terminal), &setup);
    }
    terminal.interactive = FALSE;
    return view_plain_new(terminal_new(&terminal), &setup);
}

static void
append_word(GString *command, const char *word)
{
    gsize plain = strspn(word, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-./:=,+@%~");
    g_autofree char *quoted = word[plain] != '\0' || *word == '\0' ? g_shell_quote(word) : NULL;

    g_string_append_printf(command, " %s", quoted != NULL ? quoted : word);
}

static void
append_setting(GString *command, const ConfigSetting *setting)
{
    append_word(command, setting->flag);
    if (setting->key->type == CONFIG_BOOLEAN)
        return;
    if (setting->key->type == CONFIG_ENVIRONMENT) {
        g_autofree char *name = g_strndup(setting->value, strcspn(setting->value, "="));
        g_autofree char *shown = g_strconcat(name, "=...", NULL);

        append_word(command, shown);
        return;
    }
    append_word(command, setting->value);
}

char *
build_view_get_command(const Options *options)
{
    GString *command = g_string_new("colcon-deb build");

    if (options->workspace != NULL)
        append_word(command, options->workspace);
    if (options->file != NULL) {
        g_string_append(command, " -c");
        append_word(command, options->file);
    }
    for (guint i = 0; i < options->settings->len; i++)
        append_setting(command, options->settings->pdata[i]);
    return g_string_free(command, FALSE);
}
