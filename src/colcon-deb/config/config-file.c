/* SPDX-License-Identifier: Apache-2.0 */
#include "config-file.h"

#include "../base/nearest.h"
#include "../base/program-error.h"
#include "config-value.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *directory; /* the base of its relative paths */
    Config *config;
    const char *target; /* whose keys are being read; NULL at the top level */
} File;

static const char targets_key[] = "targets";

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
    if (*section == '\0' && nearest_distance(word, targets_key) < best_distance) {
        best = targets_key;
        best_distance = nearest_distance(word, targets_key);
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

/* A target overrides what can differ between builds that run side by side. */
static gboolean
check_place(const File *file, const ConfigKey *key, const YamlTree *place, GError **error)
{
    if (file->target == NULL || !key->of_whole)
        return TRUE;
    yaml_set_error(error, file->name, place,
                   "%s: it is the same for all targets; write it at the top level, not in target "
                   "\"%s\"",
                   key->name, file->target);
    return FALSE;
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

/* Checked one by one, so that an error has the place of its item. */
static gboolean
read_arguments(const File *file, const ConfigKey *key, const YamlTree *tree, GError **error)
{
    g_autoptr(GString) words = g_string_new(NULL);

    if (!check_kind(file, key->name, tree, YAML_SEQUENCE, error))
        return FALSE;
    for (guint i = 0; i < tree->values->len; i++) {
        const YamlTree *item = tree->values->pdata[i];
        g_autofree char *expanded = NULL;

        if (!check_kind(file, key->name, item, YAML_SCALAR, error))
            return FALSE;
        if (!config_value_expand(key, item->text, &expanded, error) ||
            !config_value_set(file->config, key, expanded, file->directory, error))
            return prefix_place(file, item, key->name, error);
        g_string_append_printf(words, " %s", expanded);
    }
    return words->len == 0 ||
           config_value_set(file->config, key, words->str, file->directory, error);
}

static gboolean
read_value(const File *file, const ConfigKey *key, const YamlTree *value, GError **error)
{
    g_autofree char *expanded = NULL;

    if (key->type == CONFIG_ARGUMENTS)
        return read_arguments(file, key, value, error);
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

const ConfigKey *
config_file_find_key(const char *name, gboolean *is_section)
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
read_section(const File *file, const char *section, const YamlTree *tree, GError **error);

/* @name: the key of @place and the sections that it is in. */
static gboolean
read_key(const File *file,
         const char *section,
         const YamlTree *place,
         const YamlTree *value,
         GError **error)
{
    g_autofree char *name = g_strconcat(section, place->text, NULL);
    gboolean is_section = FALSE;
    const ConfigKey *key =
        strchr(place->text, '.') != NULL ? NULL : config_file_find_key(name, &is_section);

    if (key == NULL) {
        set_unknown_key_error(file, section, place, error);
        return FALSE;
    }
    if (is_section) {
        g_autofree char *inner = g_strconcat(name, ".", NULL);

        return check_kind(file, name, value, YAML_MAPPING, error) &&
               read_section(file, inner, value, error);
    }
    return check_place(file, key, place, error) && read_value(file, key, value, error);
}

static gboolean
read_section(const File *file, const char *section, const YamlTree *tree, GError **error)
{
    for (guint i = 0; i < tree->keys->len; i++) {
        const YamlTree *place = tree->keys->pdata[i];
        gboolean is_targets = *section == '\0' && g_str_equal(place->text, targets_key);

        if (is_targets && file->target != NULL) {
            yaml_set_error(error, file->name, place, "a target cannot have targets");
            return FALSE;
        }
        if (!is_targets && !read_key(file, section, place, tree->values->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

/* --- Targets --- */

/* The name becomes the name of a directory and the beginning of the names of packages. */
static gboolean
check_target_name(const File *file, const YamlTree *place, GError **error)
{
    size_t length = strlen(place->text);

    if (length <= CONFIG_MAX_TARGET_NAME && config_value_is_word(place->text))
        return TRUE;
    yaml_set_error(error, file->name, place,
                   "\"%s\" is not the name of a target: a letter or digit, then letters, digits "
                   "and . _ + -, at most %d",
                   place->text, CONFIG_MAX_TARGET_NAME);
    return FALSE;
}

/* Reads the keys of a target alone, which finds mistakes in targets that are not built, too. */
static Config *
read_target_alone(const File *file, const YamlTree *tree, GError **error)
{
    g_autoptr(Config) own = g_new0(Config, 1);
    File alone = *file;

    alone.config = own;
    if (!read_section(&alone, "", tree, error))
        return NULL;
    if (own->image == NULL || own->dockerfile == NULL)
        return g_steal_pointer(&own);
    yaml_set_error(error, file->name, tree,
                   "target \"%s\": docker.image and docker.dockerfile cannot be combined",
                   file->target);
    return NULL;
}

/* A target's image takes the place of the top level's Dockerfile, and the other way round. */
static void
settle_image(Config *config, const Config *own)
{
    if (own->image != NULL)
        g_clear_pointer(&config->dockerfile, g_free);
    if (own->dockerfile != NULL)
        g_clear_pointer(&config->image, g_free);
}

/* Reads a target, and lets its keys win if it is the one that is wanted. */
static gboolean
read_target(
    const File *top, const YamlTree *name, const YamlTree *tree, const char *wanted, GError **error)
{
    File file = *top;
    g_autofree char *where = g_strconcat(targets_key, ".", name->text, NULL);
    g_autoptr(Config) own = NULL;

    file.target = name->text;
    if (!check_target_name(&file, name, error) ||
        !check_kind(&file, where, tree, YAML_MAPPING, error))
        return FALSE;
    own = read_target_alone(&file, tree, error);
    if (own == NULL)
        return FALSE;
    if (g_strcmp0(name->text, wanted) != 0)
        return TRUE;
    top->config->target = g_strdup(wanted);
    settle_image(top->config, own);
    return read_section(&file, "", tree, error);
}

static gboolean
check_number(const File *file, const YamlTree *tree, GError **error)
{
    if (tree->keys->len > 0 && tree->keys->len <= CONFIG_MAX_TARGETS)
        return TRUE;
    yaml_set_error(error, file->name, tree, "%s: 1 to %d targets are expected, not %u", targets_key,
                   CONFIG_MAX_TARGETS, tree->keys->len);
    return FALSE;
}

static gboolean
read_targets(const File *file, const YamlTree *tree, const char *wanted, GError **error)
{
    Config *config = file->config;

    if (!check_kind(file, targets_key, tree, YAML_MAPPING, error) ||
        !check_number(file, tree, error))
        return FALSE;
    config->targets = g_new0(char *, tree->keys->len + 1);
    for (guint i = 0; i < tree->keys->len; i++) {
        const YamlTree *name = tree->keys->pdata[i];

        config->targets[i] = g_strdup(name->text);
        if (!read_target(file, name, tree->values->pdata[i], wanted, error))
            return FALSE;
    }
    return TRUE;
}

/* The value of the key `targets`; NULL if the file has none. */
static const YamlTree *
find_targets(const YamlTree *tree)
{
    for (guint i = 0; i < tree->keys->len; i++) {
        const YamlTree *key = tree->keys->pdata[i];

        if (g_str_equal(key->text, targets_key))
            return tree->values->pdata[i];
    }
    return NULL;
}

/* --- The file --- */

gboolean
config_file_read_tree(
    Config *config, const char *name, const YamlTree *tree, const char *target, GError **error)
{
    g_autofree char *absolute = g_canonicalize_filename(name, NULL);
    g_autofree char *directory = g_path_get_dirname(absolute);
    const File file = {.name = name, .directory = directory, .config = config};
    const YamlTree *targets = NULL;

    if (tree->kind != YAML_MAPPING) {
        yaml_set_error(error, name, tree, "\"key: value\" lines are expected, not %s",
                       yaml_kind_describe(tree->kind));
        return FALSE;
    }
    config->file = g_strdup(name);
    if (!read_section(&file, "", tree, error))
        return FALSE;
    if (config->image != NULL && config->dockerfile != NULL)
        return program_error_usage(
            error, "%s: docker.image and docker.dockerfile cannot be combined", name);
    targets = find_targets(tree);
    return targets == NULL || read_targets(&file, targets, target, error);
}
