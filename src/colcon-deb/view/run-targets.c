/* SPDX-License-Identifier: Apache-2.0 */
#include "run-targets.h"

#include "../base/text.h"

static Style
get_style(TargetStatus status)
{
    if (status == TARGET_SUCCESS)
        return STYLE_GOOD;
    return status == TARGET_FAILED ? STYLE_BAD : STYLE_WARNING;
}

static void
put_count(const RunLines *lines, const RunTarget *target, PackageStatus status, const char *word)
{
    guint count = run_state_count(target->state, status);

    if (count > 0)
        terminal_printf(lines->terminal, STYLE_PLAIN, ", %u %s", count, word);
}

static void
put_counts(const RunLines *lines, const RunTarget *target)
{
    g_autofree char *duration = text_duration(target->duration);

    put_count(lines, target, PACKAGE_BUILT, "built");
    put_count(lines, target, PACKAGE_CACHED, "unchanged");
    put_count(lines, target, PACKAGE_FAILED, "failed");
    put_count(lines, target, PACKAGE_INTERRUPTED, "interrupted");
    put_count(lines, target, PACKAGE_SKIPPED, "skipped");
    terminal_printf(lines->terminal, STYLE_PLAIN, " in %s", duration);
}

static void
put_directory(const RunLines *lines, const RunTarget *target)
{
    g_autofree char *path = lines->setup.output_dir != NULL
                                ? g_build_filename(lines->setup.output_dir, target->directory, NULL)
                                : g_strdup(target->directory);

    terminal_printf(lines->terminal, STYLE_FAINT, "  %s", path);
}

static void
print_error(const RunLines *lines, const RunTarget *target)
{
    g_auto(GStrv) words = g_strsplit(target->error != NULL ? target->error : "", "\n", -1);

    for (char **line = words; *line != NULL; line++) {
        if (**line == '\0')
            continue;
        terminal_put(lines->terminal, STYLE_PLAIN, "    ");
        terminal_print(lines->terminal, STYLE_PLAIN, *line);
    }
}

void
run_targets_print(const RunLines *lines, const RunTarget *target)
{
    terminal_printf(lines->terminal, STYLE_STRONG, "%s", target->name);
    terminal_printf(lines->terminal, get_style(target->status), " %s",
                    target_status_get_name(target->status));
    if (target->status != TARGET_SKIPPED && target->status != TARGET_WAITING) {
        put_counts(lines, target);
        put_directory(lines, target);
    }
    terminal_end_line(lines->terminal);
    print_error(lines, target);
}

void
run_targets_print_all(const RunLines *lines, const RunState *state)
{
    for (guint i = 0; i < state->targets->len; i++)
        run_targets_print(lines, state->targets->pdata[i]);
}
