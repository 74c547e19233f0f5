/* SPDX-License-Identifier: Apache-2.0 */
#include "../checks/build-checks.h"
#include "command.h"
#include "options.h"

static gboolean
conclude(const CheckReport *report, GError **error)
{
    if (check_report_conclude(report, error))
        return TRUE;
    if (g_error_matches(*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_prefix_error(error, "validate: ");
    return FALSE;
}

static gboolean
validate(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(CheckReport) report = NULL;
    g_autoptr(Engine) engine = NULL;
    BuildChecks checks = {NULL};

    if (!options_parse(&options, &cmd_validate, NULL, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = options_load_one_config(&options, error);
    if (config == NULL)
        return FALSE;

    interrupt = interrupt_new();
    report = check_report_new(options.json, options.quiet);
    checks = (BuildChecks){.config = config, .interrupt = interrupt, .report = report};
    build_checks_configuration(&checks);
    build_checks_workspace(&checks);
    build_checks_output_space(&checks);
    engine = build_checks_engine(&checks);
    if (engine != NULL && build_checks_image(&checks, engine))
        build_checks_container(&checks);
    return conclude(report, error);
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
