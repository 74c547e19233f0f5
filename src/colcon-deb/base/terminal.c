/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include "clock.h"
#include "text.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    DEFAULT_COLUMNS = 80,
    SILENCE = 30 * 1000, /* milliseconds before the status becomes a line */
};

struct Terminal {
    TerminalSetup setup;
    GString *line;
    char *status; /* the text below the lines, or NULL */
    gint64 said;  /* when the last line was printed */
};

static const char clear_line[] = "\r\x1b[K";
static const char reset_style[] = "\x1b[0m";
static const char *const styles[] = {
    [STYLE_PLAIN] = "",        [STYLE_STRONG] = "\x1b[1m", [STYLE_FAINT] = "\x1b[2m",
    [STYLE_GOOD] = "\x1b[32m", [STYLE_BAD] = "\x1b[1;31m", [STYLE_WARNING] = "\x1b[33m",
};

TerminalSetup
terminal_setup_detect(FILE *out)
{
    const char *type = g_getenv("TERM");
    const char *no_color = g_getenv("NO_COLOR");
    gboolean obeys = type != NULL && *type != '\0' && !g_str_equal(type, "dumb");
    TerminalSetup setup = {.out = out, .errors = stderr};

    setup.interactive = obeys && isatty(fileno(out));
    setup.colour = setup.interactive && (no_color == NULL || *no_color == '\0');
    return setup;
}

Terminal *
terminal_new(const TerminalSetup *setup)
{
    Terminal *terminal = g_new0(Terminal, 1);

    terminal->setup = *setup;
    if (terminal->setup.clock == NULL)
        terminal->setup.clock = clock_now;
    terminal->line = g_string_new(NULL);
    terminal->said = terminal->setup.clock();
    return terminal;
}

void
terminal_free(Terminal *terminal)
{
    if (terminal == NULL)
        return;
    terminal_set_status(terminal, NULL);
    g_string_free(terminal->line, TRUE);
    g_free(terminal);
}

gboolean
terminal_is_interactive(const Terminal *terminal)
{
    return terminal->setup.interactive;
}

static guint
get_columns(const Terminal *terminal)
{
    struct winsize size = {0};

    if (terminal->setup.columns != 0)
        return terminal->setup.columns;
    if (ioctl(fileno(terminal->setup.out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return DEFAULT_COLUMNS;
    return size.ws_col;
}

static void
hide_status(Terminal *terminal)
{
    if (terminal->status != NULL)
        fputs(clear_line, terminal->setup.out);
}

/* Leave the last column free: some terminals wrap a line that fills it. */
static void
show_status(Terminal *terminal)
{
    g_autofree char *text = NULL;

    if (terminal->status == NULL)
        return;
    text = text_ellipsize(terminal->status, get_columns(terminal) - 1);
    fputs(text, terminal->setup.out);
}

void
terminal_put(Terminal *terminal, Style style, const char *text)
{
    g_autofree char *clean = text_printable(text);
    gboolean styled = terminal->setup.colour && style != STYLE_PLAIN;

    if (styled)
        g_string_append(terminal->line, styles[style]);
    g_string_append(terminal->line, clean);
    if (styled)
        g_string_append(terminal->line, reset_style);
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
    hide_status(terminal);
    fputs(terminal->line->str, terminal->setup.out);
    fputc('\n', terminal->setup.out);
    g_string_truncate(terminal->line, 0);
    show_status(terminal);
    fflush(terminal->setup.out);
    terminal->said = terminal->setup.clock();
}

static void
break_silence(Terminal *terminal, const char *status)
{
    if (status == NULL || terminal->setup.clock() - terminal->said < SILENCE)
        return;
    terminal_printf(terminal, STYLE_PLAIN, "    ... %s", status);
    terminal_end_line(terminal);
}

void
terminal_set_status(Terminal *terminal, const char *text)
{
    g_autofree char *clean = text != NULL ? text_printable(text) : NULL;

    if (!terminal->setup.interactive) {
        break_silence(terminal, clean);
        return;
    }
    if (g_strcmp0(clean, terminal->status) == 0)
        return;
    hide_status(terminal);
    g_free(terminal->status);
    terminal->status = g_steal_pointer(&clean);
    show_status(terminal);
    fflush(terminal->setup.out);
}

void
terminal_error(Terminal *terminal, const char *message)
{
    hide_status(terminal);
    fflush(terminal->setup.out);
    terminal_write_error(terminal->setup.errors, message);
    show_status(terminal);
    fflush(terminal->setup.out);
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
