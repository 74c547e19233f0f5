/* SPDX-License-Identifier: Apache-2.0 */
#include "clean-report.h"

#include "../base/json.h"
#include "../base/program-error.h"
#include "../base/terminal.h"
#include "../base/text.h"
#include "../image/leftover-words.h"

#include <string.h>

struct CleanReport {
    const Engine *engine;
    const Options *options;
    gboolean dry_run;
    GPtrArray *removed; /* Leftover; borrowed, as in the next two */
    GPtrArray *kept;
    GPtrArray *failed;
    GPtrArray *errors; /* char *, one for each of failed */
};

CleanReport *
clean_report_new(const Engine *engine, const Options *options, gboolean dry_run)
{
    CleanReport *self = g_new0(CleanReport, 1);

    self->engine = engine;
    self->options = options;
    self->dry_run = dry_run;
    self->removed = g_ptr_array_new();
    self->kept = g_ptr_array_new();
    self->failed = g_ptr_array_new();
    self->errors = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
clean_report_free(CleanReport *self)
{
    g_ptr_array_unref(self->removed);
    g_ptr_array_unref(self->kept);
    g_ptr_array_unref(self->failed);
    g_ptr_array_unref(self->errors);
    g_free(self);
}

static gboolean
prints_text(const CleanReport *self)
{
    return !self->options->json && !self->options->quiet;
}

/* ": 1.2 GiB, 3 hours old", or less if the engine does not say. */
static char *
describe(const CleanReport *self, const Leftover *leftover)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;

    if (leftover->size >= 0)
        g_ptr_array_add(parts, text_size((guint64)leftover->size));
    if (leftover->created > 0) {
        g_autofree char *age = text_age(engine_get_time(self->engine) - leftover->created);

        g_ptr_array_add(parts, g_strconcat(age, " old", NULL));
    }
    if (parts->len == 0)
        return g_strdup("");
    g_ptr_array_add(parts, NULL);
    text = g_strjoinv(", ", (char **)parts->pdata);
    return g_strconcat(": ", text, NULL);
}

void
clean_report_removed(CleanReport *self, const Leftover *leftover)
{
    g_autofree char *details = describe(self, leftover);

    g_ptr_array_add(self->removed, (gpointer)leftover);
    if (prints_text(self))
        printf("%s %s %s%s\n", self->dry_run ? "would remove" : "removed",
               leftover_get_name(leftover), leftover->name, details);
}

void
clean_report_kept(CleanReport *self, const Leftover *leftover)
{
    g_ptr_array_add(self->kept, (gpointer)leftover);
    if (prints_text(self))
        printf("%s %s %s: %s\n", self->dry_run ? "would keep" : "kept", leftover_get_name(leftover),
               leftover->name, leftover->use);
}

void
clean_report_failed(CleanReport *self, const Leftover *leftover, const GError *error)
{
    g_autofree char *message = g_strdup(error->message);

    if (strstr(message, leftover->name) == NULL) {
        g_free(message);
        message = g_strdup_printf("%s %s: %s", leftover_get_name(leftover), leftover->name,
                                  error->message);
    }
    g_ptr_array_add(self->failed, (gpointer)leftover);
    if (!self->options->json)
        terminal_write_error(stderr, message);
    g_ptr_array_add(self->errors, g_steal_pointer(&message));
}

static void
print_sum(const CleanReport *self)
{
    g_autofree char *counts = leftovers_count(self->removed);

    if (self->removed->len > 0)
        printf("%s %s\n", self->dry_run ? "would remove" : "removed", counts);
    else if (self->failed->len == 0)
        puts("nothing to remove");
}

/* @errors: of each, or NULL. */
static void
add_list(JsonBuilder *line, const char *name, const GPtrArray *leftovers, const GPtrArray *errors)
{
    json_begin_array(line, name);
    for (guint i = 0; i < leftovers->len; i++) {
        const Leftover *leftover = leftovers->pdata[i];
        g_autoptr(GDateTime) created = g_date_time_new_from_unix_utc(leftover->created);
        g_autofree char *time = leftover->created > 0 ? g_date_time_format_iso8601(created) : NULL;

        json_builder_begin_object(line);
        json_add_string(line, "kind", leftover_get_id(leftover));
        json_add_string(line, "name", leftover->name);
        json_add_string(line, "id", leftover->id);
        if (leftover->size >= 0)
            json_add_number(line, "size", leftover->size);
        json_add_string(line, "created", time);
        json_add_string(line, "reason", leftover->use);
        json_add_string(line, "error", errors != NULL ? errors->pdata[i] : NULL);
        json_builder_end_object(line);
    }
    json_builder_end_array(line);
}

static void
print_json(const CleanReport *self)
{
    JsonBuilder *line = json_line_begin();

    json_add_boolean(line, "dry_run", self->dry_run);
    add_list(line, "removed", self->removed, NULL);
    add_list(line, "kept", self->kept, NULL);
    add_list(line, "failed", self->failed, self->errors);
    json_add_number(line, "size", (gint64)leftovers_sum_sizes(self->removed));
    json_line_end(line, stdout);
}

gboolean
clean_report_end(const CleanReport *self, GError **error)
{
    if (self->options->json)
        print_json(self);
    else if (prints_text(self))
        print_sum(self);
    if (self->failed->len == 0)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "%u of %u leftovers could not be removed", self->failed->len,
                self->failed->len + self->removed->len);
    return FALSE;
}
