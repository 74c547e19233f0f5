/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "../base/nearest.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "architecture.h"
#include "colcon-files.h"
#include "config-file.h"
#include "config-value.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stddef.h>

static const char file_name[] = "colcon-deb.yaml";

enum {
    DEPENDENCY_LAYERS = 5
};

/* A key that passes a setting on has the setting's default. A text stays NULL, which means the
 * same. */
static void
set_default(Config *config, const ConfigKey *key)
{
    g_autofree char *value =
        key->setting != NULL ? cdd_build_setting_dup_default(key->setting) : NULL;
    guint number = value != NULL ? (guint)g_ascii_strtoull(value, NULL, 10) : 0;

    if (key->type == CONFIG_BOOLEAN)
        *(gboolean *)((char *)config + key->field) = number != 0;
    else if (key->type == CONFIG_COUNT || key->type == CONFIG_SECONDS)
        *(guint *)((char *)config + key->field) = number;
}

static Config *
config_new(void)
{
    Config *config = g_new0(Config, 1);

    for (gsize i = 0; i < config_n_keys; i++)
        set_default(config, &config_keys[i]);
    config->dependency_layers = DEPENDENCY_LAYERS;
    config->title_progress = TRUE;
    return config;
}

void
config_free(Config *config)
{
    if (config == NULL)
        return;
    g_free(config->file);
    g_strfreev(config->targets);
    g_free(config->repository_dir);
    g_free(config->target);
    g_strfreev(config->meta_args);
    for (gsize i = 0; i < config_n_keys; i++)
        config_value_clear(config, &config_keys[i]);
    g_free(config);
}

ConfigSetting *
config_setting_new(const ConfigKey *key, const char *flag, const char *value)
{
    ConfigSetting *setting = g_new0(ConfigSetting, 1);

    setting->key = key;
    setting->flag = g_strdup(flag);
    setting->value = g_strdup(value);
    return setting;
}

void
config_setting_free(ConfigSetting *setting)
{
    g_free(setting->flag);
    g_free(setting->value);
    g_free(setting);
}

Config *
config_parse(const char *name, const char *text, gsize length, const char *target, GError **error)
{
    g_autoptr(YamlTree) tree = yaml_tree_parse(name, text, length, error);
    g_autoptr(Config) config = config_new();

    if (tree == NULL || !config_file_read_tree(config, name, tree, target, error))
        return NULL;
    return g_steal_pointer(&config);
}

static gboolean
read_file(Config *config, const char *path, const char *target, GError **error)
{
    g_autoptr(YamlTree) tree = yaml_tree_load(path, error);

    return tree != NULL && config_file_read_tree(config, path, tree, target, error);
}

/* --image replaces docker.dockerfile of the file, and --dockerfile replaces docker.image. */
static gboolean
settle_image(Config *config, const GPtrArray *settings, GError **error)
{
    gboolean image = FALSE;
    gboolean dockerfile = FALSE;

    for (guint i = 0; settings != NULL && i < settings->len; i++) {
        const ConfigSetting *setting = settings->pdata[i];

        image |= setting->key->field == offsetof(Config, image);
        dockerfile |= setting->key->field == offsetof(Config, dockerfile);
    }
    if (image && dockerfile)
        return program_error_usage(error, "--image and --dockerfile cannot be combined");
    if (image)
        g_clear_pointer(&config->dockerfile, g_free);
    if (dockerfile)
        g_clear_pointer(&config->image, g_free);
    return TRUE;
}

static gboolean
read_settings(Config *config, const GPtrArray *settings, GError **error)
{
    for (guint i = 0; settings != NULL && i < settings->len; i++) {
        const ConfigSetting *setting = settings->pdata[i];

        if (!config_value_set(config, setting->key, setting->value, NULL, error)) {
            g_prefix_error(error, "%s: ", setting->flag);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
set_workspace(Config *config, const char *workspace, GError **error)
{
    gboolean is_section = FALSE;

    if (workspace == NULL ||
        config_value_set(config, config_file_find_key("colcon_repo", &is_section), workspace, NULL,
                         error))
        return TRUE;
    g_prefix_error(error, "PATH: ");
    return FALSE;
}

static char *
find_file(const char *workspace)
{
    g_autofree char *path =
        workspace != NULL ? g_build_filename(workspace, file_name, NULL) : g_strdup(file_name);

    return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

static void
fill_defaults(Config *config)
{
    const char *distro = g_getenv("ROS_DISTRO");

    if (config->colcon_repo == NULL)
        config->colcon_repo = g_get_current_dir();
    if (config->debian_dirs == NULL)
        config->debian_dirs = g_build_filename(config->colcon_repo, "debian_dirs", NULL);
    if (config->output_dir == NULL)
        config->output_dir = g_build_filename(config->colcon_repo, "output", NULL);
    if (config->ros_distro == NULL && distro != NULL && *distro != '\0')
        config->ros_distro = g_strdup(distro);
}

gboolean
config_set_unknown_target(const Config *config, const char *name, GError **error)
{
    g_autofree char *known = NULL;
    const char *nearest = NULL;

    if (config->targets == NULL)
        return program_error_usage(error, "--target %s: %s", name,
                                   config->file != NULL
                                       ? "the configuration file has no targets"
                                       : "there is no configuration file, so there are no targets");
    known = g_strjoinv(", ", config->targets);
    nearest = nearest_word(name, (const char *const *)config->targets);
    if (nearest != NULL)
        return program_error_usage(error, "--target %s: %s has %s; did you mean \"%s\"?", name,
                                   config->file, known, nearest);
    return program_error_usage(error, "--target %s: %s has %s", name, config->file, known);
}

static gboolean
check_target(const Config *config, const char *target, GError **error)
{
    return target == NULL || config->target != NULL ||
           config_set_unknown_target(config, target, error);
}

/* With a platform alone, the target has Debian's name of the architecture. */
static void
name_target(Config *config)
{
    if (config->target == NULL && config->targets == NULL && config->platform != NULL)
        config->target =
            g_strdup(architecture_find(config->platform, ARCHITECTURE_PLATFORM, NULL)->debian);
}

/* All targets share the repository. */
static void
place_output(Config *config)
{
    g_free(config->repository_dir);
    config->repository_dir = g_steal_pointer(&config->output_dir);
    config->output_dir =
        config->target != NULL
            ? g_build_filename(config->repository_dir, OUTPUT_TARGETS, config->target, NULL)
            : g_strdup(config->repository_dir);
}

Config *
config_load(const char *workspace, const char *file, const GPtrArray *settings, GError **error)
{
    return config_load_target(workspace, file, NULL, settings, error);
}

Config *
config_load_target(const char *workspace,
                   const char *file,
                   const char *target,
                   const GPtrArray *settings,
                   GError **error)
{
    g_autoptr(Config) config = config_new();
    g_autofree char *found = file != NULL ? g_strdup(file) : find_file(workspace);

    /* The user may name a pipe. One that is found would make the program wait for ever. */
    if (file == NULL && found != NULL && !g_file_test(found, G_FILE_TEST_IS_REGULAR)) {
        program_error_usage(error,
                            "%s is not a file, but the program reads its configuration "
                            "there: remove it, or name another with -c",
                            found);
        return NULL;
    }
    if (found != NULL && !read_file(config, found, target, error))
        return NULL;
    if (!check_target(config, target, error) || !set_workspace(config, workspace, error) ||
        !read_settings(config, settings, error) || !settle_image(config, settings, error))
        return NULL;
    fill_defaults(config);
    name_target(config);
    place_output(config);
    config->meta_args = colcon_files_read_arguments(config->colcon_repo);
    return g_steal_pointer(&config);
}
