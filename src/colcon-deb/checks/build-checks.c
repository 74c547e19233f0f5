/* SPDX-License-Identifier: Apache-2.0 */
#include "build-checks.h"

#include "../config/build-directories.h"
#include "../config/workspace.h"
#include "../image/dockerfile.h"
#include "../image/engine-image.h"
#include "../run/run.h"
#include "judgement.h"

enum {
    ANSWER_TIME = 30, /* seconds that an engine of this machine has for its first answer */
};

static GCancellable *
get_cancellable(const BuildChecks *self)
{
    return interrupt_get_cancellable(self->interrupt);
}

static void
say_ok(const BuildChecks *self, const char *check, const char *message)
{
    check_report_add(self->report, finding_new(FINDING_OK, check, NULL, "%s", message));
}

void
build_checks_configuration(const BuildChecks *self)
{
    const Config *config = self->config;

    check_report_add(self->report, finding_new(FINDING_OK, "configuration", NULL, "%s%s%s",
                                               config->file != NULL ? config->file
                                                                    : "no file, flags and defaults",
                                               config->target != NULL ? ", target " : "",
                                               config->target != NULL ? config->target : ""));
}

void
build_checks_workspace(const BuildChecks *self)
{
    GError *error = NULL;

    if (build_directories_check(self->config, &error))
        say_ok(self, "workspace", self->config->colcon_repo);
    else
        check_report_add_error(self->report, "workspace", error);
}

void
build_checks_output_space(const BuildChecks *self)
{
    guint64 bytes = 0;

    if (workspace_free_space(self->config->output_dir, &bytes))
        check_report_add(self->report, judge_output_space(self->config->output_dir, bytes));
}

/* ---- the engine */

/* Why it is this engine. */
static char *
describe_choice(const BuildChecks *self, const Engine *engine)
{
    const char *origin = cdd_service_get_address_origin(engine->service);
    char *substitute = engine_describe_substitute(engine);

    if (substitute != NULL)
        return substitute;
    if (origin == NULL)
        return g_strdup("the default, as nothing names another");
    return g_strconcat("named by ", self->config->host != NULL ? "--host or docker.host" : origin,
                       NULL);
}

gboolean
build_checks_see_engine_space(const Engine *engine)
{
    return cdd_service_is_local(engine->service) && engine->info->root_dir != NULL &&
           g_file_test(engine->info->root_dir, G_FILE_TEST_IS_DIR);
}

static void
check_engine_space(const BuildChecks *self, const Engine *engine)
{
    const char *root = engine->info->root_dir;
    guint64 bytes = 0;

    if (build_checks_see_engine_space(engine) && workspace_free_space(root, &bytes))
        check_report_add(self->report, judge_engine_space(root, bytes));
}

static gboolean
give_up(gpointer user_data)
{
    g_cancellable_cancel(user_data);
    return G_SOURCE_REMOVE;
}

static void
on_interrupt(GCancellable *interrupt G_GNUC_UNUSED, gpointer user_data)
{
    g_cancellable_cancel(user_data);
}

/* A daemon that hangs still accepts connections. One behind a network or a login may be slow. */
static gboolean
ask_engine(const BuildChecks *self, Engine *engine, GError **error)
{
    g_autoptr(GCancellable) patience = g_cancellable_new();
    gulong interruption = 0;
    guint timer = 0;
    gboolean answered = FALSE;

    if (!cdd_service_is_local(engine->service))
        return engine_get_info(engine, get_cancellable(self), error);
    interruption =
        g_cancellable_connect(get_cancellable(self), G_CALLBACK(on_interrupt), patience, NULL);
    timer = g_timeout_add_seconds(ANSWER_TIME, give_up, patience);
    answered = engine_get_info(engine, patience, error);
    g_cancellable_disconnect(get_cancellable(self), interruption);
    if (!g_cancellable_is_cancelled(patience)) {
        g_source_remove(timer);
        return answered;
    }
    if (g_cancellable_is_cancelled(get_cancellable(self))) {
        g_source_remove(timer);
        return FALSE;
    }
    g_clear_error(error);
    g_set_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT,
                "the engine at %s accepts connections and has not answered for %d s; restart it "
                "(systemctl restart docker)",
                cdd_service_get_address(engine->service), ANSWER_TIME);
    return FALSE;
}

Engine *
build_checks_engine(const BuildChecks *self)
{
    GError *error = NULL;
    g_autoptr(Engine) engine = engine_open(self->config, get_cancellable(self), &error);
    g_autofree char *choice = NULL;

    if (engine == NULL || !ask_engine(self, engine, &error)) {
        check_report_add_error(self->report, "engine", error);
        return NULL;
    }
    choice = describe_choice(self, engine);
    check_report_add(self->report,
                     judge_engine(engine->info, cdd_service_get_address(engine->service), choice));
    check_engine_space(self, engine);
    return g_steal_pointer(&engine);
}

/* ---- the image */

static void
check_architecture(const BuildChecks *self, const Engine *engine)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) warnings = NULL;

    if (!engine_check_architecture(engine, &warnings, get_cancellable(self), &error)) {
        check_report_add_error(self->report, "architecture", error);
        return;
    }
    for (guint i = 0; i < warnings->len; i++)
        check_report_add(self->report, finding_new(FINDING_WARNING, "architecture", NULL, "%s",
                                                   (const char *)warnings->pdata[i]));
    if (warnings->len == 0)
        say_ok(self, "architecture", engine->image->architecture);
}

/* Whether the engine has no such image, or only one for another platform. */
static gboolean
is_missing(const GError *error)
{
    return g_error_matches(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND) ||
           g_error_matches(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
}

static gboolean
would_be_made(const Config *config)
{
    return config->dockerfile != NULL || engine_may_pull(config);
}

/* Consumes @error. */
static void
explain_missing(const BuildChecks *self, const Engine *engine, GError *error)
{
    const Config *config = self->config;

    if (!is_missing(error) || !would_be_made(config)) {
        engine_explain_image(engine, config, &error);
        check_report_add_error(self->report, "image", error);
        return;
    }
    check_report_add(self->report,
                     finding_new(FINDING_WARNING, "image", NULL,
                                 "%s is not on the engine%s%s; a build would %s it",
                                 engine->image_reference, config->platform != NULL ? " for " : "",
                                 config->platform != NULL ? config->platform : "",
                                 config->dockerfile != NULL ? "build" : "pull"));
    g_error_free(error);
}

gboolean
build_checks_image(const BuildChecks *self, Engine *engine)
{
    const Config *config = self->config;
    GError *error = NULL;

    if (!dockerfile_check(config->dockerfile, &error) ||
        !engine_choose_image(engine, config, &error)) {
        check_report_add_error(self->report, "image", error);
        return FALSE;
    }
    if (!engine_check_platform(engine, config, get_cancellable(self), &error)) {
        check_report_add_error(self->report, "architecture", error);
        return FALSE;
    }
    if (!engine_look_up_image(engine, config, get_cancellable(self), &error)) {
        explain_missing(self, engine, error);
        return FALSE;
    }
    check_report_add(self->report, finding_new(FINDING_OK, "image", NULL, "%s, ROS %s",
                                               engine->image_reference, engine->ros_distro));
    check_architecture(self, engine);
    return TRUE;
}

/* ---- what only a container sees */

static void
say_tools_are_there(const BuildChecks *self)
{
    say_ok(self, "tools", "the image has what a build needs");
}

static void
say_overrides(const BuildChecks *self)
{
    const char *path = self->config->debian_dirs;
    gboolean exists = g_file_test(path, G_FILE_TEST_IS_DIR);

    check_report_add(self->report, finding_new(FINDING_OK, "overrides", NULL, "%s%s", path,
                                               exists ? "" : " does not exist: there are none"));
}

static void
add_errors(const BuildChecks *self, const char *check, const RunState *state)
{
    for (guint i = 0; i < state->errors->len; i++)
        check_report_add(self->report, finding_new(FINDING_FAILED, check, NULL, "%s",
                                                   (const char *)state->errors->pdata[i]));
}

void
build_checks_container(const BuildChecks *self)
{
    g_autoptr(RunState) state = run_state_new();
    GError *error = NULL;
    const RunRequest request = {
        .config = self->config,
        .mode = CDD_BUILD_MODE_CHECK,
        .interrupt = self->interrupt,
    };

    if (run(&request, state, &error)) {
        say_tools_are_there(self);
        say_overrides(self);
        return;
    }
    if (state->errors->len == 0 || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        check_report_add_error(self->report,
                               state->failed_stage != NULL ? state->failed_stage : "tools", error);
        return;
    }
    if (g_strcmp0(state->failed_stage, "overrides") == 0) {
        say_tools_are_there(self);
        add_errors(self, "overrides", state);
    } else {
        add_errors(self, "tools", state);
    }
    g_error_free(error);
}
