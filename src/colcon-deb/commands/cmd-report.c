/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/json.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "../base/terminal.h"
#include "../config/config-value.h"
#include "../report/events-file.h"
#include "../report/report-html.h"
#include "../report/report.h"
#include "command.h"
#include "options.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *output; /* --output, or NULL */
    gboolean open;
} ReportOptions;

static void
report_options_clear(ReportOptions *options)
{
    g_free(options->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportOptions, report_options_clear)

/* Builds of targets have directories of their own, which is what a user may have forgotten. */
static gboolean
has_targets(const char *events)
{
    g_autofree char *directory = g_path_get_dirname(events);
    g_autofree char *targets = g_build_filename(directory, OUTPUT_TARGETS, NULL);

    return g_file_test(targets, G_FILE_TEST_IS_DIR);
}

static gboolean
set_missing_error(const char *events, GError **error)
{
    if (has_targets(events))
        return program_error_usage(error,
                                   "report: %s does not exist, but there are builds of targets: "
                                   "name one with --target",
                                   events);
    return program_error_usage(error,
                               "report: %s does not exist, so nothing was built there; RUN is an "
                               "output directory, a workspace or an events.jsonl",
                               events);
}

/* The target's name becomes a part of a path, and need not be in a configuration. */
static gboolean
check_target(const Options *options, GError **error)
{
    return options->targets == NULL || config_value_is_word(options->targets[0]) ||
           program_error_usage(error, "report: --target %s is not the name of a target",
                               options->targets[0]);
}

/* The events of a build whose output directory is @directory. */
static char *
events_in(const Options *options, const char *directory)
{
    if (options->targets == NULL)
        return g_build_filename(directory, OUTPUT_EVENTS, NULL);
    return g_build_filename(directory, OUTPUT_TARGETS, options->targets[0], OUTPUT_EVENTS, NULL);
}

/* A target that was built with --platform alone is in no configuration. */
static char *
events_of_workspace(const Options *options, const char *path, GError **error)
{
    g_autoptr(Config) config = config_load(path, options->file, options->settings, error);
    const char *target = options->targets != NULL ? options->targets[0] : NULL;
    g_autofree char *events = NULL;

    if (config == NULL)
        return NULL;
    events = events_in(options, target != NULL ? config->repository_dir : config->output_dir);
    if (g_file_test(events, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&events);
    if (target != NULL && config->targets != NULL &&
        !g_strv_contains((const char *const *)config->targets, target))
        config_set_unknown_target(config, target, error);
    else
        set_missing_error(events, error);
    return NULL;
}

/* RUN is a file, an output directory, or a workspace. */
static char *
find_events(const Options *options, GError **error)
{
    const char *run = options->arguments != NULL ? options->arguments[0] : NULL;
    g_autofree char *inside = events_in(options, run != NULL ? run : ".");

    if (run != NULL && !g_file_test(run, G_FILE_TEST_EXISTS)) {
        program_error_usage(error,
                            "report: %s does not exist; RUN is an output directory, a "
                            "workspace or an events.jsonl",
                            run);
        return NULL;
    }
    if (run != NULL && !g_file_test(run, G_FILE_TEST_IS_DIR))
        return g_canonicalize_filename(run, NULL);
    if (g_file_test(inside, G_FILE_TEST_EXISTS))
        return g_canonicalize_filename(inside, NULL);
    return events_of_workspace(options, run, error);
}

static gboolean
print_page(const History *history, GError **error)
{
    g_autoptr(GBytes) page = report_html(history);
    gsize length = 0;
    const void *data = g_bytes_get_data(page, &length);
    int failure = folder_write_all(STDOUT_FILENO, data, length);

    return failure == 0 ||
           program_error_errno(error, failure, "writing the report to standard output");
}

/* The page replaces what has its name. A link is none of the files that it may replace. */
static gboolean
may_replace(const char *path)
{
    struct stat status;

    return lstat(path, &status) != 0 || S_ISREG(status.st_mode);
}

static gboolean
write_to(const char *path, const Owner *owner, const History *history, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(GBytes) page = NULL;
    g_autoptr(Folder) folder = NULL;

    if (!may_replace(path))
        return program_error_usage(error,
                                   "report: --output %s exists and is not a regular file; name "
                                   "another file, or - for standard output",
                                   path);
    folder = folder_open(directory, error);
    page = report_html(history);
    return folder != NULL && folder_write(folder, name, owner, page, error);
}

static gboolean
open_page(const char *path, GError **error)
{
    g_autofree char *uri = g_filename_to_uri(path, NULL, error);

    if (uri == NULL)
        return FALSE;
    if (g_app_info_launch_default_for_uri(uri, NULL, error))
        return TRUE;
    g_prefix_error(error, "opening %s: ", path);
    program_error_append(error, "; the report is written, open it in a browser: %s", uri);
    return FALSE;
}

static void
tell(const Options *options, const char *path)
{
    if (options->json) {
        JsonBuilder *line = json_line_begin();

        json_add_string(line, "report", path);
        json_line_end(line, stdout);
    } else if (!options->quiet) {
        puts(path);
    }
}

/* Writes what was asked for. Returns the path of the page. */
static char *
write_report(const ReportOptions *own, const Folder *folder, const History *history, GError **error)
{
    const Owner owner = owner_of_caller();

    if (own->output != NULL)
        return write_to(own->output, &owner, history, error)
                   ? g_canonicalize_filename(own->output, NULL)
                   : NULL;
    return report_write(folder, &owner, history, error)
               ? g_build_filename(folder->path, OUTPUT_REPORT, NULL)
               : NULL;
}

static gboolean
make_report(const Options *options, const ReportOptions *own, const char *events, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(events);
    g_autofree char *name = g_path_get_basename(events);
    g_autoptr(Folder) folder = folder_open(directory, error);
    g_autoptr(History) history = folder != NULL ? events_file_read(folder, name, error) : NULL;
    g_autofree char *path = NULL;

    if (history == NULL)
        return FALSE;
    if (g_strcmp0(own->output, "-") == 0)
        return print_page(history, error);
    path = write_report(own, folder, history, error);
    if (path == NULL)
        return FALSE;
    tell(options, path);
    return !own->open || open_page(path, error);
}

static gboolean
report(int argc, char **argv, GError **error)
{
    g_auto(ReportOptions) own = {0};
    const GOptionEntry extra[] = {
        {"open", 0, 0, G_OPTION_ARG_NONE, &own.open, "open the report in the browser", NULL},
        {"output", 0, 0, G_OPTION_ARG_FILENAME, &own.output,
         "write only the page, to FILE; - is standard output", "FILE"},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autofree char *events = NULL;

    if (!options_parse(&options, &cmd_report, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    if (own.open && g_strcmp0(own.output, "-") == 0)
        return program_error_usage(error, "report: --open needs a file; give --output another one");
    if (!check_target(&options, error))
        return FALSE;
    events = find_events(&options, error);
    return events != NULL && make_report(&options, &own, events, error);
}

static const char *const no_keys[] = {NULL};

const Command cmd_report = {
    .name = "report",
    .max_targets = 1,
    .arguments = "[RUN]",
    .max_arguments = 1,
    .keys = no_keys,
    .summary = "Make report.html and trace.json from the events of a build",
    .own_title = "Report",
    .notes =
        "RUN is an output directory, a workspace or an events.jsonl; by default it is the "
        "workspace in the current directory. The report is written beside the events. A build "
        "writes it itself when it ends: this command is for a build that is still going on, one "
        "that was killed, and events from elsewhere.",
    .examples = "  colcon-deb report ~/ros_ws --open\n"
                "  colcon-deb report ci/events.jsonl --output build.html",
    .exit_status = "0 written, 1 it failed, 2 usage or configuration.",
    .run = report,
};
