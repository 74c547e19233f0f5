/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The builds of targets are processes whose events become events of one run: emit() alone passes
 * them to the state and the view. Each writes the record of its own build; this run writes
 * summary.json.
 */
#include "matrix.h"

#include "../base/clock.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "../events/event-fields.h"
#include "../events/event-target.h"
#include "../events/host-event.h"
#include "matrix-files.h"
#include "target-process.h"

#include <stdarg.h>

enum {
    MAX_NAMES = 5
};

typedef struct Matrix Matrix;

/* The build of one target. */
typedef struct {
    Matrix *matrix;
    RunTarget *target;      /* borrowed from the state */
    TargetProcess *process; /* NULL before and after */
    guint place;            /* among the builds that run at a time */
    char *said;             /* state in its run_complete; NULL before */
    char *error;            /* and its error */
} Job;

struct Matrix {
    const MatrixRequest *request;
    RunState *state;
    GPtrArray *jobs; /* Job, in the order of the targets */
    guint builds;    /* that may run at a time */
    guint next;      /* the first job that was never started */
    guint running;
    gboolean stopped; /* no further build is started */
    MatrixFiles *files;
    gint64 started;       /* wall clock, microseconds */
    gint64 started_clock; /* milliseconds */
};

static void
job_free(gpointer data)
{
    Job *job = data;

    target_process_free(job->process);
    g_free(job->said);
    g_free(job->error);
    g_free(job);
}

/* --- Events --- */

static void
emit(Matrix *self, const CddBuildEvent *event, gint64 timestamp)
{
    View *view = self->request->view;

    run_state_apply(self->state, event, clock_now());
    view->on_event(view, self->state, event, timestamp);
}

/* Emits an event of this run. Consumes @event. */
static void
emit_own(Matrix *self, CddBuildEvent *event)
{
    emit(self, event, clock_timestamp());
    cdd_build_event_free(event);
}

static void
say(Matrix *self, const char *level, const char *message)
{
    emit_own(self, host_event_log(level, message));
}

static char *
print_number(gint64 number)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static const char *
name_end(const GError *failure)
{
    if (failure == NULL)
        return "success";
    return g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "interrupted" : "failed";
}

/* --- The end of one build --- */

static gboolean
is_interrupted(const Matrix *self)
{
    return g_cancellable_is_cancelled(interrupt_get_cancellable(self->request->interrupt));
}

/* The state of a build that has ended. It says so itself, and its exit code must agree. */
static TargetStatus
judge(const Job *job)
{
    int code = target_process_get_exit_code(job->process);

    if (code == 0 && g_strcmp0(job->said, "success") == 0)
        return TARGET_SUCCESS;
    if (g_strcmp0(job->said, "interrupted") == 0 ||
        (job->said == NULL && is_interrupted(job->matrix)))
        return TARGET_INTERRUPTED;
    return TARGET_FAILED;
}

static char *
explain(const Job *job, TargetStatus status)
{
    if (status == TARGET_SUCCESS)
        return NULL;
    if (job->error != NULL)
        return g_strdup(job->error);
    return status == TARGET_INTERRUPTED ? g_strdup("interrupted")
                                        : target_process_describe_end(job->process);
}

/* @status: of a build that has ended, or was never started. Decides whether a further one is. */
static void
complete(Job *job, TargetStatus status)
{
    Matrix *self = job->matrix;
    gboolean ran = job->process != NULL;
    int code = ran ? target_process_get_exit_code(job->process) : -1;
    g_autofree char *exit_code = code >= 0 ? print_number(code) : NULL;
    g_autofree char *ms = ran ? print_number(clock_now() - job->target->started) : NULL;
    g_autofree char *cause = ran ? explain(job, status) : g_strdup(job->error);
    g_autofree char *error = event_bounded(cause);

    emit_own(self, host_event_progress("target_complete", "target", job->target->name, "state",
                                       target_status_get_name(status), "ms", ms, "exit_code",
                                       exit_code, "error", error, NULL));
    if (status == TARGET_FAILED && !self->request->config->continue_on_error)
        self->stopped = TRUE;
}

static void start_next(Matrix *self, guint place);

static void
on_job_end(gpointer user_data)
{
    Job *job = user_data;
    Matrix *self = job->matrix;
    TargetStatus status = judge(job);

    complete(job, status);
    g_clear_pointer(&job->process, target_process_free);
    self->running--;
    start_next(self, job->place);
}

/* --- Starting builds --- */

static void
keep_text(char **field, const CddBuildEvent *event, const char *key)
{
    g_clear_pointer(field, g_free);
    event_set_text(field, event, key);
}

static void
on_job_event(const CddBuildEvent *event, gint64 timestamp, gpointer user_data)
{
    Job *job = user_data;
    gboolean is_progress = cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_PROGRESS;
    g_autoptr(CddBuildEvent) changed = NULL;

    /* When a build starts and ends, this run says. */
    if (is_progress && g_str_has_prefix(cdd_build_event_get_name(event), "target_"))
        return;
    if (is_progress && g_str_equal(cdd_build_event_get_name(event), "run_complete")) {
        keep_text(&job->said, event, "state");
        keep_text(&job->error, event, "error");
    }
    changed = event_of_target(event, job->target->name, job->target->directory);
    if (changed != NULL)
        emit(job->matrix, changed, timestamp);
}

static char **
make_arguments(const Matrix *self, const Job *job)
{
    const MatrixRequest *request = self->request;
    guint jobs = matrix_count_jobs(request->config->parallel_jobs, self->builds, job->place);
    GPtrArray *arguments = g_ptr_array_new();

    g_ptr_array_add(arguments, g_strdup("build"));
    g_ptr_array_add(arguments, g_strdup("--json"));
    g_ptr_array_add(arguments, g_strconcat("--target=", job->target->name, NULL));
    g_ptr_array_add(arguments, g_strdup_printf("--jobs=%u", jobs));
    if (request->config->parallel_jobs == 0)
        g_ptr_array_add(arguments, g_strdup_printf("--memory-share=%u", self->builds));
    for (const char *const *argument = request->arguments; *argument != NULL; argument++)
        g_ptr_array_add(arguments, g_strdup(*argument));
    if (request->workspace != NULL) {
        g_ptr_array_add(arguments, g_strdup("--"));
        g_ptr_array_add(arguments, g_strdup(request->workspace));
    }
    g_ptr_array_add(arguments, NULL);
    return (char **)g_ptr_array_free(arguments, FALSE);
}

/* Returns whether its build runs. */
static gboolean
start(Job *job, guint place)
{
    Matrix *self = job->matrix;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) arguments = NULL;

    job->place = place;
    arguments = make_arguments(self, job);
    emit_own(self, host_event_progress("target_start", "target", job->target->name, NULL));
    job->process =
        target_process_new(&(TargetProcessSetup){.arguments = (const char *const *)arguments,
                                                 .on_event = on_job_event,
                                                 .on_end = on_job_end,
                                                 .user_data = job},
                           &error);
    if (job->process != NULL) {
        self->running++;
        return TRUE;
    }
    job->error = g_strdup_printf("starting its build: %s", error->message);
    complete(job, TARGET_FAILED);
    return FALSE;
}

static void
start_next(Matrix *self, guint place)
{
    while (!self->stopped && self->next < self->jobs->len)
        if (start(self->jobs->pdata[self->next++], place))
            return;
}

/* --- Signals --- */

static void
on_interrupt(guint count, gpointer user_data)
{
    Matrix *self = user_data;

    self->stopped = TRUE;
    if (count == 1) {
        emit_own(self, host_event_progress("interrupted", NULL));
        say(self, "warning", "stopping the builds; a second signal kills them");
    } else {
        say(self, "warning", "killing the builds");
    }
    for (guint i = 0; i < self->jobs->len; i++) {
        const Job *job = self->jobs->pdata[i];

        if (job->process != NULL)
            target_process_stop(job->process);
    }
}

/* --- The end of all --- */

static void
append_names(GString *message, const RunState *state, TargetStatus status)
{
    guint named = 0;

    for (guint i = 0; i < state->targets->len; i++) {
        const RunTarget *target = state->targets->pdata[i];

        if (target->status != status)
            continue;
        if (named++ == MAX_NAMES) {
            g_string_append(message, ", ...");
            return;
        }
        g_string_append_printf(message, "%s%s", named > 1 ? ", " : "", target->name);
    }
}

static guint
count_targets(const RunState *state, TargetStatus status)
{
    guint count = 0;

    for (guint i = 0; i < state->targets->len; i++)
        count += ((const RunTarget *)state->targets->pdata[i])->status == status;
    return count;
}

/* Whether all failures are usage errors. */
static gboolean
is_misused(const RunState *state)
{
    enum {
        EXIT_STATUS_USAGE = 2
    };

    for (guint i = 0; i < state->targets->len; i++) {
        const RunTarget *target = state->targets->pdata[i];

        if (target->status == TARGET_FAILED && target->exit_code != EXIT_STATUS_USAGE)
            return FALSE;
    }
    return TRUE;
}

static GError *
conclude(const Matrix *self)
{
    const RunState *state = self->state;
    guint failed = count_targets(state, TARGET_FAILED);
    guint skipped = count_targets(state, TARGET_SKIPPED);
    g_autoptr(GString) message = g_string_new(NULL);

    if (is_interrupted(self) || count_targets(state, TARGET_INTERRUPTED) > 0)
        return g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    if (failed == 0)
        return NULL;
    g_string_append_printf(message, "%u of %u targets failed: ", failed, state->targets->len);
    append_names(message, state, TARGET_FAILED);
    if (skipped > 0)
        g_string_append_printf(message, "; %u %s not built", skipped,
                               skipped == 1 ? "was" : "were");
    return g_error_new_literal(PROGRAM_ERROR,
                               is_misused(state) ? PROGRAM_ERROR_USAGE : PROGRAM_ERROR_FAILED,
                               message->str);
}

static RunSummary
summarise(const Matrix *self, const GError *failure)
{
    return (RunSummary){
        .success = failure == NULL,
        .interrupted = g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED),
        .error = failure != NULL ? failure->message : NULL,
        .workspace = self->request->config->colcon_repo,
        .started = self->started,
        .duration = clock_now() - self->started_clock,
        .state = self->state,
    };
}

static gboolean
is_unchanged(const RunState *state)
{
    for (guint i = 0; i < state->targets->len; i++)
        if (!run_target_is_unchanged(state->targets->pdata[i]))
            return FALSE;
    return TRUE;
}

static void
announce_end(Matrix *self, const GError *failure)
{
    g_autofree char *ms = print_number(clock_now() - self->started_clock);
    g_autofree char *message = event_bounded(failure != NULL ? failure->message : NULL);

    emit_own(self, host_event_progress("run_complete", "state", name_end(failure), "ms", ms,
                                       "error", message, NULL));
}

static void
show_end(const Matrix *self, const GError *failure)
{
    View *view = self->request->view;

    view->on_end(
        view, self->state,
        &(ViewEnd){.success = failure == NULL,
                   .interrupted = g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED),
                   .unchanged = is_unchanged(self->state),
                   .duration = clock_now() - self->started_clock});
}

static gboolean
end(Matrix *self, GError **error)
{
    GError *failure = conclude(self);
    g_autoptr(GError) unwritten = NULL;
    RunSummary summary;

    run_state_end(self->state, clock_now());
    announce_end(self, failure);
    summary = summarise(self, failure);
    if (!matrix_files_close(self->files, &summary, &unwritten)) {
        if (failure == NULL)
            failure = g_steal_pointer(&unwritten);
        else
            program_error_append(&failure, "; and %s", unwritten->message);
    }
    show_end(self, failure);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

/* --- The run --- */

static Job *
job_new(Matrix *self, const char *name)
{
    g_autofree char *directory = g_build_filename(OUTPUT_TARGETS, name, NULL);
    Job *job = g_new0(Job, 1);

    run_state_add_target(self->state, name, directory);
    job->matrix = self;
    job->target = run_state_get_target(self->state, name);
    return job;
}

static gboolean
begin(Matrix *self, GError **error)
{
    const MatrixRequest *request = self->request;
    RunSummary summary;

    for (char *const *name = request->targets; *name != NULL; name++)
        g_ptr_array_add(self->jobs, job_new(self, *name));
    summary = summarise(self, NULL);
    summary.success = FALSE;
    summary.running = TRUE;
    self->builds = matrix_count_builds(request->config->parallel_jobs, self->jobs->len);
    self->files = matrix_files_open(request->config->repository_dir, &summary, error);
    if (self->files == NULL)
        return FALSE;
    emit_own(self, host_event_progress("run", "workspace", request->config->colcon_repo, "version",
                                       PROGRAM_VERSION, NULL));
    return TRUE;
}

/* Targets that were never started are reported last. */
static void
skip_rest(Matrix *self)
{
    for (; self->next < self->jobs->len; self->next++)
        complete(self->jobs->pdata[self->next], TARGET_SKIPPED);
}

static void
build_all(Matrix *self)
{
    for (guint place = 0; place < self->builds; place++)
        start_next(self, place);
    while (self->running > 0)
        g_main_context_iteration(NULL, TRUE);
    skip_rest(self);
}

gboolean
matrix_run(const MatrixRequest *request, RunState *state, GError **error)
{
    Matrix self = {
        .request = request,
        .state = state,
        .jobs = g_ptr_array_new_with_free_func(job_free),
        .started = g_get_real_time(),
        .started_clock = clock_now(),
    };
    gboolean success = FALSE;

    if (begin(&self, error)) {
        interrupt_set_handler(request->interrupt, on_interrupt, &self);
        build_all(&self);
        interrupt_set_handler(request->interrupt, NULL, NULL);
        success = end(&self, error);
    }
    matrix_files_free(self.files);
    g_ptr_array_unref(self.jobs);
    return success;
}

static guint
settle_jobs(guint jobs)
{
    return jobs > 0 ? jobs : g_get_num_processors();
}

guint
matrix_count_builds(guint jobs, guint n_targets)
{
    return MIN(settle_jobs(jobs), n_targets);
}

/* The first builds get what the division leaves. */
guint
matrix_count_jobs(guint jobs, guint builds, guint place)
{
    guint all = settle_jobs(jobs);

    return MAX(all / builds + (place < all % builds ? 1 : 0), 1);
}
