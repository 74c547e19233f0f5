/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/await.h"
#include "../base/interrupt.h"
#include "../base/json.h"
#include "../base/program-error.h"
#include "../base/text.h"
#include "../config/build-directories.h"
#include "../config/workspace.h"
#include "../image/dockerfile.h"
#include "../image/engine-image.h"
#include "../run/run.h"
#include "command.h"
#include "options.h"

#include <stdarg.h>

typedef enum {
    CHECK_OK,
    CHECK_WARNING,
    CHECK_FAILED,
} CheckResult;

typedef struct {
    const Options *options;
    const Config *config;
    Interrupt *interrupt;
    Terminal *terminal;
    guint failed;
    gboolean misused; /* a failure was a wrong argument or configuration */
    GError *interruption;
} Validation;

static void
print_json(const char *check, const char *result, const char *message)
{
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "check", check);
    json_add_string(line, "result", result);
    json_add_string(line, "message", message);
    json_line_end(line, stdout);
}

static void tell(Validation *self, CheckResult result, const char *check, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void
tell(Validation *self, CheckResult result, const char *check, const char *format, ...)
{
    static const char *const words[] = {"ok", "warn", "fail"};
    static const Style word_styles[] = {STYLE_GOOD, STYLE_WARNING, STYLE_BAD};
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    self->failed += result == CHECK_FAILED;
    if (self->options->json) {
        print_json(check, words[result], message);
    } else if (result == CHECK_FAILED || !self->options->quiet) {
        terminal_printf(self->terminal, word_styles[result], "%-4s  ", words[result]);
        terminal_printf(self->terminal, STYLE_STRONG, "%s: ", check);
        terminal_put(self->terminal, STYLE_PLAIN, message);
        terminal_end_line(self->terminal);
    }
}

/* Consumes @error. An interrupted check has no result. */
static void
tell_error(Validation *self, const char *check, GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->interruption == NULL) {
        self->interruption = error;
        return;
    }
    self->misused |= g_error_matches(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE) ||
                     g_error_matches(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    tell(self, CHECK_FAILED, check, "%s", error->message);
    g_error_free(error);
}

static void
check_workspace(Validation *self)
{
    GError *error = NULL;

    if (build_directories_check(self->config, &error))
        tell(self, CHECK_OK, "workspace", "%s", self->config->colcon_repo);
    else
        tell_error(self, "workspace", error);
}

static void
check_space(Validation *self, const char *check, const char *path)
{
    guint64 bytes = 0;
    g_autofree char *size = NULL;

    if (!workspace_free_space(path, &bytes))
        return;
    size = text_size(bytes);
    tell(self, bytes < WORKSPACE_LOW_SPACE ? CHECK_WARNING : CHECK_OK, check, "%s free in %s", size,
         path);
}

static void
check_architecture(Validation *self, const Engine *engine)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) warnings = NULL;

    if (!engine_check_architecture(engine, &warnings, interrupt_get_cancellable(self->interrupt),
                                   &error)) {
        tell_error(self, "architecture", error);
        return;
    }
    for (guint i = 0; i < warnings->len; i++)
        tell(self, CHECK_WARNING, "architecture", "%s", (const char *)warnings->pdata[i]);
    if (warnings->len == 0)
        tell(self, CHECK_OK, "architecture", "%s", engine->image->architecture);
}

static void
tell_errors(Validation *self, const char *check, const RunState *state)
{
    for (guint i = 0; i < state->errors->len; i++)
        tell(self, CHECK_FAILED, check, "%s", (const char *)state->errors->pdata[i]);
}

static void
tell_tools_are_there(Validation *self)
{
    tell(self, CHECK_OK, "tools", "the image has what a build needs");
}

/* Runs the container's own check of the image, and of the overrides: only the container can read
 * those as a build does. */
static void
check_container(Validation *self)
{
    g_autoptr(RunState) state = run_state_new();
    GError *error = NULL;
    const RunRequest request = {
        .config = self->config,
        .mode = CDD_BUILD_MODE_CHECK,
        .interrupt = self->interrupt,
    };

    if (run(&request, state, &error)) {
        tell_tools_are_there(self);
        tell(self, CHECK_OK, "overrides", "%s", self->config->debian_dirs);
        return;
    }
    if (state->errors->len == 0 || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        tell_error(self, state->failed_stage != NULL ? state->failed_stage : "tools", error);
        return;
    }
    if (g_strcmp0(state->failed_stage, "overrides") == 0) {
        tell_tools_are_there(self);
        tell_errors(self, "overrides", state);
    } else {
        tell_errors(self, "tools", state);
    }
    g_error_free(error);
}

/* Whether the engine has no such image, or only one for another platform. */
static gboolean
is_missing(const GError *error)
{
    return g_error_matches(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND) ||
           g_error_matches(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
}

static void
check_image(Validation *self, Engine *engine)
{
    GError *error = NULL;

    if (!dockerfile_check(self->config->dockerfile, &error) ||
        !engine_choose_image(engine, self->config, &error)) {
        tell_error(self, "image", error);
        return;
    }
    if (!engine_check_platform(engine, self->config, interrupt_get_cancellable(self->interrupt),
                               &error)) {
        tell_error(self, "architecture", error);
        return;
    }
    if (engine_look_up_image(engine, self->config, interrupt_get_cancellable(self->interrupt),
                             &error)) {
        tell(self, CHECK_OK, "image", "%s, ROS %s", engine->image_reference, engine->ros_distro);
        check_architecture(self, engine);
        check_container(self);
        return;
    }
    if (is_missing(error) && (self->config->dockerfile != NULL || engine_may_pull(self->config))) {
        tell(self, CHECK_WARNING, "image", "%s is not on the engine%s%s; a build would %s it",
             engine->image_reference, self->config->platform != NULL ? " for " : "",
             self->config->platform != NULL ? self->config->platform : "",
             self->config->dockerfile != NULL ? "build" : "pull");
        g_error_free(error);
        return;
    }
    engine_explain_image(engine, self->config, &error);
    tell_error(self, "image", error);
}

/* Why it is this engine. */
static char *
describe_choice(const Validation *self, const Engine *engine)
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

static void
check_engine(Validation *self)
{
    GError *error = NULL;
    g_autoptr(Engine) engine =
        engine_open(self->config, interrupt_get_cancellable(self->interrupt), &error);
    g_autofree char *choice = NULL;

    if (engine == NULL ||
        !engine_get_info(engine, interrupt_get_cancellable(self->interrupt), &error)) {
        tell_error(self, "engine", error);
        return;
    }
    choice = describe_choice(self, engine);
    tell(self, CHECK_OK, "engine", "%s %s, API %s, %s%s; %s", engine->info->name,
         engine->info->version, engine->info->api_version, cdd_service_get_address(engine->service),
         engine->info->rootless ? ", rootless" : "", choice);
    if (engine->info->root_dir != NULL && g_file_test(engine->info->root_dir, G_FILE_TEST_IS_DIR))
        check_space(self, "engine's disk", engine->info->root_dir);
    check_image(self, engine);
}

static gboolean
conclude(Validation *self, GError **error)
{
    if (self->interruption != NULL) {
        g_propagate_prefixed_error(error, self->interruption, "validate: ");
        return FALSE;
    }
    if (self->failed == 0)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, self->misused ? PROGRAM_ERROR_USAGE : PROGRAM_ERROR_FAILED,
                "%u check%s failed", self->failed, self->failed == 1 ? "" : "s");
    return FALSE;
}

static gboolean
validate(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(Terminal) terminal = NULL;
    const TerminalSetup setup = terminal_setup_detect(stdout);
    Validation self = {.options = &options};

    if (!options_parse(&options, &cmd_validate, NULL, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    self.config = config = options_load_one_config(&options, error);
    if (config == NULL)
        return FALSE;

    self.interrupt = interrupt = interrupt_new();
    self.terminal = terminal = terminal_new(&setup);
    tell(&self, CHECK_OK, "configuration", "%s%s%s",
         config->file != NULL ? config->file : "no file, flags and defaults",
         config->target != NULL ? ", target " : "", config->target != NULL ? config->target : "");
    check_workspace(&self);
    check_space(&self, "output's disk", config->output_dir);
    check_engine(&self);
    return conclude(&self, error);
}

const Command cmd_validate = {
    .name = "validate",
    .max_targets = 1,
    .summary = "Check configuration, workspace, overrides, engine, image and disk space",
    .examples = "  colcon-deb validate ~/ros_ws --ros-distro jazzy\n"
                "  colcon-deb validate -c ci.yaml --json",
    .exit_status = "0 ready to build, 1 a check failed, 2 usage or configuration.",
    .run = validate,
};
