/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "../base/nearest.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "architecture.h"
#include "config-value.h"
#include "yaml-tree.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stddef.h>
#include <string.h>

static const char file_name[] = "colcon-deb.yaml";

enum {
    DEPENDENCY_LAYERS = 5
};

typedef struct {
    const char *name;
    const char *directory; /* the base of its relative paths */
    Config *config;
} File;

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
    g_free(config->repository_dir);
    g_free(config->target);
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

static const char *
leaf(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

/* The key that @word in @section ("" or "docker.") was probably meant to be: by its last part in
 * this section, by its full name in another. */
static const char *
nearest_key(const char *section, const char *word)
{
    const char *best = NULL;
    guint best_distance = G_MAXUINT;

    for (gsize i = 0; i < config_n_keys; i++) {
        const char *name = config_keys[i].name;
        gboolean here =
            strlen(section) == (size_t)(leaf(name) - name) && g_str_has_prefix(name, section);
        guint distance = nearest_distance(word, leaf(name));

        if (distance > best_distance)
            continue;
        if (distance < best_distance || here)
            best = here ? leaf(name) : name;
        best_distance = distance;
    }
    /* A section has no row of its own: it is what the names of its keys begin with. */
    for (gsize i = 0; *section == '\0' && i < config_n_keys; i++) {
        gsize length = (gsize)(leaf(config_keys[i].name) - config_keys[i].name);
        g_autofree char *name = length > 0 ? g_strndup(config_keys[i].name, length - 1) : NULL;
        guint distance = name != NULL ? nearest_distance(word, name) : G_MAXUINT;

        if (distance >= best_distance)
            continue;
        best = g_intern_string(name);
        best_distance = distance;
    }
    return nearest_is_plausible(word, best_distance) ? best : NULL;
}

static void
set_unknown_key_error(const File *file, const char *section, const YamlTree *key, GError **error)
{
    /* In the file a key has no dot: a dot in a name stands for a mapping. */
    const char *nearest = strchr(key->text, '.') != NULL ? NULL : nearest_key(section, key->text);

    if (nearest != NULL)
        yaml_set_error(error, file->name, key, "unknown key \"%s%s\"; did you mean \"%s\"?",
                       section, key->text, nearest);
    else
        yaml_set_error(error, file->name, key,
                       "unknown key \"%s%s\"; 'colcon-deb help configuration' lists all", section,
                       key->text);
}

static gboolean
prefix_place(const File *file, const YamlTree *place, const char *name, GError **error)
{
    g_prefix_error(error, "%s:%u:%u: %s: ", file->name, place->line, place->column, name);
    return FALSE;
}

static gboolean
check_kind(const File *file, const char *name, const YamlTree *value, YamlKind kind, GError **error)
{
    gboolean null = value->kind == YAML_SCALAR && !value->quoted &&
                    (*value->text == '\0' || g_str_equal(value->text, "~") ||
                     g_ascii_strcasecmp(value->text, "null") == 0);

    if (value->kind == kind && !null)
        return TRUE;
    yaml_set_error(error, file->name, value, "%s: %s is expected, not %s", name,
                   yaml_kind_describe(kind), null ? "nothing" : yaml_kind_describe(value->kind));
    return FALSE;
}

static gboolean
read_environment(const File *file, const ConfigKey *key, const YamlTree *tree, GError **error)
{
    if (!check_kind(file, key->name, tree, YAML_MAPPING, error))
        return FALSE;
    for (guint i = 0; i < tree->keys->len; i++) {
        const YamlTree *name = tree->keys->pdata[i];
        const YamlTree *value = tree->values->pdata[i];
        g_autofree char *where = g_strdup_printf("%s.%s", key->name, name->text);
        g_autofree char *expanded = NULL;

        if (!check_kind(file, where, value, YAML_SCALAR, error))
            return FALSE;
        if (!config_value_expand(key, value->text, &expanded, error))
            return prefix_place(file, value, where, error);
        if (!config_value_set_variable(file->config, key, name->text, expanded, error))
            return prefix_place(file, name, where, error);
    }
    return TRUE;
}

static gboolean
read_value(const File *file, const ConfigKey *key, const YamlTree *value, GError **error)
{
    g_autofree char *expanded = NULL;

    if (key->type == CONFIG_ENVIRONMENT)
        return read_environment(file, key, value, error);
    if (!check_kind(file, key->name, value, YAML_SCALAR, error))
        return FALSE;
    if (value->quoted &&
        (key->type == CONFIG_BOOLEAN || key->type == CONFIG_COUNT || key->type == CONFIG_SECONDS)) {
        yaml_set_error(error, file->name, value, "%s: write \"%s\" without the quotes", key->name,
                       value->text);
        return FALSE;
    }
    if (!config_value_expand(key, value->text, &expanded, error) ||
        !config_value_set(file->config, key, expanded, file->directory, error))
        return prefix_place(file, value, key->name, error);
    return TRUE;
}

/* The key of that full name, or the first key of a section of that name. */
static const ConfigKey *
find_key(const char *name, gboolean *is_section)
{
    size_t length = strlen(name);

    for (gsize i = 0; i < config_n_keys; i++) {
        const char *known = config_keys[i].name;

        if (strncmp(known, name, length) != 0 || (known[length] != '\0' && known[length] != '.'))
            continue;
        *is_section = known[length] == '.';
        return &config_keys[i];
    }
    return NULL;
}

static gboolean
read_section(const File *file, const char *section, const YamlTree *tree, GError **error)
{
    for (guint i = 0; i < tree->keys->len; i++) {
        const YamlTree *key_tree = tree->keys->pdata[i];
        const YamlTree *value = tree->values->pdata[i];
        g_autofree char *name = g_strconcat(section, key_tree->text, NULL);
        gboolean is_section = FALSE;
        const ConfigKey *key =
            strchr(key_tree->text, '.') != NULL ? NULL : find_key(name, &is_section);

        if (key == NULL) {
            set_unknown_key_error(file, section, key_tree, error);
            return FALSE;
        }
        if (is_section) {
            g_autofree char *inner = g_strconcat(name, ".", NULL);

            if (!check_kind(file, name, value, YAML_MAPPING, error) ||
                !read_section(file, inner, value, error))
                return FALSE;
        } else if (!read_value(file, key, value, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
read_tree(Config *config, const char *name, const YamlTree *tree, GError **error)
{
    g_autofree char *absolute = g_canonicalize_filename(name, NULL);
    g_autofree char *directory = g_path_get_dirname(absolute);
    const File file = {.name = name, .directory = directory, .config = config};

    if (tree->kind != YAML_MAPPING) {
        yaml_set_error(error, name, tree, "\"key: value\" lines are expected, not %s",
                       yaml_kind_describe(tree->kind));
        return FALSE;
    }
    config->file = g_strdup(name);
    if (!read_section(&file, "", tree, error))
        return FALSE;
    if (config->image == NULL || config->dockerfile == NULL)
        return TRUE;
    return program_error_usage(error, "%s: docker.image and docker.dockerfile cannot be combined",
                               name);
}

Config *
config_parse(const char *name, const char *text, gsize length, GError **error)
{
    g_autoptr(YamlTree) tree = yaml_tree_parse(name, text, length, error);
    g_autoptr(Config) config = config_new();

    if (tree == NULL || !read_tree(config, name, tree, error))
        return NULL;
    return g_steal_pointer(&config);
}

static gboolean
read_file(Config *config, const char *path, GError **error)
{
    g_autoptr(YamlTree) tree = yaml_tree_load(path, error);

    return tree != NULL && read_tree(config, path, tree, error);
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
        config_value_set(config, find_key("colcon_repo", &is_section), workspace, NULL, error))
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

/* With a platform alone, the target has Debian's name of the architecture. */
static void
name_target(Config *config)
{
    if (config->target == NULL && config->platform != NULL)
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
    if (found != NULL && !read_file(config, found, error))
        return NULL;
    if (!set_workspace(config, workspace, error) || !read_settings(config, settings, error) ||
        !settle_image(config, settings, error))
        return NULL;
    fill_defaults(config);
    name_target(config);
    place_output(config);
    return g_steal_pointer(&config);
}
