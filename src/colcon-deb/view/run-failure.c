/* SPDX-License-Identifier: Apache-2.0 */
#include "run-failure.h"

#include "../base/shell-word.h"
#include "../base/text.h"

#include <string.h>

enum {
    MAX_REASON = 2000, /* columns; the helpers send no more */
};

/* Whether paths in the workspace can be used as they are. */
static gboolean
is_current_directory(const char *path)
{
    g_autofree char *current = g_get_current_dir();

    return path == NULL || g_str_equal(path, current);
}

static gboolean
is_of_path(char c)
{
    return g_ascii_isalnum(c) || (c & 0x80) != 0 || (c != '\0' && strchr("/._-+~", c) != NULL);
}

/* Where @file stands in @text, but not as the end of another path. */
static const char *
find_path(const char *text, const char *file)
{
    const char *found = strstr(text, file);

    while (found != NULL && found > text && is_of_path(found[-1]))
        found = strstr(found + 1, file);
    return found;
}

char *
run_failure_describe(const RunLines *lines, const Package *package)
{
    const char *file = package->error_file;
    g_autofree char *reason = NULL;
    const char *found = NULL;

    if (package->error == NULL)
        return NULL;
    reason = text_ellipsize(package->error, MAX_REASON);
    found = file != NULL && *file != '\0' ? find_path(reason, file) : NULL;
    if (found == NULL || is_current_directory(lines->setup.workspace))
        return g_steal_pointer(&reason);
    return g_strdup_printf("%.*s%s/%s", (int)(found - reason), reason, lines->setup.workspace,
                           found);
}

static char *
make_path(const RunLines *lines, const char *path)
{
    if (path == NULL || lines->setup.output_dir == NULL)
        return g_strdup(path);
    return g_build_filename(lines->setup.output_dir, path, NULL);
}

char *
run_failure_get_log(const RunLines *lines, const Package *package)
{
    return make_path(lines, package->log);
}

static void
print_place(const RunLines *lines, const char *what, const char *path)
{
    g_autofree char *full = make_path(lines, path);

    terminal_printf(lines->terminal, STYLE_PLAIN, "    %s: %s", what, full);
    terminal_end_line(lines->terminal);
}

/* How many of the last lines are worth showing: the container ends the log with the reason. */
static guint
count_lines(const Package *package)
{
    guint count = package->tail.length;
    const GList *last = package->tail.tail;

    if (last == NULL || !g_str_has_prefix(last->data, "colcon-deb: "))
        return count;
    for (last = last->prev, count--; last != NULL && *(const char *)last->data == '\0';
         last = last->prev)
        count--;
    return count;
}

void
run_failure_print_tail(const RunLines *lines, const Package *package)
{
    guint count = count_lines(package);
    guint first = count > FAILURE_LINES ? count - FAILURE_LINES : 0;
    const GList *line = g_queue_peek_nth_link((GQueue *)&package->tail, first);

    for (guint i = first; i < count; i++, line = line->next)
        run_lines_output(lines, NULL, line->data);
}

void
run_failure_print_tests(const RunLines *lines, const Package *package)
{
    for (guint i = 0; i < package->failed_tests->len; i++) {
        const FailedTest *test = package->failed_tests->pdata[i];

        terminal_put(lines->terminal, STYLE_BAD, "    test failed: ");
        terminal_printf(lines->terminal, STYLE_PLAIN, "%s%s%s",
                        test->name != NULL ? test->name : "?", test->message != NULL ? ": " : "",
                        test->message != NULL ? test->message : "");
        terminal_end_line(lines->terminal);
    }
    if (package->failed_tests->len > 0 && package->test_results != NULL)
        print_place(lines, "test results", package->test_results);
}

static void
print_command(const RunLines *lines, const Package *package)
{
    g_autoptr(GString) command = g_string_new(lines->setup.command);

    if (package->target != NULL) {
        g_string_append(command, " --target");
        shell_word_append(command, package->target);
    }
    g_string_append(command, " --packages-select");
    shell_word_append(command, package_get_own_name(package));
    terminal_printf(lines->terminal, STYLE_PLAIN, "    build only this: %s", command->str);
    terminal_end_line(lines->terminal);
}

void
run_failure_print_advice(const RunLines *lines, const Package *package)
{
    run_failure_print_tests(lines, package);
    if (package->log != NULL)
        print_place(lines, "log", package->log);
    if (lines->setup.command != NULL)
        print_command(lines, package);
}

void
run_failure_print(const RunLines *lines, const Package *package)
{
    g_autofree char *reason = run_failure_describe(lines, package);

    terminal_printf(lines->terminal, STYLE_BAD, "%s failed", package->name);
    if (package->reason != NULL)
        terminal_printf(lines->terminal, STYLE_FAINT, " (%s)", package->reason);
    terminal_end_line(lines->terminal);
    if (reason != NULL) {
        terminal_put(lines->terminal, STYLE_PLAIN, "    ");
        terminal_print(lines->terminal, STYLE_STRONG, reason);
    }
    /* With --verbose the lines have been printed already. */
    if (lines->setup.detail < VIEW_VERBOSE)
        run_failure_print_tail(lines, package);
    run_failure_print_advice(lines, package);
}
