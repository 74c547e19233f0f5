/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../base/program-error.h"
#include "../base/text.h"
#include "../repository/apt-source.h"
#include "../repository/repository.h"
#include "../run/install-check.h"
#include "../view/image-view.h"
#include "command-engine.h"
#include "command.h"
#include "repo-options.h"

static const char *const keys[] = {
    "output_dir",          "docker.platform",  "docker.pull",
    "docker.network_mode", "environment",      "docker.host",
    "docker.context",      "docker.cert_path", NULL,
};

typedef struct {
    const Options *options;
    guint n_packages;
    guint n_failed;
} Report;

static void
print_json(JsonObject *result, JsonArray *problems)
{
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "package", json_text_get_string(result, "package"));
    json_add_string(line, "version", json_text_get_string(result, "version"));
    json_add_boolean(line, "ok", json_text_get_boolean(result, "ok"));
    json_begin_array(line, "problems");
    for (guint i = 0; problems != NULL && i < json_array_get_length(problems); i++) {
        JsonObject *problem = json_text_get_element(problems, i);

        if (problem == NULL)
            continue;
        json_builder_begin_object(line);
        json_add_string(line, "reason", json_text_get_string(problem, "reason"));
        json_add_string(line, "advice", json_text_get_string(problem, "advice"));
        json_builder_end_object(line);
    }
    json_builder_end_array(line);
    json_line_end(line, stdout);
}

static void
print_line(const char *start, const char *text)
{
    g_autofree char *shown = text_printable(text != NULL ? text : "");

    printf("%s%s\n", start, shown);
}

static void
print_text(JsonObject *result, JsonArray *problems, gboolean ok, gboolean quiet)
{
    g_autofree char *name = g_strjoin(" ", json_text_get_string(result, "package"),
                                      json_text_get_string(result, "version"), NULL);

    if (ok && quiet)
        return;
    print_line(ok ? "ok      " : "failed  ", name);
    for (guint i = 0; problems != NULL && i < json_array_get_length(problems); i++) {
        JsonObject *problem = json_text_get_element(problems, i);

        if (problem == NULL)
            continue;
        print_line("        ", json_text_get_string(problem, "reason"));
        print_line("          ", json_text_get_string(problem, "advice"));
    }
}

static void
on_result(JsonObject *result, gpointer user_data)
{
    Report *report = user_data;
    JsonArray *problems = json_text_get_array(result, "problems");
    gboolean ok = json_text_get_boolean(result, "ok");

    report->n_packages++;
    report->n_failed += ok ? 0 : 1;
    if (report->options->json)
        print_json(result, problems);
    else
        print_text(result, problems, ok, report->options->quiet);
    fflush(stdout);
}

/* The suite of the repository, if it has one only. */
static char *
find_suite(const Config *config, GError **error)
{
    g_autoptr(GPtrArray) suites = repository_list_suites(config);
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < suites->len; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
                               ((const AptSuite *)suites->pdata[i])->name);
    if (suites->len == 1)
        return g_strdup(names->str);
    if (suites->len == 0)
        program_error_usage(
            error, "install-check: there is no repository in %s; build the workspace first",
            config->repository_dir);
    else
        program_error_usage(
            error,
            "install-check: the repository has several suites (%s); choose one with "
            "--suite",
            names->str);
    return NULL;
}

/* The image of the distribution with that codename; NULL if it is none. */
static char *
find_image(const char *suite, GError **error)
{
    static const char *const debian[] = {"bullseye", "bookworm", "trixie", "forky", "sid", NULL};
    static const char *const ubuntu[] = {"focal", "jammy", "noble", NULL};

    if (g_strv_contains(debian, suite))
        return g_strconcat("debian:", suite, NULL);
    if (g_strv_contains(ubuntu, suite))
        return g_strconcat("ubuntu:", suite, NULL);
    program_error_usage(error,
                        "install-check: %s is no distribution that has a known image; name one "
                        "with --image",
                        suite);
    return NULL;
}

/* Lets @config name the clean image in place of the builder image. */
static void
set_image(Config *config, const char *image)
{
    g_free(config->image);
    config->image = g_strdup(image);
    g_clear_pointer(&config->dockerfile, g_free);
    /* A clean image has no ROS distribution, and nobody asks for it. */
    if (config->ros_distro == NULL)
        config->ros_distro = g_strdup("none");
}

static gboolean
check(InstallCheck *check, const Options *options, Interrupt *interrupt, GError **error)
{
    const TerminalSetup setup = terminal_setup_detect(stderr);
    g_autoptr(Engine) engine = command_engine_open(check->config, options, interrupt, error);
    g_autoptr(ImageView) view = image_view_plain_new(
        terminal_new(&setup), stderr, options->verbose ? VIEW_VERBOSE : VIEW_WARNINGS);
    const CddOutputHandler handler = image_view_get_handler(view);

    if (engine == NULL)
        return FALSE;
    check->engine = engine;
    check->on_image = &handler;
    return install_check(check, error);
}

static gboolean
conclude(const Report *report, GError **error)
{
    if (report->n_failed == 0)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "%u of %u packages failed the check; what to do stands below each",
                report->n_failed, report->n_packages);
    return FALSE;
}

static gboolean
run(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autofree char *suite = NULL;
    g_autofree char *image = NULL;
    const GOptionEntry extra[] = {
        REPO_WORKSPACE_OPTION(options),
        {"suite", 0, 0, G_OPTION_ARG_STRING, &suite, "install from that suite [the only one]",
         "NAME"},
        {"image", 0, 0, G_OPTION_ARG_STRING, &image,
         "install in this image [debian:SUITE or ubuntu:SUITE]", "REF"},
        {NULL},
    };
    g_autoptr(Config) config = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    Report report = {.options = &options};

    if (!options_parse(&options, &cmd_install_check, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = repo_load_config(&options, error);
    if (config == NULL)
        return FALSE;
    if (suite == NULL)
        suite = find_suite(config, error);
    if (suite == NULL)
        return FALSE;
    if (image == NULL)
        image = find_image(suite, error);
    if (image == NULL)
        return FALSE;
    set_image(config, image);
    interrupt = interrupt_new();
    if (check(&(InstallCheck){.config = config,
                              .suite = suite,
                              .packages = options.arguments,
                              .on_result = on_result,
                              .user_data = &report,
                              .cancellable = interrupt_get_cancellable(interrupt)},
              &options, interrupt, error))
        return conclude(&report, error);
    interrupt_settle(interrupt, error);
    return FALSE;
}

const Command cmd_install_check = {
    .name = "install-check",
    .arguments = "[PACKAGE...]",
    .max_arguments = G_MAXUINT,
    .max_targets = 1,
    .keys = keys,
    .summary = "Install the packages in a clean container and check them",
    .notes =
        "Installs the packages of the repository, or those that are named, with apt in a new "
        "container of a clean image. With the set-up file sourced it checks that each program and "
        "library finds its libraries, that the Python modules import, and that the ament index "
        "has each ament package. It prints a line for each package, and what is wrong. Names are "
        "Debian's or those of ROS.\n"
        "\n"
        "The image needs the apt sources that the robot has. The container has the network and the "
        "environment of a build. It is removed at the end, also after Ctrl-C; after kill -9, "
        "colcon-deb clean removes it.",
    .examples = "  colcon-deb install-check -w ~/ros_ws\n"
                "  colcon-deb install-check my_driver --image ros:jazzy-ros-core\n"
                "  colcon-deb install-check --json | jq -r 'select(.ok | not).package'",
    .exit_status = "0 all packages are usable, 1 one is not or the check failed, 2 usage or "
                   "configuration, 130 interrupted.",
    .run = run,
};
