/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "../base/nearest.h"
#include "../base/program-error.h"
#include "colcon-options.h"
#include "options-manual.h"

#include <string.h>

/* The options of a command line while it is parsed. A GOptionEntry borrows its strings. */
typedef struct {
    GArray *entries;
    GPtrArray *strings;
    char **rest;
    Manual *manual;
    gboolean short_help;
    char *form; /* --manual, or NULL */
} Parse;

static void
parse_clear(Parse *parse)
{
    g_clear_pointer(&parse->entries, g_array_unref);
    g_clear_pointer(&parse->strings, g_ptr_array_unref);
    g_clear_pointer(&parse->rest, g_strfreev);
    g_clear_pointer(&parse->manual, manual_free);
    g_clear_pointer(&parse->form, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parse, parse_clear)

/* The opposite of "run-tests" is "no-run-tests", and of "no-new-privileges" "new-privileges". */
static char *
opposite(const char *flag)
{
    if (g_str_has_prefix(flag, "no-"))
        return g_strdup(flag + strlen("no-"));
    return g_strconcat("no-", flag, NULL);
}

/* @flag: as the user wrote it: "-j", "--jobs" or "--no-run-tests". */
static const ConfigKey *
find_flag(const char *flag, gboolean *negated)
{
    for (gsize i = 0; i < config_n_keys; i++) {
        const ConfigKey *key = &config_keys[i];
        g_autofree char *other = NULL;

        if (key->flag == NULL)
            continue;
        other = opposite(key->flag);
        *negated = key->type == CONFIG_BOOLEAN && g_str_has_prefix(flag, "--") &&
                   g_str_equal(flag + 2, other);
        if (*negated || (g_str_has_prefix(flag, "--") && g_str_equal(flag + 2, key->flag)) ||
            (key->letter != 0 && flag[1] == key->letter && flag[2] == '\0'))
            return key;
    }
    return NULL;
}

static gboolean
on_flag(const char *flag, const char *value, gpointer user_data, GError **error)
{
    Options *options = user_data;
    gboolean negated = FALSE;
    const ConfigKey *key = find_flag(flag, &negated);

    if (key->type == CONFIG_BOOLEAN)
        value = negated ? "false" : "true";
    g_ptr_array_add(options->settings, config_setting_new(key, flag, value));
    return TRUE;
}

static gboolean
on_names(const char *flag, const char *value, gpointer user_data, GError **error)
{
    Options *options = user_data;
    SelectionList list = 0;

    while (!g_str_equal(flag + strlen("--"), selection_options[list].flag))
        list++;
    if (selection_add(&options->selection, list, value, error))
        return TRUE;
    g_prefix_error(error, "%s: ", flag);
    return FALSE;
}

/* Gives a flag that stands alone the value that it implies. GOption would take the next word. */
static void
complete_flags(char **arguments)
{
    for (; *arguments != NULL && !g_str_equal(*arguments, "--"); arguments++) {
        gboolean negated = FALSE;
        const ConfigKey *key =
            g_str_has_prefix(*arguments, "--") ? find_flag(*arguments, &negated) : NULL;
        char *alone = *arguments;

        if (key == NULL || key->implied == NULL)
            continue;
        *arguments = g_strconcat(alone, "=", key->implied, NULL);
        g_free(alone);
    }
}

static char *
keep(Parse *parse, char *string)
{
    g_ptr_array_add(parse->strings, string);
    return string;
}

/* @title: of the entry's list in the manual. */
static void
add_entry(Parse *parse, const GOptionEntry *entry, const char *title)
{
    g_array_append_vals(parse->entries, entry, 1);
    if (entry->description != NULL)
        options_manual_add_entry(parse->manual, title, entry);
}

static void
add_key(Parse *parse, const ConfigKey *key)
{
    GOptionEntry entry = {
        .long_name = key->flag,
        .short_name = key->letter,
        /* Without this flag GOption converts from the locale's character set, and fails in the C
         * locale. */
        .flags = G_OPTION_FLAG_FILENAME,
        .arg = G_OPTION_ARG_CALLBACK,
        .arg_data = (gpointer)on_flag,
        .arg_description = key->placeholder,
    };

    if (key->type == CONFIG_BOOLEAN)
        entry.flags = G_OPTION_FLAG_NO_ARG;
    g_array_append_val(parse->entries, entry);
    options_manual_add_key(parse->manual, key, &entry);
    if (key->type != CONFIG_BOOLEAN)
        return;

    entry.long_name = keep(parse, opposite(key->flag));
    g_array_append_val(parse->entries, entry);
}

static gboolean
has_key(const Command *command, const ConfigKey *key)
{
    return key->flag != NULL && (command->compiles || !key->of_builds) &&
           (command->keys == NULL || g_strv_contains(command->keys, key->name));
}

static void
add_selection(Parse *parse)
{
    for (gsize i = 0; i < SELECTION_N_LISTS; i++) {
        const GOptionEntry entry = {
            .long_name = selection_options[i].flag,
            .flags = G_OPTION_FLAG_FILENAME,
            .arg = G_OPTION_ARG_CALLBACK,
            .arg_data = (gpointer)on_names,
            .description = selection_options[i].description,
            .arg_description = selection_options[i].placeholder,
        };

        add_entry(parse, &entry, "Selection");
    }
}

static void
add_target(Parse *parse, Options *options, const Command *command)
{
    const GOptionEntry entry = {
        .long_name = "target",
        .arg = G_OPTION_ARG_FILENAME_ARRAY,
        .arg_data = &options->targets,
        .description = command->max_targets > 1 ? "build only this target of the configuration"
                                                : "take this target of the configuration",
        .arg_description = "TARGET",
    };

    if (command->max_targets > 0)
        add_entry(parse, &entry, command->selects ? "Selection" : "Options");
}

/* Output options: those of every command, and one of builds. --manual is for 'colcon-deb help' and
 * the installed manual pages. */
static void
add_common(Parse *parse, Options *options, const Command *command)
{
    const GOptionEntry show_warnings = {"show-warnings",
                                        0,
                                        0,
                                        G_OPTION_ARG_NONE,
                                        &options->show_warnings,
                                        "print the warnings of compilers and of CMake",
                                        NULL};
    const GOptionEntry common[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->file,
         command->arguments != NULL ? "read the configuration from FILE [colcon-deb.yaml]"
                                    : "read the configuration from FILE [colcon-deb.yaml in PATH]",
         "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, "print one JSON object a line", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "print errors only", NULL},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, "print all output", NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &parse->short_help, "print this help", NULL},
        {"manual", 0, 0, G_OPTION_ARG_STRING, &parse->form, NULL, "FORM"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parse->rest, NULL, NULL},
    };

    if (command->compiles)
        add_entry(parse, &show_warnings, "Output");
    for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
        add_entry(parse, &common[i], "Output");
}

static void
parse_init(Parse *parse, Options *options, const Command *command, const GOptionEntry *extra)
{
    parse->entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    parse->strings = g_ptr_array_new_with_free_func(g_free);
    parse->manual = options_manual_new(command);
    if (command->selects)
        add_selection(parse);
    add_target(parse, options, command);
    for (; extra != NULL && extra->long_name != NULL; extra++)
        add_entry(parse, extra, command->own_title != NULL ? command->own_title : "Options");
    for (ConfigGroup group = 0; group < CONFIG_N_GROUPS; group++)
        for (gsize i = 0; i < config_n_keys; i++)
            if (config_keys[i].group == group && has_key(command, &config_keys[i]))
                add_key(parse, &config_keys[i]);
    add_common(parse, options, command);
    options_manual_add_texts(parse->manual, command);
}

/* GOption's own help is not used: see manual.h. */
static GOptionContext *
context_new(const Parse *parse, const Command *command, Options *options)
{
    GOptionContext *context = g_option_context_new(NULL);
    GOptionGroup *group = g_option_group_new(command->name, NULL, NULL, options, NULL);
    g_autofree char *full_name = command_full_name(command);
    g_autofree char *name = g_strconcat("colcon-deb ", full_name, NULL);

    g_set_prgname(name);
    g_option_group_add_entries(group, (const GOptionEntry *)parse->entries->data);
    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    return context;
}

static const char *
nearest_flag(const Parse *parse, const char *word)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (guint i = 0; i < parse->entries->len; i++)
        g_ptr_array_add(known, (gpointer)g_array_index(parse->entries, GOptionEntry, i).long_name);
    g_ptr_array_add(known, NULL);
    return nearest_word(word, (const char *const *)known->pdata);
}

static gboolean
is_known_flag(const Parse *parse, const char *word)
{
    for (guint i = 0; i < parse->entries->len; i++)
        if (g_str_equal(g_array_index(parse->entries, GOptionEntry, i).long_name, word))
            return TRUE;
    return FALSE;
}

static gboolean
set_unknown_option(const char *word, const char *end, GError **error)
{
    g_clear_error(error);
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "unknown option --%s; %s",
                word, end);
    return TRUE;
}

/* Adds to GOption's error about an unknown option which one was probably meant, or what is done in
 * place of colcon's. */
static gboolean
suggest_flag(const Parse *parse, const Command *command, char **arguments, GError **error)
{
    if (!g_error_matches(*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        return FALSE;
    for (; *arguments != NULL; arguments++) {
        g_autofree char *word = NULL;
        g_autofree char *question = NULL;
        const char *nearest = NULL;
        const char *advice = NULL;

        if (!g_str_has_prefix(*arguments, "--") || (*arguments)[2] == '\0')
            continue;
        word = g_strndup(*arguments + 2, strcspn(*arguments + 2, "="));
        if (is_known_flag(parse, word))
            continue;
        advice = command->selects ? colcon_option_get_advice(word) : NULL;
        if (advice != NULL)
            return set_unknown_option(word, advice, error);
        nearest = nearest_flag(parse, word);
        if (nearest == NULL)
            continue;
        question = g_strdup_printf("did you mean --%s?", nearest);
        return set_unknown_option(word, question, error);
    }
    return FALSE;
}

/* A target that is named twice is built once. */
static void
drop_repeated_targets(Options *options)
{
    char **kept = options->targets;

    for (char **name = options->targets; name != NULL && *name != NULL; name++) {
        char *const *first = options->targets;

        while (first < kept && !g_str_equal(*first, *name))
            first++;
        if (first < kept)
            g_free(*name);
        else
            *kept++ = *name;
    }
    if (kept != NULL)
        *kept = NULL;
}

static gboolean
take_arguments(Options *options, Parse *parse, const Command *command, GError **error)
{
    guint n_arguments = parse->rest != NULL ? g_strv_length(parse->rest) : 0;
    gboolean takes_path = command->arguments == NULL;
    guint max = takes_path ? 1 : command->max_arguments;
    g_autofree char *name = command_full_name(command);

    if (n_arguments > max && takes_path)
        return program_error_usage(error, "%s: unexpected argument \"%s\"; it takes one PATH", name,
                                   parse->rest[1]);
    if (n_arguments > max)
        return program_error_usage(error, "%s: unexpected argument \"%s\"", name, parse->rest[max]);
    drop_repeated_targets(options);
    if (options->targets != NULL && g_strv_length(options->targets) > command->max_targets)
        return program_error_usage(error, "%s: --target %s: it takes at most %u", name,
                                   options->targets[command->max_targets], command->max_targets);
    if (!takes_path)
        options->arguments = g_steal_pointer(&parse->rest);
    else if (n_arguments > 0)
        options->workspace = g_strdup(parse->rest[0]);
    return TRUE;
}

gboolean
options_parse(Options *options,
              const Command *command,
              const GOptionEntry *extra,
              int argc,
              char **argv,
              GError **error)
{
    g_auto(Parse) parse = {0};
    g_autoptr(GOptionContext) context = NULL;
    g_auto(GStrv) arguments =
        command->selects ? selection_join_words(g_strdupv(argv)) : g_strdupv(argv);
    guint n_arguments = g_strv_length(arguments);
    g_autoptr(GError) cause = NULL;
    /* GOption moves the arguments that it leaves to the front, and does not free the others. */
    g_autofree char **scratch = NULL;

    complete_flags(arguments);
    scratch = g_memdup2(arguments, (n_arguments + 1) * sizeof *arguments);
    argc = (int)n_arguments;
    options->settings = g_ptr_array_new_with_free_func((GDestroyNotify)config_setting_free);
    parse_init(&parse, options, command, extra);
    context = context_new(&parse, command, options);
    if (!g_option_context_parse(context, &argc, &scratch, &cause)) {
        if (!suggest_flag(&parse, command, arguments, &cause))
            program_error_append(&cause, "; see '%s --help'", g_get_prgname());
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (parse.short_help || parse.form != NULL) {
        options->help = TRUE;
        manual_print(parse.manual, manual_form_of(parse.form), stdout);
        return TRUE;
    }
    return take_arguments(options, &parse, command, error);
}

static gboolean
has_one_target(const Options *options)
{
    return options->targets != NULL && g_strv_length(options->targets) == 1;
}

static Config *
load_target(const Options *options, const char *target, GError **error)
{
    return config_load_target(options->workspace, options->file, target, options->settings, error);
}

Config *
options_load_config(const Options *options, GError **error)
{
    return load_target(options, has_one_target(options) ? options->targets[0] : NULL, error);
}

Config *
options_load_one_config(const Options *options, GError **error)
{
    g_autoptr(Config) config = options_load_config(options, error);

    if (config == NULL || config->target != NULL || config->targets == NULL ||
        config->image != NULL || config->dockerfile != NULL || config->ros_distro != NULL)
        return g_steal_pointer(&config);
    return load_target(options, config->targets[0], error);
}

void
options_clear(Options *options)
{
    g_free(options->workspace);
    g_strfreev(options->arguments);
    g_free(options->file);
    g_strfreev(options->targets);
    g_clear_pointer(&options->settings, g_ptr_array_unref);
    selection_clear(&options->selection);
}
