/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict.h"

#include "../base/program-error.h"

enum {
    MAX_NAMES = 5,
    MAX_LINE = 500,     /* bytes of a line of output */
    EXIT_STOPPED = 130, /* the container's, when it was told to stop */
};

static void
append_tail(GString *message, const RunState *state)
{
    if (state->tail.length == 0)
        return;
    g_string_append(message, "; its last output:");
    for (const GList *line = state->tail.head; line != NULL; line = line->next)
        g_string_append_printf(message, "\n  %.*s", MAX_LINE, (const char *)line->data);
}

static void
append_names(GString *message, const RunState *state, PackageStatus status)
{
    guint named = 0;

    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        if (package->status != status)
            continue;
        if (named++ == MAX_NAMES) {
            g_string_append(message, ", ...");
            return;
        }
        g_string_append_printf(message, "%s%s", named > 1 ? ", " : "", package->name);
    }
}

static void
describe_missing_end(GString *message, const RunState *state, gint64 exit_code, const char *cause)
{
    g_string_append_printf(message,
                           "the container ended without saying how the build went (exit code "
                           "%" G_GINT64_FORMAT ")",
                           exit_code);
    if (cause != NULL)
        g_string_append_printf(message, ": %s", cause);
    append_tail(message, state);
}

static void
describe_contradiction(GString *message, const RunState *state, gint64 exit_code)
{
    g_string_append_printf(message,
                           "the build said that it %s, but its container ended with exit code "
                           "%" G_GINT64_FORMAT,
                           state->success ? "succeeded" : "failed", exit_code);
    append_tail(message, state);
}

static void
describe_stop(GString *message, const char *cause)
{
    g_string_append(message, "the build was stopped");
    if (cause != NULL)
        g_string_append_printf(message, ": %s", cause);
}

static void
describe_failure(GString *message, const RunState *state)
{
    guint failed = run_state_count(state, PACKAGE_FAILED);
    guint skipped = run_state_count(state, PACKAGE_SKIPPED);

    if (failed == 0) {
        if (state->failed_stage != NULL)
            g_string_append_printf(message, "failed in stage %s", state->failed_stage);
        else
            g_string_append(message, "failed");
        if (state->errors->len == 0)
            append_tail(message, state);
        return;
    }
    g_string_append_printf(message, "%u of %" G_GINT64_FORMAT " packages failed: ", failed,
                           MAX(state->total, (gint64)state->packages->len));
    append_names(message, state, PACKAGE_FAILED);
    if (skipped > 0)
        g_string_append_printf(message, "; %u %s skipped", skipped, skipped == 1 ? "was" : "were");
}

static void
describe_false_success(GString *message, const RunState *state, guint left)
{
    g_string_append(message, "the build said that it succeeded, but ");
    if (run_state_count(state, PACKAGE_FAILED) > 0)
        describe_failure(message, state);
    else
        g_string_append_printf(message, "%u of %u packages were not built", left,
                               state->packages->len);
}

gboolean
verdict_needs_cause(const RunState *state, gint64 exit_code)
{
    return !state->complete || exit_code == EXIT_STOPPED;
}

gboolean
verdict(
    const RunState *state, gboolean is_build, gint64 exit_code, const char *cause, GError **error)
{
    g_autoptr(GString) message = g_string_new(NULL);
    guint failed = run_state_count(state, PACKAGE_FAILED);
    guint left = state->packages->len - failed - run_state_count(state, PACKAGE_BUILT) -
                 run_state_count(state, PACKAGE_CACHED);

    if (!state->complete)
        describe_missing_end(message, state, exit_code, cause);
    else if (exit_code == EXIT_STOPPED && !state->success)
        describe_stop(message, cause);
    else if (state->success != (exit_code == 0))
        describe_contradiction(message, state, exit_code);
    else if (!state->success)
        describe_failure(message, state);
    else if (is_build && failed + left > 0)
        describe_false_success(message, state, left);
    else
        return TRUE;
    g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, message->str);
    return FALSE;
}
