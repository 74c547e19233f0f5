/* SPDX-License-Identifier: Apache-2.0 */
#include "options-manual.h"

Manual *
options_manual_new(const Command *command)
{
    g_autofree char *full_name = command_full_name(command);
    g_autofree char *name = g_strconcat("colcon-deb ", full_name, NULL);
    const char *arguments = command->arguments != NULL ? command->arguments : "[PATH]";
    g_autofree char *synopsis =
        g_strconcat(name, *arguments != '\0' ? " " : "", arguments, " [OPTION...]", NULL);

    return manual_new(name, 1, command->summary, synopsis);
}

/* "-j, --jobs=N", "    --[no-]fast", or "    --keep-warm[=DURATION]". */
static char *
spell(const GOptionEntry *entry, gboolean has_opposite, gboolean is_optional)
{
    const char *argument = entry->arg_description;
    g_autofree char *letter =
        entry->short_name != 0 ? g_strdup_printf("-%c, ", entry->short_name) : g_strdup("    ");

    return g_strconcat(letter, "--", has_opposite ? "[no-]" : "", entry->long_name,
                       is_optional        ? "[="
                       : argument != NULL ? "="
                                          : "",
                       argument != NULL ? argument : "", is_optional ? "]" : "", NULL);
}

void
options_manual_add_entry(Manual *manual, const char *title, const GOptionEntry *entry)
{
    manual_add_item(
        manual, title,
        (ManualItem){.term = spell(entry, FALSE, FALSE), .summary = g_strdup(entry->description)});
}

void
options_manual_add_key(Manual *manual, const ConfigKey *key, const GOptionEntry *entry)
{
    gboolean has_opposite = key->type == CONFIG_BOOLEAN && !g_str_has_prefix(key->flag, "no-");
    g_autofree char *choices = key->choices != NULL ? g_strjoinv("|", (char **)key->choices) : NULL;
    ManualItem item = {
        .term = spell(entry, has_opposite, key->implied != NULL),
        .summary = g_strdup_printf("%s%s%s [%s]", key->description, choices != NULL ? ": " : "",
                                   choices != NULL ? choices : "", key->fallback),
        .details = g_strdup_printf("%s%sKey: `%s`.", key->details != NULL ? key->details : "",
                                   key->details != NULL ? " " : "", key->name),
    };

    manual_add_item(manual, config_group_get_title(key->group), item);
}

void
options_manual_add_texts(Manual *manual, const Command *command)
{
    manual_add_text(manual, NULL, command->notes);
    manual_add_text(manual, "Examples", command->examples);
    manual_add_text(manual, "Exit status",
                    command->exit_status != NULL
                        ? command->exit_status
                        : "0 success, 1 failure, 2 usage or configuration, 130 interrupted.");
}
