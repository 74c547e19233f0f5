/* SPDX-License-Identifier: Apache-2.0 */
#include "run-lines.h"

#include "../base/text.h"
#include "../events/event-fields.h"
#include "compiler-warnings.h"
#include "run-failure.h"
#include "run-targets.h"

enum {
    SHORT_STAGE = 1000, /* milliseconds; the duration of a shorter stage is not printed */
};

typedef void (*Printer)(const RunLines *lines, const RunState *state, const CddBuildEvent *event);

static void
put_name(const RunLines *lines, const Package *package)
{
    terminal_put(lines->terminal, STYLE_PLAIN, package->name);
    if (package->version != NULL)
        terminal_printf(lines->terminal, STYLE_PLAIN, " %s", package->version);
}

/* A number of a finished package; the last number is the total. */
static void
put_number(const RunLines *lines, const RunState *state, const Package *package)
{
    terminal_printf(lines->terminal, STYLE_FAINT, "[%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "] ",
                    package->position, state->total);
}

void
run_lines_output(const RunLines *lines, const char *name, const char *text)
{
    terminal_put(lines->terminal, STYLE_FAINT, "    ");
    if (name != NULL)
        terminal_printf(lines->terminal, STYLE_FAINT, "%s ", name);
    terminal_put(lines->terminal, STYLE_FAINT, "| ");
    terminal_print(lines->terminal, STYLE_PLAIN, text);
}

static void
print_log_path(const RunLines *lines, const Package *package)
{
    g_autofree char *path = run_failure_get_log(lines, package);

    if (path == NULL)
        return;
    terminal_printf(lines->terminal, STYLE_PLAIN, "    log: %s", path);
    terminal_end_line(lines->terminal);
}

/* The warnings of compilers in a finished package; NULL if they are not to be shown. */
static char **
read_warnings(const RunLines *lines, const Package *package, gboolean *more)
{
    *more = FALSE;
    return lines->setup.show_warnings && lines->setup.output_dir != NULL && package->log != NULL
               ? compiler_warnings_read(lines->setup.output_dir, package->log, more)
               : NULL;
}

static void
print_warnings(const RunLines *lines, const Package *package, char **warnings, gboolean more)
{
    for (; warnings != NULL && *warnings != NULL; warnings++)
        run_lines_output(lines, NULL, *warnings);
    if (more)
        print_log_path(lines, package);
}

/* Unchanged packages are one number at the end. */
static void
print_cached(const RunLines *lines, const Package *package)
{
    gboolean more = FALSE;
    g_auto(GStrv) warnings = read_warnings(lines, package, &more);

    if (lines->setup.detail < VIEW_VERBOSE && (warnings == NULL || *warnings == NULL))
        return;
    terminal_put(lines->terminal, STYLE_FAINT, "    ");
    put_name(lines, package);
    terminal_print(lines->terminal, STYLE_FAINT, " up to date");
    print_warnings(lines, package, warnings, more);
}

/* Stages of several targets overlap, so each line of one says whose it is. */
static void
put_target(const RunLines *lines, Style style, const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);

    if (target != NULL)
        terminal_printf(lines->terminal, style, "%s: ", target->name);
}

static void
on_stage(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);
    const char *stage = target != NULL ? target->state->stage : state->stage;

    if (stage == NULL)
        return;
    terminal_put(lines->terminal, STYLE_STRONG, "==> ");
    put_target(lines, STYLE_STRONG, state, event);
    terminal_put(lines->terminal, STYLE_STRONG, stage);
    terminal_end_line(lines->terminal);
}

static void
on_target_start(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);

    if (target == NULL)
        return;
    terminal_printf(lines->terminal, STYLE_STRONG, "==> %s", target->name);
    terminal_end_line(lines->terminal);
}

static void
on_target_complete(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);

    if (target != NULL)
        run_targets_print(lines, target);
}

static void
on_stage_complete(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    gint64 duration = event_get_number(event, "ms", 0);
    g_autofree char *text = text_duration(duration);

    const char *stage = cdd_build_event_lookup(event, "value");
    gboolean of_target = run_state_lookup_target(state, event) != NULL;

    if (duration < SHORT_STAGE || g_strcmp0(cdd_build_event_lookup(event, "success"), "true") != 0)
        return;
    terminal_put(lines->terminal, STYLE_FAINT, "    ");
    put_target(lines, STYLE_FAINT, state, event);
    if (of_target && stage != NULL)
        terminal_printf(lines->terminal, STYLE_FAINT, "%s ", stage);
    terminal_put(lines->terminal, STYLE_FAINT, text);
    terminal_end_line(lines->terminal);
}

static void
on_general(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);
    const char *message = target != NULL ? target->state->message : state->message;

    if (message == NULL)
        return;
    terminal_put(lines->terminal, STYLE_FAINT, "    ");
    put_target(lines, STYLE_FAINT, state, event);
    terminal_put(lines->terminal, STYLE_FAINT, message);
    terminal_end_line(lines->terminal);
}

static void
on_plan(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);
    const RunState *own = target != NULL ? target->state : state;

    /* Without a stage nothing was scanned, and the end says the same. */
    if (own->stage == NULL)
        return;
    terminal_put(lines->terminal, STYLE_PLAIN, "    ");
    put_target(lines, STYLE_PLAIN, state, event);
    terminal_printf(lines->terminal, STYLE_PLAIN, "%" G_GINT64_FORMAT " package%s", own->total,
                    own->total == 1 ? "" : "s");
    terminal_end_line(lines->terminal);
}

static void
on_package_start(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);

    if (!lines->starts || package == NULL)
        return;
    terminal_put(lines->terminal, STYLE_FAINT, "    building ");
    put_name(lines, package);
    terminal_end_line(lines->terminal);
}

static void
on_package_output(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "name");
    const char *line = cdd_build_event_lookup(event, "msg");

    if (line != NULL)
        run_lines_output(lines, name, line);
}

static void
on_package_retry(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "name");
    const char *reason = cdd_build_event_lookup(event, "reason");
    g_autofree char *delay = text_duration(event_get_number(event, "delay_ms", 0));

    terminal_put(lines->terminal, STYLE_WARNING, "warning: ");
    terminal_printf(lines->terminal, STYLE_PLAIN, "%s: retry in %s: %s", name != NULL ? name : "?",
                    delay, reason != NULL ? reason : "no reason given");
    terminal_end_line(lines->terminal);
}

static void
put_if_any(const RunLines *lines, Style style, gint64 count, const char *what)
{
    if (count > 0)
        terminal_printf(lines->terminal, style, ", %" G_GINT64_FORMAT " %s%s", count, what,
                        count == 1 ? "" : "s");
}

/* A mark before the name, where letters other than ASCII are shown. */
static void
put_mark(const RunLines *lines, PackageStatus status)
{
    if (!terminal_is_interactive(lines->terminal) || !terminal_has_unicode(lines->terminal))
        return;
    if (status == PACKAGE_BUILT)
        terminal_put(lines->terminal, STYLE_GOOD, "\xe2\x9c\x93 ");
    else if (status == PACKAGE_FAILED)
        terminal_put(lines->terminal, STYLE_BAD, "\xe2\x9c\x97 ");
    else
        terminal_put(lines->terminal, STYLE_WARNING, "- ");
}

/* A finished package with its number, its mark and the word for its result. */
static void
put_result(const RunLines *lines,
           const RunState *state,
           const Package *package,
           Style style,
           const char *word)
{
    put_number(lines, state, package);
    put_mark(lines, package->status);
    put_name(lines, package);
    terminal_printf(lines->terminal, style, " %s", word);
}

static void
print_built(const RunLines *lines, const RunState *state, const Package *package)
{
    gboolean more = FALSE;
    g_auto(GStrv) warnings = read_warnings(lines, package, &more);
    g_autofree char *duration = text_duration(package->duration);

    put_result(lines, state, package, STYLE_GOOD, "ok");
    terminal_printf(lines->terminal, STYLE_FAINT, " %s", duration);
    if (package->reason != NULL)
        terminal_printf(lines->terminal, STYLE_FAINT, " (%s)", package->reason);
    if (package->taken != NULL)
        terminal_printf(lines->terminal, STYLE_PLAIN, ", %s", package->taken);
    put_if_any(lines, STYLE_PLAIN, package->tests, "test");
    if (package->tests_failed > 0)
        terminal_printf(lines->terminal, STYLE_BAD, ", %" G_GINT64_FORMAT " failed",
                        package->tests_failed);
    put_if_any(lines, STYLE_WARNING, package->warnings, "warning");
    terminal_end_line(lines->terminal);
    run_failure_print_tests(lines, package);
    print_warnings(lines, package, warnings, more);
}

/* The end of the build tells more of it. */
static void
print_failed(const RunLines *lines, const RunState *state, const Package *package)
{
    g_autofree char *reason = run_failure_describe(lines, package);
    g_autofree char *duration = text_duration(package->duration);

    put_result(lines, state, package, STYLE_BAD, "FAILED");
    terminal_printf(lines->terminal, STYLE_FAINT, " %s", duration);
    if (reason != NULL)
        terminal_printf(lines->terminal, STYLE_PLAIN, ": %s", reason);
    terminal_end_line(lines->terminal);
    print_log_path(lines, package);
}

static void
print_interrupted(const RunLines *lines, const RunState *state, const Package *package)
{
    g_autofree char *duration = text_duration(package->duration);

    put_result(lines, state, package, STYLE_WARNING, "interrupted");
    terminal_printf(lines->terminal, STYLE_FAINT, " %s", duration);
    terminal_end_line(lines->terminal);
}

static void
on_package_complete(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);

    if (package == NULL)
        return;
    if (package->status == PACKAGE_BUILT)
        print_built(lines, state, package);
    else if (package->status == PACKAGE_FAILED)
        print_failed(lines, state, package);
    else
        print_interrupted(lines, state, package);
}

static void
on_package_skip(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);

    if (package == NULL)
        return;
    if (package->status == PACKAGE_CACHED) {
        print_cached(lines, package);
        return;
    }
    put_result(lines, state, package, STYLE_WARNING, "skipped");
    if (package->cause != NULL)
        terminal_printf(lines->terminal, STYLE_PLAIN, ": %s failed", package->cause);
    terminal_end_line(lines->terminal);
}

static void
on_artifact(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const char *path = cdd_build_event_lookup(event, "path");
    g_autofree char *size = NULL;

    if (path == NULL)
        return;
    size = text_size((guint64)event_get_number(event, "size", 0));
    terminal_printf(lines->terminal, STYLE_FAINT, "    %s, %s", path, size);
    terminal_end_line(lines->terminal);
}

/* @verb: what became of a package of an earlier build. */
static void
print_former(const RunLines *lines,
             const RunState *state,
             const char *verb,
             const CddBuildEvent *event)
{
    const char *deb = cdd_build_event_lookup(event, "deb");
    const char *version = cdd_build_event_lookup(event, "version");
    const char *reason = cdd_build_event_lookup(event, "reason");
    const char *install = cdd_build_event_lookup(event, "install");

    terminal_put(lines->terminal, STYLE_PLAIN, "    ");
    put_target(lines, STYLE_PLAIN, state, event);
    terminal_printf(lines->terminal, STYLE_WARNING, "%s ", verb);
    terminal_printf(lines->terminal, STYLE_PLAIN, "%s%s%s: %s", deb != NULL ? deb : "?",
                    version != NULL ? " " : "", version != NULL ? version : "",
                    reason != NULL ? reason : "no reason given");
    terminal_end_line(lines->terminal);
    if (install == NULL)
        return;
    terminal_printf(lines->terminal, STYLE_FAINT, "        on a new robot: %s", install);
    terminal_end_line(lines->terminal);
}

static void
on_repository_kept(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    print_former(lines, state, "kept the former", event);
}

static void
on_repository_removed(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    print_former(lines, state, "removed", event);
}

const char *
run_lines_get_subject(const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);
    const char *name = cdd_build_event_lookup(event, "name");

    return name == NULL && target != NULL ? target->name : name;
}

static void
print_message(const RunLines *lines,
              const RunState *state,
              Style style,
              const char *label,
              const CddBuildEvent *event)
{
    const char *name = run_lines_get_subject(state, event);
    const char *text = cdd_build_event_lookup(event, "msg");

    terminal_put(lines->terminal, style, label);
    if (name != NULL)
        terminal_printf(lines->terminal, STYLE_PLAIN, "%s: ", name);
    terminal_print(lines->terminal, STYLE_PLAIN, text != NULL ? text : "");
}

static void
on_warning(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    print_message(lines, state, STYLE_WARNING, "warning: ", event);
}

static const struct {
    const char *type;
    ViewDetail least; /* the detail from which it is printed */
    Printer print;
} types[] = {
    {"target_start", VIEW_NORMAL, on_target_start},
    {"target_complete", VIEW_NORMAL, on_target_complete},
    {"stage", VIEW_NORMAL, on_stage},
    {"stage_complete", VIEW_NORMAL, on_stage_complete},
    {"general", VIEW_VERBOSE, on_general},
    {"plan", VIEW_NORMAL, on_plan},
    {"package_start", VIEW_NORMAL, on_package_start},
    {"package_output", VIEW_VERBOSE, on_package_output},
    {"package_retry", VIEW_NORMAL, on_package_retry},
    {"package_complete", VIEW_NORMAL, on_package_complete},
    {"package_skip", VIEW_NORMAL, on_package_skip},
    {"artifact", VIEW_VERBOSE, on_artifact},
    {"repository_kept", VIEW_NORMAL, on_repository_kept},
    {"repository_removed", VIEW_NORMAL, on_repository_removed},
    {"warning", VIEW_WARNINGS, on_warning},
};

static void
print_error(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const char *name = run_lines_get_subject(state, event);
    const char *text = cdd_build_event_lookup(event, "msg");
    g_autofree char *message = g_strconcat(name != NULL ? name : "", name != NULL ? ": " : "",
                                           text != NULL ? text : "", NULL);

    terminal_error(lines->terminal, message);
}

static void
print_log(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const char *level = cdd_build_event_get_name(event);

    if (g_str_equal(level, "error"))
        print_error(lines, state, event);
    else if (g_str_equal(level, "warning") && lines->setup.detail >= VIEW_WARNINGS)
        print_message(lines, state, STYLE_WARNING, "warning: ", event);
    else if (lines->setup.detail < VIEW_NORMAL)
        return;
    else if (!g_str_equal(level, "debug") || lines->setup.detail == VIEW_VERBOSE)
        print_message(lines, state, STYLE_PLAIN, "    ", event);
}

/* With --quiet a failed package is an error like others. */
static void
print_quiet_failure(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);
    g_autofree char *log = package != NULL ? run_failure_get_log(lines, package) : NULL;
    g_autofree char *reason = package != NULL ? run_failure_describe(lines, package) : NULL;
    g_autofree char *message = NULL;

    if (package == NULL || package->status != PACKAGE_FAILED ||
        !g_str_equal(cdd_build_event_get_name(event), "package_complete"))
        return;
    message = g_strconcat(package->name, " failed", reason != NULL ? ": " : "",
                          reason != NULL ? reason : "", log != NULL ? "; log: " : "",
                          log != NULL ? log : "", NULL);
    terminal_error(lines->terminal, message);
}

/* So is a target that failed before any package did. */
static void
print_quiet_target(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);
    g_autofree char *message = NULL;

    if (target == NULL || !run_target_failed_alone(target) ||
        !g_str_equal(cdd_build_event_get_name(event), "target_complete"))
        return;
    message = g_strconcat(target->name, " failed: ", target->error, NULL);
    terminal_error(lines->terminal, message);
}

static void
print_progress(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    const char *type = cdd_build_event_get_name(event);

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_str_equal(type, types[i].type) && lines->setup.detail >= types[i].least)
            types[i].print(lines, state, event);
    if (lines->setup.detail == VIEW_QUIET) {
        print_quiet_failure(lines, state, event);
        print_quiet_target(lines, state, event);
    }
}

void
run_lines_event(const RunLines *lines, const RunState *state, const CddBuildEvent *event)
{
    switch (cdd_build_event_get_kind(event)) {
    case CDD_BUILD_EVENT_PROGRESS:
        print_progress(lines, state, event);
        break;
    case CDD_BUILD_EVENT_LOG:
        print_log(lines, state, event);
        break;
    case CDD_BUILD_EVENT_OUTPUT:
        if (lines->setup.detail == VIEW_VERBOSE)
            terminal_print(lines->terminal, STYLE_FAINT, cdd_build_event_get_line(event));
        break;
    }
}
