/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manual: a page on the whole, one for each command, and one for the configuration. An
 * installation has the same pages for man(1); see data/meson.build.
 */
#include "../config/config.h"
#include "command.h"
#include "completion-words.h"
#include "manual.h"
#include "topics.h"

/* Those of the program, and the verbs of each command that has some. */
static const Command *const *const command_lists[] = {commands, image_verbs, repo_verbs};

static const char synopsis[] = "colcon-deb COMMAND [PATH] [OPTION...]";

static void
add_commands(Manual *manual, const Command *const *list)
{
    for (; *list != NULL; list++)
        manual_add_item(
            manual, "Commands",
            (ManualItem){.term = command_full_name(*list), .summary = g_strdup((*list)->summary)});
}

/* What --help prints. */
static Manual *
make_overview(void)
{
    Manual *manual = manual_new("colcon-deb", 1, topic_summary, synopsis);

    add_commands(manual, commands);
    manual_add_text(manual, "Examples", topic_examples);
    manual_add_text(manual, "More",
                    "  colcon-deb COMMAND --help       the options of a command\n"
                    "  colcon-deb help COMMAND         the same at length\n"
                    "  colcon-deb help configuration   the keys of colcon-deb.yaml\n"
                    "  colcon-deb help colcon-deb      exit status, environment, files");
    return manual;
}

/* colcon-deb(1). */
static Manual *
make_page(void)
{
    Manual *manual = manual_new("colcon-deb", 1, topic_summary, synopsis);

    manual_add_text(manual, NULL, topic_description);
    for (gsize i = 0; i < G_N_ELEMENTS(command_lists); i++)
        add_commands(manual, command_lists[i]);
    topics_add(manual);
    return manual;
}

static void
add_key(Manual *manual, const ConfigKey *key)
{
    g_autofree char *type = config_key_describe_type(key);
    const char *placeholder = key->placeholder != NULL ? key->placeholder : "VALUE";
    g_autofree char *flag =
        key->flag != NULL ? g_strdup_printf("Option: `--%s`. ", key->flag) : g_strdup("");
    ManualItem item = {
        .term = g_strdup_printf("%s: %s (%s)", key->name, placeholder, type),
        .summary = g_strdup(key->description),
        .details = g_strdup_printf("%s%s%sDefault: %s.", key->details != NULL ? key->details : "",
                                   key->details != NULL ? " " : "", flag, key->fallback),
    };

    manual_add_item(manual, config_group_get_title(key->group), item);
}

/* colcon-deb.yaml(5). */
static Manual *
make_configuration(void)
{
    Manual *manual = manual_new("colcon-deb.yaml", 5, "The configuration of colcon-deb", NULL);

    manual_add_text(manual, NULL, topic_configuration);
    for (ConfigGroup group = 0; group < CONFIG_N_GROUPS; group++)
        for (gsize i = 0; i < config_n_keys; i++)
            if (config_keys[i].group == group)
                add_key(manual, &config_keys[i]);
    manual_add_text(manual, "Example", topic_configuration_example);
    manual_add_text(manual, "See also", "colcon-deb(1)");
    return manual;
}

/* @words: the name of a command, then perhaps that of its verb. */
static gboolean
help_on(const Command *command, char **words, ManualForm form, GError **error)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    for (; *words != NULL; words++)
        g_ptr_array_add(arguments, *words);
    g_ptr_array_add(arguments, (gpointer)(form == MANUAL_ROFF ? "--manual=roff" : "--manual=text"));
    g_ptr_array_add(arguments, NULL);
    return command->run((int)arguments->len - 1, (char **)arguments->pdata, error);
}

static Manual *
make_topic(const char *topic)
{
    if (topic == NULL || *topic == '-')
        return make_overview();
    if (g_str_equal(topic, "configuration") || g_str_equal(topic, "colcon-deb.yaml"))
        return make_configuration();
    if (g_str_equal(topic, "colcon-deb") || g_str_equal(topic, cmd_help.name))
        return make_page();
    return NULL;
}

/* A line for each command of @list: the file of its page, and the words that 'help' takes for it.
 */
static void
print_page_names(const Command *const *list)
{
    for (; *list != NULL; list++) {
        g_autofree char *name = command_full_name(*list);
        g_autofree char *page = g_strdelimit(g_strdup(name), " ", '-');

        if (*list != &cmd_help)
            g_print("colcon-deb-%s.1 %s\n", page, name);
    }
}

static gboolean
list_pages(void)
{
    g_print("colcon-deb.1 colcon-deb\ncolcon-deb.yaml.5 configuration\n");
    for (gsize i = 0; i < G_N_ELEMENTS(command_lists); i++)
        print_page_names(command_lists[i]);
    return TRUE;
}

static gboolean
help(int argc, char **argv, GError **error)
{
    /* Undocumented: the build makes the manual pages by --roff and --pages, completion asks by
     * --words. */
    gboolean roff = argc > 1 && g_str_equal(argv[1], "--roff");
    char **words = argv + (argc > 1 ? 1 : argc) + (roff ? 1 : 0);
    g_autoptr(Manual) manual = make_topic(*words);
    ManualForm form = roff ? MANUAL_ROFF : MANUAL_TEXT;
    const Command *command = NULL;

    if (argc == 2 && g_str_equal(argv[1], "--pages"))
        return list_pages();
    if (argc > 2 && g_str_equal(argv[1], "--words")) {
        completion_words_print(argv[2], argv + 3);
        return TRUE;
    }
    if (manual != NULL) {
        manual_print(manual, *words == NULL || **words == '-' ? MANUAL_SHORT : form, stdout);
        return TRUE;
    }
    command = command_find(commands, *words);
    if (command == NULL)
        return command_set_unknown(commands, "colcon-deb", *words, error);
    return help_on(command, words, form, error);
}

const Command cmd_help = {
    .name = "help",
    .summary = "Explain a command or the configuration",
    .run = help,
};
