/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/program-error.h"
#include "../checks/build-checks.h"
#include "../checks/container-probe.h"
#include "../checks/emulation-check.h"
#include "../checks/judgement.h"
#include "../checks/other-engines.h"
#include "../image/builder-images.h"
#include "../image/leftovers.h"
#include "command.h"
#include "options.h"

typedef struct {
    const Options *options;
    Config *config;
    Interrupt *interrupt;
    CheckReport *report;
    BuildChecks checks;
    Engine *engine; /* NULL if it does not answer */
} Doctor;

static GCancellable *
get_cancellable(const Doctor *self)
{
    return interrupt_get_cancellable(self->interrupt);
}

static void
skip(const Doctor *self, const char *check, const char *cure, const char *message)
{
    check_report_add(self->report, finding_new(FINDING_SKIPPED, check, cure, "%s", message));
}

static void
skip_all(const Doctor *self, const char *const *checks, const char *message)
{
    for (; *checks != NULL; checks++)
        skip(self, *checks, NULL, message);
}

/* ---- configuration and workspace */

/* A file that cannot be used is a finding. Then the options alone are the configuration. */
static Config *
load_config(const Doctor *self, GError **error)
{
    g_autoptr(GError) fault = NULL;
    Config *config = options_load_one_config(self->options, &fault);

    if (config != NULL) {
        build_checks_configuration(
            &(BuildChecks){.config = config, .interrupt = self->interrupt, .report = self->report});
        return config;
    }
    config = config_load(self->options->workspace, "/dev/null", self->options->settings, error);
    if (config == NULL)
        return NULL;
    g_clear_pointer(&config->file, g_free);
    check_report_add_error(self->report, "configuration", g_steal_pointer(&fault));
    return config;
}

/* A user who names no workspace may be anywhere. */
static gboolean
has_workspace(const Doctor *self)
{
    g_autofree char *sources = g_build_filename(self->config->colcon_repo, "src", NULL);

    return self->options->workspace != NULL || self->config->file != NULL ||
           g_file_test(sources, G_FILE_TEST_EXISTS);
}

static void
check_workspace(const Doctor *self)
{
    static const char cure[] = "name a workspace: colcon-deb doctor PATH";

    if (has_workspace(self)) {
        build_checks_workspace(&self->checks);
        build_checks_output_space(&self->checks);
        return;
    }
    skip(self, "workspace", cure, "the current directory has no src/");
    skip(self, "output's disk", cure, "the current directory is no workspace");
}

/* ---- the engine */

static void
check_clock(const Doctor *self)
{
    if (self->engine->info->system_time == 0)
        skip(self, "clock", NULL, "the engine does not tell its time");
    else
        check_report_add(self->report, judge_clock(engine_get_time(self->engine) -
                                                   g_get_real_time() / G_USEC_PER_SEC));
}

static void
add_platform(GPtrArray *platforms, const char *target, const Config *config)
{
    if (config->platform != NULL)
        g_ptr_array_add(platforms, g_strconcat(target, "=", config->platform, NULL));
}

/* Of all targets, or of the one that the user has named. */
static void
check_emulation(const Doctor *self)
{
    g_autoptr(GPtrArray) platforms = g_ptr_array_new_with_free_func(g_free);
    const Options *options = self->options;
    char *const *targets = options->targets != NULL ? options->targets : self->config->targets;

    if (targets == NULL)
        add_platform(platforms, "", self->config);
    for (; targets != NULL && *targets != NULL; targets++) {
        g_autoptr(Config) config = config_load_target(options->workspace, options->file, *targets,
                                                      options->settings, NULL);

        if (config != NULL)
            add_platform(platforms, *targets, config);
    }
    g_ptr_array_add(platforms, NULL);
    emulation_check(self->report, self->engine, (const char *const *)platforms->pdata);
}

static void
check_leftovers(const Doctor *self)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) leftovers =
        leftovers_find(self->engine, self->config->colcon_repo, get_cancellable(self), &error);

    if (leftovers != NULL)
        check_report_add(self->report, judge_leftovers(leftovers, self->options->workspace));
    else
        check_report_add_error(self->report, "leftovers", error);
}

/* ---- the image */

static gboolean
names_image(const Config *config)
{
    return config->image != NULL || config->dockerfile != NULL || config->ros_distro != NULL;
}

/* The newest builder image that runs without emulation. Returns whether there is one. */
static gboolean
choose_any_image(const Doctor *self)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) images =
        builder_images_list(self->engine->service, FALSE, get_cancellable(self), &error);

    if (images == NULL) {
        check_report_add_error(self->report, "image", error);
        return FALSE;
    }
    for (guint i = 0; i < images->len; i++) {
        const BuilderImage *image = images->pdata[i];

        if (!image->is_layer && image->ros_distro != NULL &&
            g_str_equal(image->architecture, self->engine->info->architecture)) {
            self->config->image = g_strdup(image->name);
            return TRUE;
        }
    }
    skip(self, "image", "colcon-deb image create --ros-distro NAME",
         "nothing names an image, and the engine has no builder image");
    return FALSE;
}

static void
check_image(const Doctor *self)
{
    static const char *const of_image[] = {"tools", "apt", "rosdep", NULL};

    if ((names_image(self->config) || choose_any_image(self)) &&
        build_checks_image(&self->checks, self->engine)) {
        build_checks_container(&self->checks);
        container_probe_run(&self->checks, self->engine);
        return;
    }
    skip_all(self, of_image, "it needs a container of the image");
}

/* ---- all of it */

static void
check_all(Doctor *self)
{
    static const char *const of_engine[] = {
        "clock", "emulation", "image", "tools", "apt", "rosdep", "leftovers", NULL,
    };
    const char *address = NULL;

    check_workspace(self);
    self->engine = build_checks_engine(&self->checks);
    address = self->engine != NULL ? cdd_service_get_address(self->engine->service) : NULL;
    other_engines_report(self->report, address);
    if (self->engine == NULL) {
        skip_all(self, of_engine, "it needs the engine");
        return;
    }
    check_clock(self);
    check_emulation(self);
    check_image(self);
    check_leftovers(self);
}

static gboolean
conclude(const CheckReport *report, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (check_report_conclude(report, &cause))
        return TRUE;
    /* Whatever failed: the command itself was used rightly. */
    if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_prefixed_error(error, g_steal_pointer(&cause), "doctor: ");
    else
        g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, cause->message);
    return FALSE;
}

static gboolean
doctor(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(CheckReport) report = NULL;
    g_autoptr(Engine) engine = NULL;
    Doctor self = {.options = &options};

    if (!options_parse(&options, &cmd_doctor, NULL, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    self.interrupt = interrupt = interrupt_new();
    self.report = report = check_report_new(options.json, options.quiet);
    self.config = config = load_config(&self, error);
    if (config == NULL)
        return FALSE;
    self.checks = (BuildChecks){.config = config, .interrupt = interrupt, .report = report};
    check_all(&self);
    engine = self.engine;
    return conclude(report, error);
}

const Command cmd_doctor = {
    .name = "doctor",
    .max_targets = 1,
    .summary = "Find out why builds fail: engine, network, disk, clock, image, leftovers",
    .notes = "Checks what 'colcon-deb validate' checks, and what is around a build. Works without "
             "a workspace and without a configuration; checks that need one are skipped. Nothing "
             "is changed. Each line is `ok`, `warn`, `fail` or `skip`, and says what to do.",
    .examples = "  colcon-deb doctor\n"
                "  colcon-deb doctor ~/ros_ws -c ci.yaml\n"
                "  colcon-deb doctor --json | jq 'select(.result == \"fail\")'",
    .exit_status = "0 nothing failed, 1 a check failed, 2 usage.",
    .run = doctor,
};
