/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/json.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "../base/table.h"
#include "../base/text.h"
#include "../report/last-run.h"
#include "../view/log-tail.h"
#include "command.h"
#include "options.h"

#include <stdio.h>

enum {
    INTERVAL = 250 * 1000, /* microseconds between two looks at a log that grows */
};

typedef struct {
    const char *package; /* NULL for all */
    gboolean follow;
    gboolean failed;
} LogsOptions;

/* A log that is followed. */
typedef struct {
    LogTail *tail;
    char *prefix; /* or NULL */
    gboolean is_complete;
} Followed;

static void
followed_free(gpointer data)
{
    Followed *followed = data;

    log_tail_free(followed->tail);
    g_free(followed->prefix);
    g_free(followed);
}

/* @user_data: what stands before each line, or NULL. */
static void
print_line(const char *line, gpointer user_data)
{
    const char *prefix = user_data;

    printf("%s%s\n", prefix != NULL ? prefix : "", line);
}

/* ---- The list ---- */

static void
add_row(Table *table, const LastRun *run, const PackageHistory *package)
{
    gint64 now = g_get_real_time() / G_TIME_SPAN_MILLISECOND;
    g_autofree char *log = last_run_get_log(run, package);
    g_autofree char *path = log != NULL ? g_build_filename(run->folder->path, log, NULL) : NULL;
    g_autofree char *took = package->started > 0 && package->ended > 0
                                ? text_duration(package->ended - package->started)
                                : NULL;
    g_autofree char *age =
        package->ended > 0 ? text_age(MAX(now - package->ended, 0) / 1000) : NULL;
    g_autofree char *ago = age != NULL ? g_strconcat(age, " ago", NULL) : NULL;

    table_add_row(table, (const char *const[]){package->package->name,
                                               last_run_describe(run, package), took, ago, path});
}

static void
print_json(const LastRun *run, const PackageHistory *package)
{
    g_autofree char *log = last_run_get_log(run, package);
    g_autofree char *path = log != NULL ? g_build_filename(run->folder->path, log, NULL) : NULL;
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "name", package->package->name);
    json_add_string(line, "result", last_run_describe(run, package));
    if (package->started > 0 && package->ended > 0)
        json_add_number(line, "ms", package->ended - package->started);
    json_add_string(line, "log", path);
    json_add_string(line, "error", package->package->error);
    json_line_end(line, stdout);
}

static void
print_list(const LastRun *run, gboolean as_json)
{
    g_autoptr(Table) table = table_new();

    for (guint i = 0; i < run->history->packages->len; i++)
        if (as_json)
            print_json(run, run->history->packages->pdata[i]);
        else
            add_row(table, run, run->history->packages->pdata[i]);
    table_print(table, stdout);
    if (run->history->packages->len == 0)
        fputs("the last build came to no package\n", stderr);
}

/* ---- Logs that are whole ---- */

static gboolean
print_log(const LastRun *run, const PackageHistory *package, GError **error)
{
    g_autofree char *path = last_run_get_log(run, package);
    g_autoptr(LogTail) tail = NULL;

    if (path == NULL) {
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "logs: %s has no log: the last build has not built it (%s%s%s)",
                    package->package->name, last_run_describe(run, package),
                    package->package->cause != NULL ? " because of " : "",
                    package->package->cause != NULL ? package->package->cause : "");
        return FALSE;
    }
    tail = log_tail_new(run->folder, path);
    if (!log_tail_read(tail, print_line, NULL, error))
        return FALSE;
    log_tail_end(tail, print_line, NULL);
    return TRUE;
}

static gboolean
print_failed(const LastRun *run, GError **error)
{
    guint count = 0;

    for (guint i = 0; i < run->history->packages->len; i++) {
        const PackageHistory *package = run->history->packages->pdata[i];

        if (package->package->status != PACKAGE_FAILED)
            continue;
        printf("%s==> %s\n", count++ > 0 ? "\n" : "", package->package->name);
        if (!print_log(run, package, error))
            return FALSE;
    }
    if (count == 0)
        fputs("no package failed in the last build\n", stderr);
    return TRUE;
}

/* ---- Logs that grow ---- */

static gboolean
is_shown(const LogsOptions *own, const PackageHistory *package)
{
    return own->package != NULL ? g_str_equal(package->package->name, own->package)
                                : package->package->status == PACKAGE_BUILDING;
}

static Followed *
follow_package(const LogsOptions *own, const LastRun *run, const PackageHistory *package)
{
    g_autofree char *path = last_run_get_log(run, package);
    Followed *followed = NULL;

    if (path == NULL)
        return NULL;
    followed = g_new0(Followed, 1);
    followed->tail = log_tail_new(run->folder, path);
    followed->prefix =
        own->package != NULL ? NULL : g_strconcat(package->package->name, " | ", NULL);
    return followed;
}

/* Prints what the log has got since. Its file may not be there yet. */
static void
advance(Followed *followed, gboolean is_complete)
{
    if (followed->is_complete)
        return;
    log_tail_read(followed->tail, print_line, followed->prefix, NULL);
    if (is_complete)
        log_tail_end(followed->tail, print_line, followed->prefix);
    followed->is_complete = is_complete;
}

static void
advance_all(const LogsOptions *own, const LastRun *run, GHashTable *logs)
{
    for (guint i = 0; i < run->history->packages->len; i++) {
        const PackageHistory *package = run->history->packages->pdata[i];
        const char *name = package->package->name;
        Followed *followed = g_hash_table_lookup(logs, name);

        if (followed == NULL && is_shown(own, package)) {
            followed = follow_package(own, run, package);
            if (followed != NULL)
                g_hash_table_insert(logs, g_strdup(name), followed);
        }
        if (followed != NULL)
            advance(followed, !run->is_running || package_is_finished(package->package));
    }
}

/* Whether nothing more will come. While a build looks at what has changed, the events are those of
 * the build before it. */
static gboolean
is_over(const LogsOptions *own, const LastRun *run)
{
    const PackageHistory *package = own->package != NULL ? last_run_find(run, own->package) : NULL;

    if (!run->is_running)
        return TRUE;
    return !run->history->ended && package != NULL && package_is_finished(package->package);
}

static gboolean
follow(const LogsOptions *own, LastRun *run, GError **error)
{
    g_autoptr(GHashTable) logs =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, followed_free);

    for (;;) {
        gboolean over = is_over(own, run);

        if (over || !run->history->ended)
            advance_all(own, run, logs);
        fflush(stdout);
        if (over)
            return TRUE;
        g_usleep(INTERVAL);
        if (!last_run_read(run, error))
            return FALSE;
    }
}

/* ---- The command ---- */

static gboolean
check_package(const LogsOptions *own, const LastRun *run, GError **error)
{
    const char *nearest = NULL;

    if (own->package == NULL || last_run_find(run, own->package) != NULL)
        return TRUE;
    nearest = last_run_suggest(run, own->package);
    if (nearest != NULL)
        return program_error_usage(error,
                                   "logs: the last build has no package \"%s\"; did you mean %s?",
                                   own->package, nearest);
    return program_error_usage(
        error, "logs: the last build has no package \"%s\"; 'colcon-deb logs' lists those it has",
        own->package);
}

static gboolean
show(const Options *options, const LogsOptions *own, LastRun *run, GError **error)
{
    if (own->follow)
        return follow(own, run, error);
    if (own->failed)
        return print_failed(run, error);
    if (own->package != NULL)
        return print_log(run, last_run_find(run, own->package), error);
    print_list(run, options->json);
    return TRUE;
}

static gboolean
check_options(const Options *options, const LogsOptions *own, GError **error)
{
    if (options->json && (own->follow || own->failed || own->package != NULL))
        return program_error_usage(error, "logs: --json prints the list of packages: leave it out, "
                                          "or leave out PACKAGE, --follow and --failed");
    if (own->failed && own->follow)
        return program_error_usage(error, "logs: --failed and --follow exclude each other");
    if (own->failed && own->package != NULL)
        return program_error_usage(error,
                                   "logs: --failed shows the logs of all failed packages; "
                                   "leave it out, or leave out %s",
                                   own->package);
    return TRUE;
}

/* Builds of targets have directories of their own. */
static gboolean
set_missing_error(const Config *config, GError **error)
{
    if (config->targets != NULL && config->target == NULL)
        return program_error_usage(error, "logs: each target has logs of its own: name one with "
                                          "--target");
    return program_error_usage(error,
                               "logs: %s/" OUTPUT_EVENTS " does not exist, so nothing was "
                               "built there; build, or name the workspace with --workspace",
                               config->output_dir);
}

static gboolean
logs(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    LogsOptions own = {0};
    const GOptionEntry extra[] = {
        {"failed", 0, 0, G_OPTION_ARG_NONE, &own.failed, "print the logs of the failed packages",
         NULL},
        {"follow", 'f', 0, G_OPTION_ARG_NONE, &own.follow,
         "go on until the package, or the build, has ended", NULL},
        {"workspace", 'w', 0, G_OPTION_ARG_FILENAME, &options.workspace,
         "take the workspace in PATH [the current directory]", "PATH"},
        {NULL},
    };
    g_autoptr(Config) config = NULL;
    g_autoptr(Folder) folder = NULL;
    g_auto(LastRun) run = {0};

    if (!options_parse(&options, &cmd_logs, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    own.package = options.arguments != NULL ? options.arguments[0] : NULL;
    config = check_options(&options, &own, error) ? options_load_config(&options, error) : NULL;
    if (config == NULL)
        return FALSE;
    folder = folder_open(config->output_dir, NULL);
    if (folder == NULL || !folder_has_file(folder, OUTPUT_EVENTS))
        return set_missing_error(config, error);
    run.folder = folder;
    return last_run_read(&run, error) && check_package(&own, &run, error) &&
           show(&options, &own, &run, error);
}

static const char *const keys[] = {"output_dir", NULL};

const Command cmd_logs = {
    .name = "logs",
    .max_targets = 1,
    .arguments = "[PACKAGE]",
    .max_arguments = 1,
    .keys = keys,
    .summary = "Print the logs of the last build, or of the one that is at work",
    .own_title = "Logs",
    .notes =
        "Without PACKAGE, prints one line for each package: name, result, how long it took, how "
        "long ago, and the path of its log. With `--follow` and without PACKAGE, prints the "
        "logs of all packages that are being built. Control characters of a log are left out.",
    .examples = "  colcon-deb logs\n"
                "  colcon-deb logs my_robot_driver | less\n"
                "  colcon-deb logs -f my_robot_driver\n"
                "  colcon-deb logs --failed",
    .exit_status = "0 printed, 1 it failed, 2 usage or configuration, 130 interrupted.",
    .run = logs,
};
