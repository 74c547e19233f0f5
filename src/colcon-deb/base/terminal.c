/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include "clock.h"
#include "text.h"

#include <glib-unix.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    DEFAULT_COLUMNS = 80,
    DEFAULT_ROWS = 24,
    INTERVAL = 50,         /* milliseconds between two drawings */
    MAX_PENDING = 1 << 18, /* bytes of lines that wait to be written */
};

struct Terminal {
    TerminalSetup setup;
    StyledLine *line;
    GString *pending; /* whole lines that are not yet written */
    TerminalFooter footer;
    gpointer footer_data;
    gboolean shown; /* the footer is on the screen */
    gint64 drawn;   /* when it was drawn last */
    gint64 said;    /* when the last line came */
    char *(*filter)(char *line);
    guint timer;
    guint resized;
};

/* A terminal that does not know synchronised output ignores these. */
static const char begin_update[] = "\x1b[?2026h";
static const char end_update[] = "\x1b[?2026l";
static const char hide_cursor[] = "\x1b[?25l";
static const char show_cursor[] = "\x1b[?25h";
/* A line that is too long for a window that has just shrunk must not wrap. */
static const char clip_lines[] = "\x1b[?7l";
static const char wrap_lines[] = "\x1b[?7h";
/* Not from the first column: where that is the first one of the window, tmux would keep what it
 * clears in its history. */
static const char clear_below[] = "\r \x1b[J\r";
static const char clear_rest[] = "\x1b[K";

TerminalSetup
terminal_setup_detect(FILE *out)
{
    const char *type = g_getenv("TERM");
    const char *no_color = g_getenv("NO_COLOR");
    gboolean obeys = type != NULL && *type != '\0' && !g_str_equal(type, "dumb");
    TerminalSetup setup = {.out = out, .errors = stderr, .unicode = g_get_charset(NULL)};

    setup.interactive = obeys && isatty(fileno(out));
    setup.colour = setup.interactive && (no_color == NULL || *no_color == '\0');
    return setup;
}

static gboolean
on_resized(gpointer user_data)
{
    terminal_redraw(user_data);
    return G_SOURCE_CONTINUE;
}

Terminal *
terminal_new(const TerminalSetup *setup)
{
    Terminal *terminal = g_new0(Terminal, 1);

    terminal->setup = *setup;
    if (terminal->setup.clock == NULL)
        terminal->setup.clock = clock_now;
    terminal->line = styled_line_new(0, setup->colour);
    terminal->pending = g_string_new(NULL);
    terminal->said = terminal_now(terminal);
    if (setup->interactive)
        terminal->resized = g_unix_signal_add(SIGWINCH, on_resized, terminal);
    return terminal;
}

void
terminal_free(Terminal *terminal)
{
    if (terminal == NULL)
        return;
    terminal_set_footer(terminal, NULL, NULL);
    g_clear_handle_id(&terminal->timer, g_source_remove);
    g_clear_handle_id(&terminal->resized, g_source_remove);
    styled_line_free(terminal->line);
    g_string_free(terminal->pending, TRUE);
    g_free(terminal);
}

gboolean
terminal_is_interactive(const Terminal *terminal)
{
    return terminal->setup.interactive;
}

gboolean
terminal_has_unicode(const Terminal *terminal)
{
    return terminal->setup.unicode;
}

gint64
terminal_now(const Terminal *terminal)
{
    return terminal->setup.clock();
}

gint64
terminal_get_silence(const Terminal *terminal)
{
    return terminal_now(terminal) - terminal->said;
}

void
terminal_set_filter(Terminal *terminal, char *(*filter)(char *line))
{
    terminal->filter = filter;
}

/* The last column stays free: some terminals wrap a line that fills it. */
static TerminalSpace
measure(const Terminal *terminal)
{
    TerminalSpace space = {.columns = terminal->setup.columns,
                           .rows = terminal->setup.rows,
                           .colour = terminal->setup.colour,
                           .unicode = terminal->setup.unicode};
    struct winsize size = {0};

    if (space.columns == 0 && ioctl(fileno(terminal->setup.out), TIOCGWINSZ, &size) == 0) {
        space.columns = size.ws_col;
        space.rows = size.ws_row;
    }
    if (space.columns == 0)
        space.columns = DEFAULT_COLUMNS;
    if (space.rows == 0)
        space.rows = DEFAULT_ROWS;
    space.columns = MAX(space.columns - 1, 1);
    space.rows = MAX(space.rows - 1, 1);
    return space;
}

static void
append_footer(const Terminal *terminal, GString *out)
{
    const TerminalSpace space = measure(terminal);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    terminal->footer(lines, &space, terminal->footer_data);
    g_string_append(out, clip_lines);
    for (guint i = 0; i < lines->len && i < space.rows; i++)
        g_string_append_printf(out, "%s%s%s", i > 0 ? "\r\n" : "", (char *)lines->pdata[i],
                               clear_rest);
    g_string_append(out, wrap_lines);
    if (MIN(lines->len, space.rows) > 1)
        g_string_append_printf(out, "\x1b[%uA", MIN(lines->len, space.rows) - 1);
    g_string_append_c(out, '\r');
}

/* The lines above the footer, and the footer, in one write. */
static void
draw(Terminal *terminal)
{
    gboolean shows = terminal->footer != NULL;
    g_autoptr(GString) out = g_string_new(NULL);

    if (terminal->shown || shows)
        g_string_append(out, begin_update);
    if (terminal->shown)
        g_string_append(out, clear_below);
    else if (shows)
        g_string_append(out, hide_cursor);
    g_string_append_len(out, terminal->pending->str, (gssize)terminal->pending->len);
    if (shows)
        append_footer(terminal, out);
    else if (terminal->shown)
        g_string_append(out, show_cursor);
    if (terminal->shown || shows)
        g_string_append(out, end_update);
    fwrite(out->str, 1, out->len, terminal->setup.out);
    fflush(terminal->setup.out);
    g_string_truncate(terminal->pending, 0);
    terminal->shown = shows;
    terminal->drawn = terminal->setup.clock();
}

void
terminal_flush(Terminal *terminal)
{
    g_clear_handle_id(&terminal->timer, g_source_remove);
    if (terminal->pending->len > 0 || terminal->footer != NULL || terminal->shown)
        draw(terminal);
}

static gboolean
on_time(gpointer user_data)
{
    Terminal *terminal = user_data;

    terminal->timer = 0;
    draw(terminal);
    return G_SOURCE_REMOVE;
}

static void
draw_soon(Terminal *terminal)
{
    gint64 wait = terminal->drawn + INTERVAL - terminal->setup.clock();

    if (wait <= 0 || terminal->pending->len > MAX_PENDING)
        terminal_flush(terminal);
    else if (terminal->timer == 0)
        terminal->timer = g_timeout_add((guint)wait, on_time, terminal);
}

void
terminal_put(Terminal *terminal, Style style, const char *text)
{
    styled_line_put(terminal->line, style, text);
}

void
terminal_printf(Terminal *terminal, Style style, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    terminal_put(terminal, style, text);
}

void
terminal_end_line(Terminal *terminal)
{
    g_autofree char *line = styled_line_take(terminal->line);

    if (terminal->filter != NULL)
        line = terminal->filter(line);
    terminal->said = terminal_now(terminal);
    g_string_append(terminal->pending, line);
    g_string_append_c(terminal->pending, '\n');
    /* Only a footer would flicker: without one the line is written at once. */
    if (terminal->footer != NULL)
        draw_soon(terminal);
    else
        draw(terminal);
}

void
terminal_print(Terminal *terminal, Style style, const char *text)
{
    terminal_put(terminal, style, text);
    terminal_end_line(terminal);
}

void
terminal_set_footer(Terminal *terminal, TerminalFooter footer, gpointer user_data)
{
    if (!terminal->setup.interactive)
        return;
    terminal->footer = footer;
    terminal->footer_data = user_data;
    terminal_flush(terminal);
}

void
terminal_redraw(Terminal *terminal)
{
    if (terminal->footer != NULL)
        draw_soon(terminal);
}

void
terminal_control(Terminal *terminal, const char *sequence)
{
    fputs(sequence, terminal->setup.out);
    fflush(terminal->setup.out);
}

static void
clear_footer(Terminal *terminal)
{
    TerminalFooter footer = terminal->footer;

    terminal->footer = NULL;
    terminal_flush(terminal);
    terminal->footer = footer;
}

void
terminal_error(Terminal *terminal, const char *message)
{
    clear_footer(terminal);
    terminal_write_error(terminal->setup.errors, message);
    terminal_flush(terminal);
}

void
terminal_write_error(FILE *errors, const char *message)
{
    g_auto(GStrv) lines = g_strsplit(message, "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *clean = text_printable(*line);

        fprintf(errors, "%s%s\n", line == lines ? "colcon-deb: " : "", clean);
    }
    fflush(errors);
}
