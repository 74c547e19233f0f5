/* SPDX-License-Identifier: Apache-2.0 */
#include "check-report.h"

#include "../base/json.h"
#include "../base/program-error.h"
#include "../base/terminal.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

struct CheckReport {
    gboolean json;
    gboolean quiet;
    Terminal *terminal;
    guint failed;
    gboolean misused; /* a failure was a wrong argument or configuration */
    GError *interruption;
};

static const struct {
    const char *word;
    Style style;
} results[FINDING_N_RESULTS] = {
    [FINDING_OK] = {"ok", STYLE_GOOD},
    [FINDING_WARNING] = {"warn", STYLE_WARNING},
    [FINDING_FAILED] = {"fail", STYLE_BAD},
    [FINDING_SKIPPED] = {"skip", STYLE_FAINT},
};

CheckReport *
check_report_new(gboolean json, gboolean quiet)
{
    CheckReport *self = g_new0(CheckReport, 1);
    const TerminalSetup setup = terminal_setup_detect(stdout);

    self->json = json;
    self->quiet = quiet;
    self->terminal = terminal_new(&setup);
    return self;
}

void
check_report_free(CheckReport *self)
{
    terminal_free(self->terminal);
    g_clear_error(&self->interruption);
    g_free(self);
}

static void
print_json(const Finding *finding)
{
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "check", finding->check);
    json_add_string(line, "result", results[finding->result].word);
    json_add_string(line, "message", finding->message);
    json_add_string(line, "cure", finding->cure);
    json_line_end(line, stdout);
}

static void
print_text(const CheckReport *self, const Finding *finding)
{
    terminal_printf(self->terminal, results[finding->result].style, "%-4s  ",
                    results[finding->result].word);
    terminal_printf(self->terminal, STYLE_STRONG, "%s: ", finding->check);
    terminal_put(self->terminal, STYLE_PLAIN, finding->message);
    terminal_end_line(self->terminal);
    if (finding->cure == NULL)
        return;
    terminal_printf(self->terminal, STYLE_PLAIN, "      cure: %s", finding->cure);
    terminal_end_line(self->terminal);
}

void
check_report_add(CheckReport *self, Finding *finding)
{
    self->failed += finding->result == FINDING_FAILED;
    if (self->json)
        print_json(finding);
    else if (!self->quiet || finding->result == FINDING_FAILED)
        print_text(self, finding);
    finding_free(finding);
}

void
check_report_add_error(CheckReport *self, const char *check, GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->interruption == NULL) {
        self->interruption = error;
        return;
    }
    self->misused |= g_error_matches(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE) ||
                     g_error_matches(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    check_report_add(self, finding_new(FINDING_FAILED, check, NULL, "%s", error->message));
    g_error_free(error);
}

gboolean
check_report_conclude(const CheckReport *self, GError **error)
{
    if (self->interruption != NULL) {
        g_propagate_error(error, g_error_copy(self->interruption));
        return FALSE;
    }
    if (self->failed == 0)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, self->misused ? PROGRAM_ERROR_USAGE : PROGRAM_ERROR_FAILED,
                "%u check%s failed", self->failed, self->failed == 1 ? "" : "s");
    return FALSE;
}
