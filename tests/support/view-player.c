/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shows a recorded run in a view. Each line of the recording has the milliseconds since its
 * beginning, a space, and a line of the container (docs/protocol.md). "MS end WORD" ends it, WORD
 * is success, failed, interrupted or unchanged. "MS targets NAME..." makes it a build of these.
 *
 * usage: view-player live|plain|github|json RECORDING [OUTPUT-DIRECTORY]
 */
#include "base/clock.h"
#include "base/interrupt.h"
#include "run-events.h"
#include "view/view.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

typedef struct {
    GMainLoop *loop;
    View *view;
    RunState *state;
    char **lines;
    guint next;
    gint64 started;
    gint64 elapsed; /* of the recording */
} Player;

static View *
make_view(const char *name, const ViewSetup *setup)
{
    TerminalSetup terminal = terminal_setup_detect(stdout);

    if (g_str_equal(name, "json"))
        return view_json_new(stdout);
    if (g_str_equal(name, "github"))
        return view_github_new(stdout, setup);
    if (g_str_equal(name, "live"))
        return view_live_new(terminal_new(&terminal), setup);
    terminal.interactive = FALSE;
    return view_plain_new(terminal_new(&terminal), setup);
}

static void
end(Player *player, const char *word)
{
    gboolean interrupted = g_str_equal(word, "interrupted");

    run_state_end(player->state, clock_now());
    player->view->on_end(
        player->view, player->state,
        &(ViewEnd){.success = g_str_equal(word, "success") || g_str_equal(word, "unchanged"),
                   .interrupted = interrupted,
                   .unchanged = g_str_equal(word, "unchanged"),
                   .duration = player->elapsed});
    g_main_loop_quit(player->loop);
}

static void
play(Player *player, const char *line)
{
    g_autoptr(CddBuildEvent) event = event_of(line);

    run_state_apply(player->state, event, clock_now());
    player->view->on_event(player->view, player->state, event, player->elapsed);
}

/* Plays what is due. */
static gboolean
on_time(gpointer user_data)
{
    Player *player = user_data;

    for (; player->lines[player->next] != NULL && *player->lines[player->next] != '\0';
         player->next++) {
        char *line = NULL;
        gint64 due = g_ascii_strtoll(player->lines[player->next], &line, 10);

        if (clock_now() - player->started < due)
            return G_SOURCE_CONTINUE;
        player->elapsed = due;
        line++;
        if (g_str_has_prefix(line, "end "))
            end(player, line + strlen("end "));
        else if (!add_targets(player->state, line))
            play(player, line);
    }
    return G_SOURCE_CONTINUE;
}

static void
on_stop(gpointer user_data)
{
    end(user_data, "interrupted");
}

static void
on_interrupt(guint count, gpointer user_data)
{
    end(user_data, "interrupted");
}

static void
print_cpu(void)
{
    struct rusage usage = {0};

    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "cpu %ld ms\n",
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
                (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000);
}

int
main(int argc, char **argv)
{
    Player player = {.started = clock_now()};
    g_autoptr(Interrupt) interrupt = interrupt_new();
    g_autofree char *text = NULL;
    const ViewSetup setup = {
        .detail = g_getenv("PLAYER_VERBOSE") != NULL ? VIEW_VERBOSE : VIEW_NORMAL,
        .title_progress = g_getenv("PLAYER_TITLE") != NULL,
        .output_dir = argc > 3 ? argv[3] : "/ws/output",
        .workspace = "/ws",
        .command = "colcon-deb build /ws",
        .on_stop = on_stop,
        .user_data = &player,
    };

    setlocale(LC_CTYPE, "");
    if (argc < 3 || !g_file_get_contents(argv[2], &text, NULL, NULL))
        return 2;
    player.lines = g_strsplit(text, "\n", -1);
    player.loop = g_main_loop_new(NULL, FALSE);
    player.state = run_state_new();
    player.view = make_view(argv[1], &setup);
    interrupt_set_handler(interrupt, on_interrupt, &player);
    g_timeout_add(5, on_time, &player);
    g_main_loop_run(player.loop);
    view_free(player.view);
    run_state_free(player.state);
    g_main_loop_unref(player.loop);
    g_strfreev(player.lines);
    if (g_getenv("PLAYER_CPU") != NULL)
        print_cpu();
    return 0;
}
