/* SPDX-License-Identifier: Apache-2.0 */
#include "image-context.h"

#include "../base/await.h"
#include "../base/json.h"
#include "../base/program-error.h"
#include "../base/terminal.h"
#include "../base/text.h"

enum {
    SIZE_WIDTH = 10
};

static void
print_line(Terminal *terminal, Style style, const char *text)
{
    terminal_put(terminal, style, text);
    terminal_end_line(terminal);
}

static void
print_size(Terminal *terminal, guint64 bytes, const char *what)
{
    g_autofree char *size = text_size(bytes);

    terminal_printf(terminal, STYLE_PLAIN, "%*s  %s", SIZE_WIDTH, size, what);
    terminal_end_line(terminal);
}

static void
print_proposal(Terminal *terminal, const CddContextReport *report, gboolean written)
{
    g_autofree char *size = text_size(report->saved_size);

    if (*report->proposed_patterns == NULL) {
        print_line(terminal, STYLE_GOOD, "Nothing was found that need not be sent.");
        return;
    }
    terminal_printf(terminal, STYLE_STRONG,
                    "%s and %" G_GUINT64_FORMAT " files and directories fewer %s sent without",
                    size, report->saved_files, written ? "are" : "would be");
    terminal_end_line(terminal);
    for (char **pattern = report->proposed_patterns; *pattern != NULL; pattern++) {
        terminal_printf(terminal, STYLE_PLAIN, "  %s", *pattern);
        terminal_end_line(terminal);
    }
    terminal_printf(terminal, STYLE_PLAIN,
                    written ? "These are now in %s" : "--write-ignore adds these to %s",
                    report->ignore_path);
    terminal_end_line(terminal);
}

static void
print_text(const CddContextReport *report, const char *directory, gboolean written)
{
    const TerminalSetup setup = terminal_setup_detect(stdout);
    g_autoptr(Terminal) terminal = terminal_new(&setup);
    g_autofree char *all =
        g_strdup_printf("%" G_GUINT64_FORMAT " files and %" G_GUINT64_FORMAT " directories of %s",
                        report->n_files, report->n_directories, directory);

    print_size(terminal, report->size, all);
    for (guint i = 0; i < report->largest->len; i++) {
        const CddContextEntry *entry = report->largest->pdata[i];

        print_size(terminal, entry->size, entry->path);
    }
    print_proposal(terminal, report, written);
}

static void
add_largest(JsonBuilder *line, const GPtrArray *largest)
{
    json_begin_array(line, "largest");
    for (guint i = 0; i < largest->len; i++) {
        const CddContextEntry *entry = largest->pdata[i];

        json_builder_begin_object(line);
        json_add_string(line, "path", entry->path);
        json_add_number(line, "size", (gint64)entry->size);
        json_builder_end_object(line);
    }
    json_builder_end_array(line);
}

static void
print_json(const CddContextReport *report, const char *directory, gboolean written)
{
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "type", "context_report");
    json_add_string(line, "context", directory);
    json_add_number(line, "files", (gint64)report->n_files);
    json_add_number(line, "directories", (gint64)report->n_directories);
    json_add_number(line, "size", (gint64)report->size);
    add_largest(line, report->largest);
    json_add_string(line, "ignore_file", report->ignore_path);
    json_add_strings(line, "proposed", (const char *const *)report->proposed_patterns);
    json_add_number(line, "saved_files", (gint64)report->saved_files);
    json_add_number(line, "saved_size", (gint64)report->saved_size);
    json_add_boolean(line, "written", written);
    json_line_end(line, stdout);
}

static gboolean
check(const ImageRequest *request, GError **error)
{
    return request->dockerfile_text == NULL ||
           program_error_usage(error, "--report: cannot be combined with --file -, because "
                                      "standard input has no ignore file");
}

gboolean
image_context_report(const ImageRequest *request,
                     const Options *options,
                     gboolean write,
                     Interrupt *interrupt,
                     GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContextReport) report = NULL;
    gboolean written = FALSE;

    if (!check(request, error))
        return FALSE;
    cdd_optimize_build_context_async(request->context_dir, request->file,
                                     interrupt_get_cancellable(interrupt), await_ready, &done);
    report = cdd_optimize_build_context_finish(await(&done), error);
    if (report == NULL) {
        interrupt_settle(interrupt, error);
        return FALSE;
    }
    written = write && *report->proposed_patterns != NULL;
    if (written && !cdd_context_report_write_ignore(report, error))
        return FALSE;
    if (options->json)
        print_json(report, request->context_dir, written);
    else if (!options->quiet)
        print_text(report, request->context_dir, written);
    return TRUE;
}
