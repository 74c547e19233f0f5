/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/clock.h"
#include "../base/image-name.h"
#include "../base/text.h"
#include "bar.h"
#include "image-view.h"

#include <string.h>

enum {
    TICK_SECONDS = 1,
    SHORT_STEP = 1000, /* milliseconds; the duration of a shorter step is not printed */
    ID_DIGITS = 12,
    MAX_BAR = 24, /* columns */
};

typedef struct {
    char *key;
    char *label;
    gint64 started;  /* milliseconds of the monotonic clock */
    gboolean headed; /* its line has been printed */
} Step;

typedef struct {
    ImageView view;
    Terminal *terminal;
    FILE *out;
    ViewDetail detail;
    GPtrArray *working; /* Step, in the order in which they began */
    char *last;         /* the key of the step whose line or output was printed last */
    char *moving;       /* what the last report of progress is about, or NULL */
    guint64 moved;      /* bytes */
    guint64 all;        /* bytes; 0 if that is unknown */
    guint step;         /* of the Dockerfile; the highest that is done */
    guint steps;        /* 0 if there are no numbered steps */
    gint64 started;     /* milliseconds of the monotonic clock */
    guint tick;
} PlainView;

static void
step_free(gpointer data)
{
    Step *step = data;

    g_free(step->key);
    g_free(step->label);
    g_free(step);
}

static char *
make_key(const CddBuildProgress *progress)
{
    if (progress->id != NULL)
        return g_strdup(progress->id);
    return g_strdup_printf("%u", progress->current_step);
}

static Step *
find_step(const PlainView *self, const char *key)
{
    for (guint i = 0; i < self->working->len; i++) {
        Step *step = self->working->pdata[i];

        if (g_str_equal(step->key, key))
            return step;
    }
    return NULL;
}

static char *
compose_status(const PlainView *self, const TerminalSpace *space)
{
    g_autoptr(StyledLine) line = styled_line_new(space->columns, space->colour);
    g_autofree char *elapsed = text_clock(clock_now() - self->started);

    bar_put(line, space, MIN(MAX_BAR, space->columns / 4), self->step, self->steps);
    styled_line_printf(line, STYLE_STRONG, " %u/%u", self->step, self->steps);
    styled_line_printf(line, STYLE_PLAIN, "  %s", elapsed);
    return styled_line_take(line);
}

static char *
compose_step(const Step *step, const TerminalSpace *space)
{
    g_autoptr(StyledLine) line = styled_line_new(space->columns, space->colour);
    g_autofree char *elapsed = text_clock(clock_now() - step->started);

    styled_line_printf(line, STYLE_PLAIN, "%5s  ", elapsed);
    styled_line_put(line, STYLE_ACTIVE, step->label);
    return styled_line_take(line);
}

static char *
compose_moving(const PlainView *self, const TerminalSpace *space)
{
    g_autoptr(StyledLine) line = styled_line_new(space->columns, space->colour);
    g_autofree char *moved = text_size(self->moved);
    g_autofree char *count = bar_count((gint64)self->moved, (gint64)self->all, TRUE);

    if (self->all > 0) {
        bar_put(line, space, MIN(MAX_BAR, space->columns / 4), (gint64)self->moved,
                (gint64)self->all);
        styled_line_printf(line, STYLE_STRONG, " %s", count);
    } else if (self->moved > 0) {
        styled_line_put(line, STYLE_STRONG, moved);
    }
    styled_line_printf(line, STYLE_FAINT, "%s%s", self->moved > 0 ? "  " : "", self->moving);
    return styled_line_take(line);
}

/* How far it is, the steps that are at work, and what is being moved. */
static void
compose(GPtrArray *lines, const TerminalSpace *space, gpointer user_data)
{
    const PlainView *self = user_data;

    if (self->steps > 0)
        g_ptr_array_add(lines, compose_status(self, space));
    for (guint i = 0; i < self->working->len; i++)
        g_ptr_array_add(lines, compose_step(self->working->pdata[i], space));
    if (self->moving != NULL)
        g_ptr_array_add(lines, compose_moving(self, space));
}

/* BuildKit's own steps: reading the Dockerfile, sending the context. */
static gboolean
is_internal(const char *label)
{
    return g_str_has_prefix(label, "[internal]");
}

static gboolean
is_shown(const PlainView *self, const char *label)
{
    return self->detail == VIEW_VERBOSE || !is_internal(label);
}

static void
set_last(PlainView *self, const char *key)
{
    g_free(self->last);
    self->last = g_strdup(key);
}

/* A step gets a line of its own once it takes a while or writes something. A step that ends at once
 * gets one line, at its end. */
static void
print_heads(PlainView *self)
{
    for (guint i = 0; i < self->working->len; i++) {
        Step *step = self->working->pdata[i];

        if (step->headed || !is_shown(self, step->label))
            continue;
        terminal_put(self->terminal, STYLE_STRONG, step->label);
        terminal_end_line(self->terminal);
        step->headed = TRUE;
        set_last(self, step->key);
    }
}

static gboolean
on_tick(gpointer user_data)
{
    PlainView *self = user_data;

    print_heads(self);
    terminal_redraw(self->terminal);
    return G_SOURCE_CONTINUE;
}

static void
on_started(PlainView *self, const char *key, const char *label)
{
    Step *step = NULL;

    if (find_step(self, key) != NULL)
        return;
    step = g_new0(Step, 1);
    step->key = g_strdup(key);
    step->label = g_strdup(label);
    step->started = clock_now();
    g_ptr_array_add(self->working, step);
}

/* Prints the end under the step's own line, or with its name if another line came between. */
static void
put_end(PlainView *self, const char *key, const char *label)
{
    if (g_strcmp0(self->last, key) == 0)
        terminal_put(self->terminal, STYLE_FAINT, "    ");
    else
        terminal_printf(self->terminal, STYLE_STRONG, "%s ", label);
}

static void
print_end(PlainView *self,
          const char *key,
          const char *label,
          CddBuildStepState state,
          gint64 milliseconds)
{
    gboolean is_last = g_strcmp0(self->last, key) == 0;
    g_autofree char *duration = text_duration(milliseconds);

    /* Under its own line, a short duration is not worth a line. */
    if (state == CDD_BUILD_STEP_DONE && is_last && milliseconds < SHORT_STEP)
        return;
    put_end(self, key, label);
    if (state == CDD_BUILD_STEP_CACHED)
        terminal_put(self->terminal, STYLE_GOOD, "cached");
    else if (state == CDD_BUILD_STEP_FAILED)
        terminal_printf(self->terminal, STYLE_BAD, "FAILED %s", duration);
    else
        terminal_printf(self->terminal, STYLE_FAINT, "%s", duration);
    terminal_end_line(self->terminal);
    set_last(self, NULL);
}

static void
on_ended(PlainView *self, const char *key, const char *label, const CddBuildProgress *progress)
{
    Step *step = find_step(self, key);
    gint64 elapsed = step != NULL ? clock_now() - step->started : 0;

    if (progress->duration > 0)
        elapsed = progress->duration;
    /* A failed step always gets a line. */
    if (is_shown(self, label) || progress->state == CDD_BUILD_STEP_FAILED)
        print_end(self, key, label, progress->state, elapsed);
    if (step != NULL)
        g_ptr_array_remove(self->working, step);
}

static void
on_moved(PlainView *self, const CddBuildProgress *progress)
{
    g_free(self->moving);
    self->moving = g_strdup(progress->message != NULL ? progress->message : "");
    self->moved = progress->current;
    self->all = progress->total;
}

static void
print_warning(PlainView *self, const char *message)
{
    terminal_put(self->terminal, STYLE_WARNING, "warning: ");
    terminal_put(self->terminal, STYLE_PLAIN, message != NULL ? message : "");
    terminal_end_line(self->terminal);
    set_last(self, NULL);
}

/* Stages of a Dockerfile have their own numbers: those of the longest are shown. */
static void
count_step(PlainView *self, const CddBuildProgress *progress)
{
    if (progress->total_steps < self->steps)
        return;
    if (progress->total_steps > self->steps)
        self->step = 0;
    self->steps = progress->total_steps;
    if (progress->state == CDD_BUILD_STEP_DONE || progress->state == CDD_BUILD_STEP_CACHED)
        self->step = MAX(self->step, progress->current_step);
}

static void
on_progress(ImageView *view, const CddBuildProgress *progress)
{
    PlainView *self = (PlainView *)view;
    g_autofree char *key = make_key(progress);
    g_autofree char *label = image_view_label(progress);

    if (self->detail == VIEW_QUIET)
        return;
    count_step(self, progress);
    if (progress->state != CDD_BUILD_STEP_WORKING)
        g_clear_pointer(&self->moving, g_free);
    switch (progress->state) {
    case CDD_BUILD_STEP_WORKING:
        on_moved(self, progress);
        break;
    case CDD_BUILD_STEP_STARTED:
        on_started(self, key, label);
        break;
    case CDD_BUILD_STEP_CACHED:
    case CDD_BUILD_STEP_DONE:
    case CDD_BUILD_STEP_FAILED:
        on_ended(self, key, label, progress);
        break;
    case CDD_BUILD_STEP_WARNING:
        print_warning(self, progress->message);
        break;
    }
    terminal_redraw(self->terminal);
}

/* Lines of the classic builder, Docker's or Podman's, that are not output of a step. The view shows
 * the steps itself. */
static gboolean
is_narration(const char *line)
{
    static const char *const beginnings[] = {
        "Step ",
        " ---> ",
        "Removing intermediate container ",
        "Successfully built ",
        "Successfully tagged ",
        "STEP ",
        "--> ",
        "COMMIT ",
    };

    if (image_name_is_id(line))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
        if (g_str_has_prefix(line, beginnings[i]))
            return TRUE;
    return FALSE;
}

static void
on_line(ImageView *view, CddOutputStream stream, const char *line)
{
    PlainView *self = (PlainView *)view;

    if (self->detail == VIEW_QUIET || (self->detail < VIEW_VERBOSE && is_narration(line)))
        return;
    print_heads(self);
    terminal_put(self->terminal, STYLE_FAINT, "    | ");
    terminal_put(self->terminal, STYLE_PLAIN, line);
    terminal_end_line(self->terminal);
}

static char *
short_id(const char *id)
{
    const char *digits = g_str_has_prefix(id, "sha256:") ? id + strlen("sha256:") : id;

    return g_strndup(digits, ID_DIGITS);
}

static void
print_result(PlainView *self, const ImageResult *result)
{
    g_autofree char *duration = text_duration(result->duration);
    g_autofree char *id = short_id(result->id);
    g_autofree char *names =
        result->names != NULL ? g_strjoinv(", ", (char **)result->names) : NULL;

    terminal_put(self->terminal, STYLE_GOOD, "Built ");
    if (names != NULL && *names != '\0')
        terminal_printf(self->terminal, STYLE_STRONG, "%s ", names);
    if (*id != '\0')
        terminal_printf(self->terminal, STYLE_PLAIN, "(%s) ", id);
    if (result->output != NULL)
        terminal_printf(self->terminal, STYLE_PLAIN, "into %s ", result->output);
    terminal_printf(self->terminal, STYLE_PLAIN, "in %s", duration);
    terminal_end_line(self->terminal);
    if (result->advice == NULL)
        return;
    terminal_put(self->terminal, STYLE_PLAIN, result->advice);
    terminal_end_line(self->terminal);
}

static void
on_end(ImageView *view, const ImageResult *result)
{
    PlainView *self = (PlainView *)view;

    g_ptr_array_set_size(self->working, 0);
    g_clear_pointer(&self->moving, g_free);
    terminal_set_footer(self->terminal, NULL, NULL);
    if (result->error != NULL)
        return;
    if (self->detail > VIEW_QUIET)
        print_result(self, result);
    else if (result->id != NULL && *result->id != '\0')
        fprintf(self->out, "%s\n", result->id);
}

static void
free_view(ImageView *view)
{
    PlainView *self = (PlainView *)view;

    g_clear_handle_id(&self->tick, g_source_remove);
    g_ptr_array_unref(self->working);
    terminal_free(self->terminal);
    g_free(self->last);
    g_free(self->moving);
    g_free(self);
}

ImageView *
image_view_plain_new(Terminal *terminal, FILE *out, ViewDetail detail)
{
    PlainView *self = g_new0(PlainView, 1);

    self->view.on_progress = on_progress;
    self->view.on_line = on_line;
    self->view.on_end = on_end;
    self->view.free = free_view;
    self->terminal = terminal;
    self->out = out;
    self->detail = detail;
    self->started = clock_now();
    self->working = g_ptr_array_new_with_free_func(step_free);
    if (detail < VIEW_NORMAL)
        return &self->view;
    terminal_set_footer(terminal, compose, self);
    self->tick = g_timeout_add_seconds(TICK_SECONDS, on_tick, self);
    return &self->view;
}
