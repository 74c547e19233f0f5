/* SPDX-License-Identifier: Apache-2.0 */
#include "config-value.h"

#include "../base/digest.h"
#include "../base/nearest.h"
#include "../base/program-error.h"
#include "architecture.h"
#include "duration.h"
#include "expand.h"
#include "gpus.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

enum {
    MAX_COUNT = 1024,
    MAX_SECONDS = 7 * 24 * 60 * 60
};

static char **
text_field(Config *config, const ConfigKey *key)
{
    return (char **)((char *)config + key->field);
}

static gboolean
set_text(Config *config, const ConfigKey *key, const char *text)
{
    char **field = text_field(config, key);

    g_free(*field);
    *field = g_strdup(text);
    return TRUE;
}

gboolean
config_value_is_word(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (!g_ascii_isalnum(*p) && (p == text || strchr("._+-", *p) == NULL))
            return FALSE;
    return *text != '\0';
}

static gboolean
set_word(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    if (config_value_is_word(text))
        return set_text(config, key, text);
    return program_error_usage(error, "\"%s\" is not a name: letters, digits and . _ + - only",
                               text);
}

static gboolean
set_path(Config *config, const ConfigKey *key, const char *text, const char *directory)
{
    g_autofree char *path = g_canonicalize_filename(text, directory);

    return set_text(config, key, path);
}

/* By the FHS, packages may not install anywhere else. */
static gboolean
set_prefix(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    g_autofree char *path = NULL;

    if (*text != '/')
        return program_error_usage(error, "\"%s\" is not an absolute path", text);
    path = g_canonicalize_filename(text, "/");
    if (!g_str_has_prefix(path, "/opt/") && !g_str_has_prefix(path, "/usr/") &&
        !g_str_equal(path, "/usr"))
        return program_error_usage(error, "\"%s\" is not under /opt or /usr", text);
    return set_text(config, key, path);
}

static gboolean
set_number(Config *config, const ConfigKey *key, const char *text, guint maximum, GError **error)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(text, 10, 0, maximum, &number, NULL))
        return program_error_usage(error, "\"%s\" is not a whole number from 0 to %u", text,
                                   maximum);
    *(guint *)((char *)config + key->field) = (guint)number;
    return TRUE;
}

static gboolean
set_duration(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    return duration_parse(text, MAX_SECONDS, (guint *)((char *)config + key->field), error);
}

static gboolean
set_boolean(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    gboolean yes = g_ascii_strcasecmp(text, "true") == 0;

    if (!yes && g_ascii_strcasecmp(text, "false") != 0)
        return program_error_usage(error, "\"%s\" is neither true nor false", text);
    *(gboolean *)((char *)config + key->field) = yes;
    return TRUE;
}

static gboolean
set_choice(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    g_autofree char *choices = NULL;
    const char *nearest = NULL;

    if (g_strv_contains(key->choices, text))
        return set_text(config, key, text);
    choices = g_strjoinv(", ", (char **)key->choices);
    nearest = nearest_word(text, key->choices);
    if (nearest != NULL)
        return program_error_usage(error, "\"%s\" is not one of %s; did you mean \"%s\"?", text,
                                   choices, nearest);
    return program_error_usage(error, "\"%s\" is not one of %s", text, choices);
}

/* One platform has one spelling: it names directories and images. */
static gboolean
set_platform(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    const Architecture *architecture = architecture_find(text, ARCHITECTURE_PLATFORM, error);
    g_autofree char *platform =
        architecture != NULL ? architecture_get_platform(architecture) : NULL;

    return platform != NULL && set_text(config, key, platform);
}

static gboolean
set_gpus(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    g_autoptr(CddDeviceRequest) request = NULL;

    return gpus_parse(text, &request, error) && set_text(config, key, text);
}

gboolean
config_value_is_argument(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (g_ascii_iscntrl(*p) || strchr(" '\"$`\\#", *p) != NULL)
            return FALSE;
    return text[0] == '-' && g_ascii_isupper(text[1]);
}

/* Replaces the list, as a repeated option of colcon does. */
static gboolean
set_arguments(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    char ***field = (char ***)((char *)config + key->field);
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (!config_value_is_argument(*word))
            return program_error_usage(error,
                                       "\"%s\" is not an argument of CMake such as -DNAME=VALUE, "
                                       "without quotes, blanks, $, `, \\ and #",
                                       *word);
        g_strv_builder_add(builder, *word);
    }
    g_strfreev(*field);
    *field = g_strv_builder_end(builder);
    return TRUE;
}

/* @variable would contradict the key that sets it. */
static gboolean
refuse_reserved(const char *variable, GError **error)
{
    for (gsize i = 0; i < config_n_keys; i++)
        if (g_strcmp0(config_keys[i].setting, variable) == 0 ||
            g_strcmp0(config_keys[i].decides, variable) == 0)
            return program_error_usage(error, "%s is set by the key %s", variable,
                                       config_keys[i].name);
    return program_error_usage(error, "%s is set by colcon-deb itself", variable);
}

static gboolean
check_variable(const char *name, GError **error)
{
    if (*name == '\0' || g_ascii_isdigit(*name))
        return program_error_usage(error, "\"%s\" is not the name of a variable", name);
    for (const char *p = name; *p != '\0'; p++)
        if (!g_ascii_isalnum(*p) && *p != '_')
            return program_error_usage(error, "\"%s\" is not the name of a variable", name);
    return !cdd_build_setting_is_reserved(name) || refuse_reserved(name, error);
}

gboolean
config_value_set_variable(
    Config *config, const ConfigKey *key, const char *name, const char *value, GError **error)
{
    char ***field = (char ***)((char *)config + key->field);

    if (!check_variable(name, error))
        return FALSE;
    *field = g_environ_setenv(*field, name, value, TRUE);
    return TRUE;
}

static gboolean
set_assignment(Config *config, const ConfigKey *key, const char *text, GError **error)
{
    const char *equals = strchr(text, '=');
    g_autofree char *name = NULL;

    if (equals == NULL)
        return program_error_usage(error, "\"%s\" is not NAME=VALUE", text);
    name = g_strndup(text, (gsize)(equals - text));
    return config_value_set_variable(config, key, name, equals + 1, error);
}

gboolean
config_value_set(
    Config *config, const ConfigKey *key, const char *text, const char *directory, GError **error)
{
    if (*text == '\0')
        return program_error_usage(error, "the value is empty");
    if (!g_utf8_validate(text, -1, NULL))
        return program_error_usage(error, "the value is not UTF-8");

    switch (key->type) {
    case CONFIG_TEXT:
        return set_text(config, key, text);
    case CONFIG_WORD:
        return set_word(config, key, text, error);
    case CONFIG_PATH:
        return set_path(config, key, text, directory);
    case CONFIG_PREFIX:
        return set_prefix(config, key, text, error);
    case CONFIG_COUNT:
        return set_number(config, key, text, MAX_COUNT, error);
    case CONFIG_SECONDS:
        return set_number(config, key, text, MAX_SECONDS, error);
    case CONFIG_DURATION:
        return set_duration(config, key, text, error);
    case CONFIG_BOOLEAN:
        return set_boolean(config, key, text, error);
    case CONFIG_CHOICE:
        return set_choice(config, key, text, error);
    case CONFIG_PLATFORM:
        return set_platform(config, key, text, error);
    case CONFIG_GPUS:
        return set_gpus(config, key, text, error);
    case CONFIG_ARGUMENTS:
        return set_arguments(config, key, text, error);
    case CONFIG_ENVIRONMENT:
        return set_assignment(config, key, text, error);
    }
    return program_error_usage(error, "%s", key->description);
}

gboolean
config_value_expand(const ConfigKey *key, const char *text, char **expanded, GError **error)
{
    g_autofree char *at_home = NULL;

    /* As a shell does. Nobody means a directory named ~. */
    if (key->type == CONFIG_PATH && (g_str_equal(text, "~") || g_str_has_prefix(text, "~/")))
        text = at_home = g_strconcat("${HOME}", text + 1, NULL);
    *expanded = expand_variables(text, error);
    return *expanded != NULL;
}

void
config_value_clear(Config *config, const ConfigKey *key)
{
    switch (key->type) {
    case CONFIG_COUNT:
    case CONFIG_SECONDS:
    case CONFIG_DURATION:
    case CONFIG_BOOLEAN:
        break;
    case CONFIG_ARGUMENTS:
    case CONFIG_ENVIRONMENT:
        g_clear_pointer((char ***)((char *)config + key->field), g_strfreev);
        break;
    default:
        g_clear_pointer(text_field(config, key), g_free);
        break;
    }
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, because their order has no meaning. */
static void
add_variables_to_digest(char *const *variables, GChecksum *digest)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();

    for (; variables != NULL && *variables != NULL; variables++)
        g_ptr_array_add(sorted, *variables);
    g_ptr_array_sort(sorted, compare_texts);
    for (guint i = 0; i < sorted->len; i++)
        digest_add_framed(digest, sorted->pdata[i]);
    digest_add_framed(digest, NULL);
}

static void
add_words_to_digest(char *const *words, GChecksum *digest)
{
    for (; words != NULL && *words != NULL; words++)
        digest_add_framed(digest, *words);
    digest_add_framed(digest, NULL);
}

static void
add_number_to_digest(guint number, GChecksum *digest)
{
    g_autofree char *text = g_strdup_printf("%u", number);

    digest_add_framed(digest, text);
}

void
config_value_add_to_digest(const Config *config, const ConfigKey *key, GChecksum *digest)
{
    const void *field = (const char *)config + key->field;

    digest_add_framed(digest, key->name);
    switch (key->type) {
    case CONFIG_COUNT:
    case CONFIG_SECONDS:
    case CONFIG_DURATION:
        add_number_to_digest(*(const guint *)field, digest);
        break;
    case CONFIG_BOOLEAN:
        add_number_to_digest(*(const gboolean *)field ? 1 : 0, digest);
        break;
    case CONFIG_ARGUMENTS:
        add_words_to_digest(*(char ***)field, digest);
        break;
    case CONFIG_ENVIRONMENT:
        add_variables_to_digest(*(char ***)field, digest);
        break;
    default:
        digest_add_framed(digest, *(char *const *)field);
        break;
    }
}

char *
config_value_print_setting(const Config *config, const ConfigKey *key)
{
    const void *field = (const char *)config + key->field;
    g_autofree char *words = NULL;
    const char *text = NULL;

    switch (key->type) {
    case CONFIG_COUNT:
    case CONFIG_SECONDS:
    case CONFIG_DURATION:
        return g_strdup_printf("%s=%u", key->setting, *(const guint *)field);
    case CONFIG_BOOLEAN:
        return g_strdup_printf("%s=%d", key->setting, *(const gboolean *)field ? 1 : 0);
    case CONFIG_ARGUMENTS:
        words = *(char ***)field != NULL ? g_strjoinv(" ", *(char ***)field) : NULL;
        return words != NULL ? g_strconcat(key->setting, "=", words, NULL) : NULL;
    default:
        text = *(char *const *)field;
        return text != NULL ? g_strconcat(key->setting, "=", text, NULL) : NULL;
    }
}
