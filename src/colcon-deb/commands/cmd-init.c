/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/folder.h"
#include "../base/interrupt.h"
#include "../base/program-error.h"
#include "../config/config-template.h"
#include "../config/workspace.h"
#include "../image/builder-images.h"
#include "command-engine.h"
#include "command.h"
#include "init-choice.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

static const char file_name[] = "colcon-deb.yaml";

typedef struct {
    gboolean force;
    gboolean print;
} InitOptions;

static gboolean
is_interrupted(const Interrupt *interrupt)
{
    return g_cancellable_is_cancelled(interrupt_get_cancellable(interrupt));
}

/* Without an engine the workspace alone has to tell. */
static GPtrArray *
list_images(const Config *config, const Options *options, const Interrupt *interrupt)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(Engine) engine = engine_open(config, interrupt_get_cancellable(interrupt), &failure);
    GPtrArray *images = NULL;

    if (engine != NULL)
        images = builder_images_list(engine->service, FALSE, interrupt_get_cancellable(interrupt),
                                     &failure);
    if (images == NULL && !options->quiet && !is_interrupted(interrupt))
        g_printerr("colcon-deb: no engine was asked for builder images: %s\n", failure->message);
    return images;
}

/* A path in the workspace is written relative to it, so that the file may move with it. */
static const char *
make_relative(const char *path, const char *workspace)
{
    gsize length = strlen(workspace);

    if (path != NULL && strncmp(path, workspace, length) == 0 && path[length] == '/')
        return path + length + 1;
    return path;
}

/* The default is written, too, so that the file tells which image it is. */
static TemplateLine
get_container(const InitChoice *choice, const char *workspace, const char *usual)
{
    if (choice->dockerfile != NULL)
        return (TemplateLine){"docker.dockerfile", make_relative(choice->dockerfile, workspace),
                              choice->container_origin};
    if (choice->image != NULL)
        return (TemplateLine){"docker.image", choice->image, choice->container_origin};
    return (TemplateLine){"docker.image", usual, "the default"};
}

static char *
print_choice(const InitChoice *choice, const char *workspace)
{
    g_autofree char *usual = g_strconcat("colcon-deb-builder:", choice->ros_distro, NULL);
    const char *overrides = make_relative(choice->debian_dirs, workspace);
    const TemplateLine lines[] = {
        {"ros_distro", choice->ros_distro, choice->distro_origin},
        {"debian_dirs", overrides != NULL ? overrides : "debian_dirs", choice->overrides_origin,
         overrides == NULL},
        {"run_tests", "false", NULL, TRUE},
        {"parallel_jobs", "0", NULL, TRUE},
        {"ccache", "false", NULL, TRUE},
        get_container(choice, workspace, usual),
        {"docker.pull", "missing", NULL, TRUE},
    };

    return config_template_print(lines, G_N_ELEMENTS(lines));
}

static char *
make_text(const Config *config, const Options *options, GError **error)
{
    g_autoptr(Interrupt) interrupt = interrupt_new();
    g_autoptr(WorkspaceGuess) guess = workspace_guess_new(config->colcon_repo, error);
    g_autoptr(GPtrArray) images = guess != NULL ? list_images(config, options, interrupt) : NULL;
    const InitEvidence evidence = {.config = config, .guess = guess, .images = images};
    InitChoice choice;

    if (guess != NULL && is_interrupted(interrupt)) {
        interrupt_settle(interrupt, error);
        return NULL;
    }
    if (guess == NULL || !init_choose(&evidence, &choice, error))
        return NULL;
    return print_choice(&choice, config->colcon_repo);
}

static gboolean
check_free(const Folder *folder, const InitOptions *own, GError **error)
{
    struct stat status;

    return own->force || own->print || !folder_stat(folder, file_name, &status) ||
           program_error_usage(error,
                               "init: %s/%s exists: --force replaces it, --print shows what would "
                               "be written",
                               folder->path, file_name);
}

static gboolean
write_text(const Folder *folder, char *text, const Options *options, GError **error)
{
    const Owner owner = owner_of_caller();
    g_autoptr(GBytes) content = g_bytes_new_take(text, strlen(text));

    if (!folder_write(folder, file_name, &owner, content, error))
        return FALSE;
    if (!options->quiet)
        printf("%s/%s\n", folder->path, file_name);
    return TRUE;
}

static gboolean
init(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    InitOptions own = {0};
    const GOptionEntry extra[] = {
        {"force", 0, 0, G_OPTION_ARG_NONE, &own.force, "replace a colcon-deb.yaml", NULL},
        {"print", 0, 0, G_OPTION_ARG_NONE, &own.print, "print the text, write no file", NULL},
        {NULL},
    };
    g_autoptr(Config) config = NULL;
    g_autoptr(Folder) folder = NULL;
    char *text = NULL;

    if (!options_parse(&options, &cmd_init, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    if (options.file != NULL)
        return program_error_usage(error,
                                   "init: it writes %s in PATH, and reads none: leave out "
                                   "--config",
                                   file_name);
    /* Not the file that may be there: it is about to be replaced. */
    config = config_load(options.workspace, "/dev/null", options.settings, error);
    folder = config != NULL && workspace_check(config->colcon_repo, error)
                 ? folder_open(config->colcon_repo, error)
                 : NULL;
    if (folder == NULL || !check_free(folder, &own, error))
        return FALSE;
    text = make_text(config, &options, error);
    if (text == NULL)
        return FALSE;
    if (!own.print)
        return write_text(folder, text, &options, error);
    fputs(text, stdout);
    g_free(text);
    return TRUE;
}

static const char *const keys[] = {
    "ros_distro",  "debian_dirs",    "docker.image",     "docker.dockerfile",
    "docker.host", "docker.context", "docker.cert_path", NULL,
};

const Command cmd_init = {
    .name = "init",
    .keys = keys,
    .summary = "Write a colcon-deb.yaml from what the workspace and the engine have",
    .own_title = "File",
    .notes =
        "The ROS distribution is that of `$ROS_DISTRO`, else of the Dockerfile in the workspace "
        "(`Dockerfile`, `docker/*.Dockerfile`) that makes a builder image, else of the builder "
        "images on the engine. A directory of overrides is found by its files. If there are "
        "several, the error names the options that choose. Other settings are written as "
        "comments.",
    .examples = "  colcon-deb init ~/ros_ws\n"
                "  colcon-deb init ~/ros_ws --ros-distro jazzy --print",
    .exit_status = "0 written, 1 it failed, 2 usage, or there is a choice to make.",
    .run = init,
};
