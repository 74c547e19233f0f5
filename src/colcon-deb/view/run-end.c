/* SPDX-License-Identifier: Apache-2.0 */
#include "run-end.h"

#include "../base/text.h"
#include "../events/run-graph.h"
#include "run-failure.h"
#include "run-targets.h"

#include <string.h>

enum {
    MAX_INSTALLED = 3 /* names in the advice how to install */
};

/* In hundredths of a second, to show how fast it was. */
static void
print_nothing_changed(const RunLines *lines, guint packages, gint64 milliseconds)
{
    terminal_printf(lines->terminal, STYLE_GOOD,
                    "Nothing has changed: %u package%s up to date (%.2f s)", packages,
                    packages == 1 ? " is" : "s are", (double)milliseconds / 1000);
    terminal_end_line(lines->terminal);
}

static void
put_sum_of_warnings(const RunLines *lines, const RunState *state)
{
    if (state->compiler_warnings == 0)
        return;
    terminal_printf(lines->terminal, STYLE_WARNING, ", %" G_GINT64_FORMAT " warning%s of compilers",
                    state->compiler_warnings, state->compiler_warnings == 1 ? "" : "s");
    if (!lines->setup.show_warnings)
        terminal_put(lines->terminal, STYLE_PLAIN,
                     " (colcon-deb build --show-warnings shows them)");
}

static void
put_sum_of_tests(const RunLines *lines, const RunState *state)
{
    TestCounts counts = run_state_count_tests(state);

    if (counts.total == 0)
        return;
    terminal_printf(lines->terminal, STYLE_PLAIN, ", %" G_GINT64_FORMAT " test%s", counts.total,
                    counts.total == 1 ? "" : "s");
    if (counts.failed > 0)
        terminal_printf(lines->terminal, STYLE_BAD, " (%" G_GINT64_FORMAT " failed)",
                        counts.failed);
}

static void
put_status_count(const RunLines *lines, const RunState *state, PackageStatus status, Style style)
{
    guint count = run_state_count(state, status);

    terminal_printf(lines->terminal, count > 0 ? style : STYLE_PLAIN, ", %u %s", count,
                    package_status_get_name(status));
}

static void
print_counts(const RunLines *lines, const RunState *state, gint64 milliseconds)
{
    guint built = run_state_count(state, PACKAGE_BUILT);
    guint cached = run_state_count(state, PACKAGE_CACHED);
    g_autofree char *duration = text_duration(milliseconds);

    terminal_printf(lines->terminal, built > 0 ? STYLE_GOOD : STYLE_PLAIN, "%u built", built);
    if (cached > 0)
        terminal_printf(lines->terminal, STYLE_PLAIN, ", %u unchanged", cached);
    put_status_count(lines, state, PACKAGE_FAILED, STYLE_BAD);
    if (run_state_count(state, PACKAGE_INTERRUPTED) > 0)
        put_status_count(lines, state, PACKAGE_INTERRUPTED, STYLE_WARNING);
    put_status_count(lines, state, PACKAGE_SKIPPED, STYLE_WARNING);
    terminal_printf(lines->terminal, STYLE_PLAIN, " in %s", duration);
    if (state->compiler_cache)
        terminal_printf(lines->terminal, STYLE_PLAIN,
                        ", ccache served %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " compilations",
                        state->cache_hits, state->cache_hits + state->cache_misses);
    put_sum_of_tests(lines, state);
    put_sum_of_warnings(lines, state);
    terminal_end_line(lines->terminal);
}

/* The name comes from a container, and the command is there to be copied into a shell. */
static gboolean
is_debian_name(const char *name)
{
    return strlen(name) > 1 && g_ascii_isalnum(*name) &&
           name[strspn(name, G_CSET_a_2_z G_CSET_DIGITS "+.-")] == '\0';
}

/* Whether the package is there to be installed. */
static gboolean
can_be_installed(const Package *package)
{
    return package->deb != NULL && package->artifacts->len > 0 && is_debian_name(package->deb);
}

static gboolean
comes_with_another(const RunState *state, const RunGraph *graph, guint package)
{
    const GArray *dependents = run_graph_get_dependents(graph, package);

    for (guint i = 0; i < dependents->len; i++)
        if (can_be_installed(state->packages->pdata[g_array_index(dependents, guint, i)]))
            return TRUE;
    return FALSE;
}

/* Packages that no other one needs bring all others with them. Those of several targets often have
 * the same name. */
static void
print_installation(const RunLines *lines, const RunState *state)
{
    g_autoptr(GString) names = g_string_new(NULL);
    g_autoptr(RunGraph) graph = run_graph_new(state);
    g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
    guint count = 0;

    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        if (!can_be_installed(package) || comes_with_another(state, graph, i) ||
            !g_hash_table_add(named, package->deb))
            continue;
        if (count++ < MAX_INSTALLED)
            g_string_append_printf(names, " %s", package->deb);
    }
    if (count == 0)
        return;
    if (count > MAX_INSTALLED)
        g_string_append(names, " ...");
    terminal_printf(lines->terminal, STYLE_PLAIN, "    install: sudo apt install%s", names->str);
    terminal_end_line(lines->terminal);
}

static void
print_places(const RunLines *lines, const RunState *state, const ViewEnd *end)
{
    FileCounts counts = run_state_count_files(state);
    g_autofree char *size = text_size((guint64)counts.size);

    /* Each target has a directory of its own, which its line names. */
    if (state->debs != NULL && counts.files > 0 && state->targets->len == 0) {
        terminal_printf(lines->terminal, STYLE_PLAIN, "    packages: %s (%u file%s, %s)",
                        state->debs, counts.files, counts.files == 1 ? "" : "s", size);
        terminal_end_line(lines->terminal);
    }
    for (guint i = 0; i < state->sources->len; i++) {
        terminal_printf(lines->terminal, STYLE_PLAIN, "    repository: %s",
                        (char *)state->sources->pdata[i]);
        terminal_end_line(lines->terminal);
    }
    if (state->sources->len > 0)
        print_installation(lines, state);
    if (end->report != NULL) {
        terminal_printf(lines->terminal, STYLE_PLAIN, "    report: %s", end->report);
        terminal_end_line(lines->terminal);
    }
}

void
run_end_print_result(const RunLines *lines, const RunState *state, const ViewEnd *end)
{
    if (end->unchanged && end->success) {
        print_nothing_changed(lines, state->packages->len, end->duration);
        return;
    }
    run_targets_print_all(lines, state);
    /* After a failed scan nothing is known. */
    if (state->packages->len == 0)
        return;
    print_counts(lines, state, end->duration);
    print_places(lines, state, end);
}

void
run_end_print(const RunLines *lines, const RunState *state, const ViewEnd *end)
{
    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        if (package->status == PACKAGE_FAILED)
            run_failure_print(lines, package);
    }
    run_end_print_result(lines, state, end);
}
