/* SPDX-License-Identifier: Apache-2.0 */
/* What each view prints of a recorded run, byte for byte; see tests/fixtures/runs/README.md. */
#include "run-events.h"
#include "view/view.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static gboolean update;

static const char *const runs[] = {"failing", "hostile", "interrupted",
                                   "success", "targets", "unchanged"};
static const char *const views[] = {"plain", "github", "json"};

static char *
path_of(const char *run, const char *ending)
{
    return g_strdup_printf("%s/tests/fixtures/runs/%s.%s", g_getenv("CDD_TEST_SOURCE_DIR"), run,
                           ending);
}

static View *
make_view(const char *name, FILE *out)
{
    static const ViewSetup setup = {.detail = VIEW_NORMAL,
                                    .output_dir = "/ws/output",
                                    .workspace = "/ws",
                                    .command = "colcon-deb build /ws"};

    if (g_str_equal(name, "json"))
        return view_json_new(out);
    if (g_str_equal(name, "github"))
        return view_github_new(out, &setup);
    return view_plain_new(terminal_new(&(TerminalSetup){.out = out, .errors = out}), &setup);
}

static void
end(View *view, RunState *state, const char *word, gint64 now)
{
    gboolean interrupted = g_str_equal(word, "interrupted");
    gboolean unchanged = g_str_equal(word, "unchanged");

    run_state_end(state, now);
    view->on_end(view, state,
                 &(ViewEnd){.success = g_str_equal(word, "success") || unchanged,
                            .interrupted = interrupted,
                            .unchanged = unchanged,
                            .duration = now,
                            .report = unchanged || state->targets->len > 0
                                          ? NULL
                                          : "/ws/output/report.html"});
}

static void
play(View *view, char **lines)
{
    g_autoptr(RunState) state = run_state_new();

    for (; *lines != NULL && **lines != '\0'; lines++) {
        char *line = NULL;
        gint64 now = g_ascii_strtoll(*lines, &line, 10);
        g_autoptr(CddBuildEvent) event = event_of(++line);

        if (add_targets(state, line))
            continue;
        if (g_str_has_prefix(line, "end ")) {
            end(view, state, line + strlen("end "), now);
            return;
        }
        run_state_apply(state, event, now);
        view->on_event(view, state, event, now);
    }
    g_assert_not_reached();
}

static char *
show(const char *run, const char *name)
{
    g_autofree char *path = path_of(run, "run");
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    char *shown = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&shown, &length);
    g_autoptr(View) view = make_view(name, out);

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    play(view, lines);
    g_clear_pointer(&view, view_free);
    fclose(out);
    return shown;
}

static void
test_a_view(gconstpointer data)
{
    const char *name = data;

    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_autofree char *path = path_of(runs[i], name);
        g_autofree char *expected = NULL;
        char *shown = show(runs[i], name);

        if (update)
            g_assert_true(g_file_set_contents(path, shown, -1, NULL));
        g_assert_true(g_file_get_contents(path, &expected, NULL, NULL));
        g_assert_cmpstr(shown, ==, expected);
        free(shown);
    }
}

int
main(int argc, char **argv)
{
    update = argc > 1 && g_str_equal(argv[argc - 1], "--update");
    argc -= update;
    g_test_init(&argc, &argv, NULL);
    /* --json prints errors to standard error as well. */
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
        g_autofree char *path = g_strconcat("/recorded-runs/", views[i], NULL);

        g_test_add_data_func(path, views[i], test_a_view);
    }
    return g_test_run();
}
