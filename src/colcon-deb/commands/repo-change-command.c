/* SPDX-License-Identifier: Apache-2.0 */
#include "repo-change-command.h"

#include "../base/interrupt.h"
#include "../base/json.h"
#include "../base/text.h"
#include "../run/repository-change.h"
#include "../view/image-view.h"
#include "command-engine.h"

const char *const repo_change_keys[] = {
    "output_dir",
    "ros_distro",
    "docker.image",
    "docker.dockerfile",
    "docker.platform",
    "docker.pull",
    "docker.host",
    "docker.context",
    "docker.cert_path",
    "docker.transfer",
    "repository.signing_key",
    "repository.signing_key_file",
    "repository.passphrase_file",
    NULL,
};

typedef struct {
    const Options *options;
    guint n_changes;
} Report;

static void
print_json(JsonObject *change)
{
    static const char *const members[] = {"action", "suite", "package", "version", "architecture"};
    JsonBuilder *line = json_line_begin();

    for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
        json_add_string(line, members[i], json_text_get_string(change, members[i]));
    json_line_end(line, stdout);
}

static void
on_change(JsonObject *change, gpointer user_data)
{
    Report *report = user_data;
    g_autofree char *text = NULL;
    g_autofree char *shown = NULL;

    report->n_changes++;
    if (report->options->json) {
        print_json(change);
    } else if (!report->options->quiet) {
        text = g_strdup_printf(
            "%s %s %s (%s) in %s", json_text_get_string(change, "action"),
            json_text_get_string(change, "package"), json_text_get_string(change, "version"),
            json_text_get_string(change, "architecture"), json_text_get_string(change, "suite"));
        shown = text_printable(text);
        puts(shown);
    }
}

static void
say(const char *message, gpointer user_data)
{
    const Report *report = user_data;
    g_autofree char *shown = text_printable(message);

    if (!report->options->quiet)
        g_printerr("colcon-deb: %s\n", shown);
}

static gboolean
change(const Config *config,
       const Options *options,
       RepositoryChange *change,
       Interrupt *interrupt,
       GError **error)
{
    const TerminalSetup setup = terminal_setup_detect(stderr);
    g_autoptr(Engine) engine = command_engine_open(config, options, interrupt, error);
    g_autoptr(ImageView) view = image_view_plain_new(
        terminal_new(&setup), stderr, options->verbose ? VIEW_VERBOSE : VIEW_WARNINGS);
    const CddOutputHandler handler = image_view_get_handler(view);

    if (engine == NULL)
        return FALSE;
    change->engine = engine;
    change->on_image = &handler;
    return repository_change(change, error);
}

gboolean
repo_change_run(const Command *command,
                const Options *options,
                const char *suite,
                const char *const *words,
                GError **error)
{
    g_autoptr(Config) config = repo_load_config(options, error);
    g_autoptr(Interrupt) interrupt = NULL;
    Report report = {.options = options};

    if (config == NULL)
        return FALSE;
    interrupt = interrupt_new();
    if (!change(config, options,
                &(RepositoryChange){.config = config,
                                    .suite = suite,
                                    .verb = command->name,
                                    .words = words,
                                    .on_change = on_change,
                                    .say = say,
                                    .user_data = &report,
                                    .cancellable = interrupt_get_cancellable(interrupt)},
                interrupt, error)) {
        interrupt_settle(interrupt, error);
        return FALSE;
    }
    if (report.n_changes == 0 && !options->quiet && !options->json)
        puts("nothing to change: the repository is so already");
    return TRUE;
}
