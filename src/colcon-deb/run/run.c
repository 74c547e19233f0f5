/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run goes through the steps of run(), at the end of this file. Everything that happens meanwhile
 * (a line of output, a layer of a pull, a signal) becomes an event of reporter.h.
 */
#include "run.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "../events/host-event.h"
#include "../image/dockerfile.h"
#include "../image/engine-image.h"
#include "../image/own-containers.h"
#include "../incremental/incremental.h"
#include "../layer/layer-expiry.h"
#include "../repository/repository.h"
#include "../view/image-view-events.h"
#include "acceleration-check.h"
#include "artifacts.h"
#include "build-container.h"
#include "container-end.h"
#include "introduction.h"
#include "remote-build.h"
#include "reporter.h"
#include "run-spec.h"
#include "shell-session.h"
#include "verdict.h"

typedef enum {
    RUN_PREPARING, /* engine and image */
    RUN_WORKING,   /* the container */
    RUN_STOPPING,  /* the container, after the first signal */
    RUN_ENDED,
} RunPhase;

typedef enum {
    SHELL_NOT_READY, /* also of a run without a shell */
    SHELL_READY,     /* the container waits for it */
    SHELL_OPENED,
} ShellState;

typedef struct {
    const RunRequest *request;
    const Config *config;
    GCancellable *cancellable;
    RunPhase phase;
    Reporter reporter;
    RunState *state;           /* the reporter's */
    Engine *engine;            /* NULL before the engine is chosen */
    Incremental *incremental;  /* only of a build; NULL if a source could not be read */
    BuildContainer *container; /* NULL before it is needed */
    RemoteBuild *remote;       /* NULL if the engine sees the files of this machine */
    gboolean is_complete;      /* all that was made is in the output */
    GCancellable *giving_up;   /* the second signal: no results are brought back */
    ShellState shell;
    GError *shell_failure; /* why the shell was not opened, or was lost; or NULL */
} Run;

static const char *
get_container(const Run *run)
{
    return run->container != NULL ? build_container_get_id(run->container) : NULL;
}

static gboolean
is_build(const Run *run)
{
    return run->request->mode == CDD_BUILD_MODE_BUILD;
}

static void
on_killed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GError) error = NULL;

    /* The container may have ended by itself meanwhile. */
    if (!cdd_service_kill_container_finish(CDD_SERVICE(source), result, &error))
        g_debug("killing the container: %s", error->message);
}

static void
on_interrupt(guint count, gpointer user_data)
{
    Run *run = user_data;

    if (count == 1) {
        reporter_emit_own(&run->reporter, host_event_progress("interrupted", NULL));
        reporter_say(&run->reporter, "warning", "%s",
                     run->phase == RUN_WORKING && run->shell == SHELL_NOT_READY
                         ? "stopping the build; a second signal kills it"
                         : "stopping");
        if (run->phase == RUN_WORKING)
            run->phase = RUN_STOPPING;
        return;
    }
    g_cancellable_cancel(run->giving_up);
    if (run->phase == RUN_STOPPING && get_container(run) != NULL) {
        reporter_say(&run->reporter, "warning", "killing the build");
        cdd_service_kill_container_async(run->engine->service, get_container(run), "SIGKILL", NULL,
                                         on_killed, NULL);
    }
}

/* Only a build needs the key. */
static gboolean
check_key(Run *run, GError **error)
{
    return !is_build(run) || repository_check_key(run->config, run->cancellable, error);
}

static gboolean
open_engine(Run *run, GError **error)
{
    g_autofree char *substitute = NULL;

    run->engine = engine_open(run->config, run->cancellable, error);
    run->reporter.engine = run->engine;
    substitute = run->engine != NULL ? engine_describe_substitute(run->engine) : NULL;
    if (substitute != NULL)
        reporter_say(&run->reporter, "info", "%s", substitute);
    return run->engine != NULL;
}

/* A pull or a build of the image is a stage like those of the container. */
static gboolean
fetch_image(Run *run, GError **error)
{
    g_autoptr(ImageView) view = image_view_events_new(reporter_emit, &run->reporter);
    const CddOutputHandler handler = image_view_get_handler(view);
    GError *failure = NULL;
    gboolean fetched =
        engine_get_image(run->engine, run->config, &handler, run->cancellable, &failure);

    image_view_end(view, &(ImageResult){.error = failure});
    if (failure != NULL)
        g_propagate_error(error, failure);
    return fetched;
}

/* A check pulls and builds nothing. */
static gboolean
get_image(Run *run, GError **error)
{
    if (!engine_check_platform(run->engine, run->config, run->cancellable, error) ||
        !engine_choose_image(run->engine, run->config, error))
        return FALSE;
    if (run->request->mode == CDD_BUILD_MODE_CHECK && run->config->dockerfile != NULL)
        return engine_look_up_image(run->engine, run->config, run->cancellable, error);
    return fetch_image(run, error);
}

/* A failure is a warning: the container then checks every package. */
static gboolean
take_stock(Run *run, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (!is_build(run))
        return TRUE;
    run->incremental = incremental_new(run->config, run->engine->image->id, run->engine->ros_distro,
                                       run->cancellable, &cause);
    if (g_cancellable_set_error_if_cancelled(run->cancellable, error))
        return FALSE;
    if (run->incremental == NULL)
        reporter_say(&run->reporter, "warning",
                     "changes since the last build cannot be detected: %s", cause->message);
    return TRUE;
}

/* Replay happens only when nothing has changed. */
static void
on_replayed(const CddBuildEvent *event, gpointer user_data)
{
    Run *run = user_data;

    run->reporter.unchanged = TRUE;
    reporter_emit(event, &run->reporter);
}

/* The last event of a container, which this run did not need. */
static void
complete(Run *run)
{
    g_autofree char *cached = g_strdup_printf("%u", run->state->packages->len);
    g_autofree char *ms =
        g_strdup_printf("%" G_GINT64_FORMAT, reporter_get_duration(&run->reporter));

    reporter_emit_own(&run->reporter,
                      host_event_progress("build_complete", "success", "true", "built", "0",
                                          "cached", cached, "failed", "0", "interrupted", "0",
                                          "skipped", "0", "ms", ms, NULL));
}

static gboolean
is_up_to_date(Run *run)
{
    return run->incremental != NULL && !run->request->force &&
           incremental_replay(run->incremental, run_get_selection(run->request), on_replayed, run);
}

static gboolean
check_architecture(Run *run, GError **error)
{
    g_autoptr(GPtrArray) warnings = NULL;

    if (!engine_check_architecture(run->engine, &warnings, run->cancellable, error))
        return FALSE;
    for (guint i = 0; i < warnings->len; i++)
        reporter_say(&run->reporter, "warning", "%s", (const char *)warnings->pdata[i]);
    return acceleration_check(run->engine, run->config, warnings->len == 0, run->cancellable,
                              reporter_say_plain, &run->reporter, error);
}

static void
introduce(Run *run)
{
    g_autoptr(GPtrArray) events = introduction_new(run->config, run->engine, is_build(run));

    for (guint i = 0; i < events->len; i++)
        reporter_emit(events->pdata[i], &run->reporter);
}

/* Explains a lost connection: what becomes of the container, and what to do. */
static void
explain_loss(const Run *run, GError **error)
{
    if (get_container(run) != NULL &&
        (g_error_matches(*error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE) ||
         g_error_matches(*error, CDD_ERROR, CDD_ERROR_PROTOCOL)))
        container_end_explain_loss(run->engine, run->cancellable, error);
}

static void
check_artifacts(Run *run)
{
    g_autoptr(GPtrArray) failures = artifacts_check(run->state, run->config->output_dir);

    for (guint i = 0; i < failures->len; i++)
        reporter_emit(failures->pdata[i], &run->reporter);
}

/* Before a build ends, its files are compared with what the container said of them. */
static void
pass_on(const CddBuildEvent *event, gint64 timestamp, gpointer user_data)
{
    Run *run = user_data;

    if (is_build(run) && g_strcmp0(cdd_build_event_get_name(event), "build_complete") == 0)
        check_artifacts(run);
    reporter_emit_at(&run->reporter, event, timestamp);
}

static void
on_container_event(const CddBuildEvent *event, gpointer user_data)
{
    Run *run = user_data;
    gint64 timestamp = clock_timestamp();

    if (run->request->shell != NULL && run->shell == SHELL_NOT_READY &&
        g_strcmp0(cdd_build_event_get_name(event), "shell_ready") == 0)
        run->shell = SHELL_READY;
    if (run->remote != NULL)
        remote_build_take(run->remote, event, timestamp);
    else
        pass_on(event, timestamp, run);
}

static void
on_message(const char *level, const char *message, gpointer user_data)
{
    reporter_say(&((Run *)user_data)->reporter, level, "%s", message);
}

/* Opens the shell and waits for its end. Then the container has nothing more to wait for. */
static void
open_shell(Run *run)
{
    run->shell = SHELL_OPENED;
    shell_session_run(&(ShellSession){.service = run->engine->service,
                                      .container = get_container(run),
                                      .shell = run->request->shell,
                                      .rootless = run->engine->info->rootless,
                                      .cancellable = run->cancellable},
                      &run->shell_failure);
    if (!g_cancellable_is_cancelled(run->cancellable))
        cdd_service_kill_container_async(run->engine->service, get_container(run), "SIGTERM", NULL,
                                         on_killed, NULL);
}

static void
on_idle(gpointer user_data)
{
    Run *run = user_data;

    if (run->remote != NULL)
        remote_build_pass_on(run->remote);
    if (run->shell == SHELL_READY && !g_cancellable_is_cancelled(run->cancellable))
        open_shell(run);
}

/* Copies the files to an engine that cannot see them. */
static gboolean
send_files(Run *run, const CddContainerSpec *spec, GError **error)
{
    const TransferSetup setup = {
        .engine = run->engine,
        .config = run->config,
        .spec = spec,
        .is_build = run_is_of_build(run->request),
        .cancellable = run->cancellable,
        .say = reporter_say_plain,
        .user_data = &run->reporter,
    };
    gboolean needed = FALSE;

    if (!transfer_is_needed(&setup, &needed, error))
        return FALSE;
    if (!needed)
        return TRUE;
    run->remote = remote_build_begin(&setup, pass_on, run, run->giving_up, error);
    return run->remote != NULL;
}

static gboolean
bring_back(Run *run, GError **error)
{
    run->is_complete = run->remote == NULL || remote_build_end(run->remote, error);
    return run->is_complete;
}

static gboolean
judge(Run *run, const CddContainerResult *result, GError **error)
{
    g_autofree char *cause = NULL;

    if (verdict_needs_cause(run->state, result->exit_code))
        cause = container_end_explain(run->engine, result->id, result->exit_code, run->cancellable);
    return verdict(run->state, is_build(run), result->exit_code, cause, error);
}

static gboolean
judge_shell(Run *run, GError **error)
{
    if (run->shell_failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&run->shell_failure));
    return FALSE;
}

/* Appends @more, another failure of the same run. Consumes @more. */
static void
add_failure(GError **failure, GError *more)
{
    if (*failure == NULL) {
        *failure = more;
        return;
    }
    program_error_append(failure, "; and %s", more->message);
    g_error_free(more);
}

/* Why the run neither uses nor keeps a standby; NULL if it may. Podman lets several clients rename
 * a container, and input that is attached to a running one may never arrive. */
static const char *
refuse_standby(const Run *run)
{
    if (g_str_equal(run->engine->info->name, "Podman"))
        return "Podman does not pass input to a container that runs already reliably";
    return NULL;
}

/* NULL if they could not be read, and for a run without a standby. */
static const char *
get_helpers(const Run *run)
{
    return run->incremental != NULL && refuse_standby(run) == NULL
               ? incremental_get_helpers(run->incremental)
               : NULL;
}

static void
warn_of_cold(Run *run)
{
    const char *why = refuse_standby(run);

    if (is_build(run) && run->config->keep_warm > 0 && why != NULL)
        reporter_say(&run->reporter, "warning", "keep_warm has no effect, because %s", why);
}

static gboolean
work(Run *run, GError **error)
{
    g_autoptr(CddContainerSpec) spec =
        run_spec_new(run->request, run->engine, run->incremental != NULL, error);
    g_autoptr(CddContainerResult) result = NULL;
    GError *failure = NULL;
    gboolean brought = FALSE;

    if (spec == NULL || !send_files(run, spec, error))
        return FALSE;
    run->container = build_container_new(&(BuildContainerSetup){
        .engine = run->engine,
        .config = run->config,
        .spec = run->remote != NULL ? remote_build_get_spec(run->remote) : spec,
        .with_layers = run_uses_layers(run->request),
        .helpers = get_helpers(run),
        .copies = run->remote != NULL ? remote_build_get_copies(run->remote) : NULL,
        .cancellable = run->cancellable,
        .on_event = on_container_event,
        .on_idle = on_idle,
        .say = on_message,
        .user_data = run});
    warn_of_cold(run);
    run->phase = RUN_WORKING;
    result = build_container_run(run->container, error);
    if (run_uses_layers(run->request))
        layer_images_expire(run->engine->service, run->config->dependency_layers,
                            engine_get_time(run->engine), run->cancellable);
    brought = bring_back(run, &failure);
    if (result == NULL)
        explain_loss(run, error);
    if (!brought)
        add_failure(error, failure);
    return result != NULL && brought && judge(run, result, error) && judge_shell(run, error);
}

/* Records a build of the whole workspace, whose sources did not change meanwhile. A partial build
 * says nothing of the rest. */
static void
remember(Run *run)
{
    g_autoptr(GError) error = NULL;

    if (run->incremental != NULL && !run->state->sources_changed &&
        selection_is_everything(run_get_selection(run->request)) &&
        !incremental_end(run->incremental, run->state, &error))
        reporter_say(&run->reporter, "warning", "the next build will check everything again: %s",
                     error->message);
}

static void
say_info(const char *message, gpointer user_data)
{
    reporter_say(user_data, "info", "%s", message);
}

/* Runs after a failed build too: its packages are published. */
static gboolean
publish(Run *run, GError **error)
{
    if (run->state->repository == NULL ||
        repository_publish(run->config, say_info, &run->reporter, run->cancellable, error))
        return TRUE;
    program_error_append(
        error, "; apt/ is unchanged. Run colcon-deb build again to publish what was built");
    return FALSE;
}

/* Tells where the packages are, and how robots get them. */
static void
announce_output(Run *run)
{
    g_autofree char *debs = g_build_filename(run->config->output_dir, OUTPUT_DEBS, NULL);
    g_autoptr(GPtrArray) sources = repository_describe(run->config);

    reporter_emit_own(&run->reporter, host_event_progress("published", "debs", debs, NULL));
    for (guint i = 0; i < sources->len; i++)
        reporter_emit_own(&run->reporter,
                          host_event_progress("published", "source", sources->pdata[i], NULL));
}

/* Turns a failure after a signal into "interrupted". The library's message stays: it says whether
 * the container is gone, and what the engine failed at. */
static void
settle_interruption(const Run *run, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (!g_cancellable_is_cancelled(run->cancellable))
        return;
    cause = g_steal_pointer(error);
    if (cause->domain != PROGRAM_ERROR && get_container(run) != NULL)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted: %s", cause->message);
    else
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
}

/* After everything that a person waits for. A failed build is followed by another one, too. If the
 * results could not be brought back, the engine is probably out of reach. */
static void
keep_warm(const Run *run)
{
    g_autoptr(GError) error = NULL;

    if (run->container != NULL && run->is_complete && run->config->keep_warm > 0 &&
        !g_cancellable_is_cancelled(run->cancellable) &&
        !build_container_keep_warm(run->container, &error))
        g_printerr("colcon-deb: no container is kept ready for the next build: %s\n",
                   error->message);
}

/* Frees everything that a run holds. */
static void
clear(Run *run)
{
    g_clear_pointer(&run->container, build_container_free);
    g_clear_pointer(&run->remote, remote_build_free);
    g_clear_error(&run->shell_failure);
    g_clear_object(&run->giving_up);
    reporter_clear(&run->reporter);
    g_clear_pointer(&run->incremental, incremental_free);
    g_clear_pointer(&run->engine, engine_free);
}

/* Ends the run. Consumes @failure, and adds a failure of the report to it. */
static gboolean
end(Run *run, GError *failure, GError **error)
{
    GError *report_failure = NULL;

    run->phase = RUN_ENDED;
    interrupt_set_handler(run->request->interrupt, NULL, NULL);
    if (failure != NULL)
        settle_interruption(run, &failure);
    if (is_build(run))
        run_state_end(run->state, clock_now());
    if (!reporter_end(&run->reporter, failure, &report_failure))
        add_failure(&failure, report_failure);
    reporter_show_end(&run->reporter, failure);
    keep_warm(run);
    clear(run);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

/* A checkout gives files new times, so versions would grow with each clone. */
static void
warn_of_refused(Run *run)
{
    const GPtrArray *refused = incremental_get_refused(run->incremental);

    for (guint i = 0; i < refused->len; i++)
        reporter_say(
            &run->reporter, "warning",
            "git refuses to read %s, so versions have the times of the files there. Is it another "
            "user's? See safe.directory in git-config(1)",
            (const char *)refused->pdata[i]);
}

static gboolean
begin_build(Run *run, GError **error)
{
    if (run->incremental == NULL)
        return TRUE;
    if (!incremental_begin(run->incremental, run->cancellable, error))
        return FALSE;
    warn_of_refused(run);
    return TRUE;
}

/* Runs the container, and publishes its packages even if it failed. */
static void
build(Run *run, GError **failure)
{
    GError *publish_failure = NULL;

    if (!reporter_begin(&run->reporter, failure) ||
        !engine_get_info(run->engine, run->cancellable, failure) ||
        !check_architecture(run, failure))
        return;
    introduce(run);
    if (!begin_build(run, failure))
        return;
    work(run, failure);
    /* What has come in part is no repository. */
    if (run->container != NULL && !run->is_complete)
        return;
    if (!publish(run, &publish_failure))
        add_failure(failure, publish_failure);
    else if (run->state->repository != NULL)
        announce_output(run);
    if (*failure == NULL)
        remember(run);
}

/* Removes containers of runs that were killed before the start of their container. */
static void
tidy(Run *run)
{
    g_autoptr(GPtrArray) removed = own_containers_tidy(run->engine, run->cancellable);

    for (guint i = 0; i < removed->len; i++)
        reporter_say(&run->reporter, "info",
                     "removed the container %.12s, which a killed run had left",
                     (const char *)removed->pdata[i]);
}

static void
carry_out(Run *run, GError **failure)
{
    tidy(run);
    if (!is_up_to_date(run))
        build(run, failure);
    /* The repository may still have to be signed with another key. */
    else if (publish(run, failure))
        complete(run);
}

gboolean
run(const RunRequest *request, RunState *state, GError **error)
{
    Run self = {
        .request = request,
        .config = request->config,
        .cancellable = interrupt_get_cancellable(request->interrupt),
        .giving_up = g_cancellable_new(),
        .phase = RUN_PREPARING,
        .state = state,
    };
    GError *failure = NULL;

    reporter_init(&self.reporter, request, state);
    interrupt_set_handler(request->interrupt, on_interrupt, &self);
    if ((!is_build(&self) || reporter_open(&self.reporter, &failure)) &&
        dockerfile_check(self.config->dockerfile, &failure) && check_key(&self, &failure) &&
        open_engine(&self, &failure) && get_image(&self, &failure) && take_stock(&self, &failure))
        carry_out(&self, &failure);
    return end(&self, failure, error);
}
