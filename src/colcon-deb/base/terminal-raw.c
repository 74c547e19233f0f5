/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal-raw.h"

#include "terminal-guardian.h"

#include <glib-unix.h>
#include <sys/ioctl.h>
#include <termios.h>

struct TerminalRaw {
    int input;
    int output;
    struct termios former;
    gboolean has_changed; /* the terminal has another mode now */
    TerminalGuardian guardian;
    guint resized; /* source */
    void (*on_resized)(gpointer user_data);
    gpointer user_data;
};

static gboolean
on_window_signal(gpointer user_data)
{
    TerminalRaw *terminal = user_data;

    terminal->on_resized(terminal->user_data);
    return G_SOURCE_CONTINUE;
}

TerminalRaw *
terminal_raw_new(int input, int output, void (*on_resized)(gpointer user_data), gpointer user_data)
{
    TerminalRaw *terminal = g_new0(TerminalRaw, 1);
    struct termios raw;

    *terminal = (TerminalRaw){
        .input = input, .output = output, .on_resized = on_resized, .user_data = user_data};
    terminal->has_changed = tcgetattr(input, &terminal->former) == 0;
    if (terminal->has_changed) {
        raw = terminal->former;
        cfmakeraw(&raw);
        terminal_guardian_start(
            &terminal->guardian,
            &(TerminalGuardianTask){
                .input = input, .output = output, .former = terminal->former, .own = raw});
        tcsetattr(input, TCSANOW, &raw);
    }
    terminal->resized = g_unix_signal_add(SIGWINCH, on_window_signal, terminal);
    return terminal;
}

void
terminal_raw_free(TerminalRaw *terminal)
{
    g_source_remove(terminal->resized);
    if (terminal->has_changed)
        tcsetattr(terminal->input, TCSADRAIN, &terminal->former);
    terminal_guardian_dismiss(&terminal->guardian);
    g_free(terminal);
}

gboolean
terminal_raw_get_size(const TerminalRaw *terminal, guint *columns, guint *rows)
{
    struct winsize size = {0};

    if (ioctl(terminal->output, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return FALSE;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return TRUE;
}
