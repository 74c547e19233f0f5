/* SPDX-License-Identifier: Apache-2.0 */
#include "verbs.h"

#include "../base/program-error.h"
#include "manual.h"

#include <string.h>

static const char manual_flag[] = "--manual=";

static Manual *
make_manual(const Command *command, const Command *const *verbs, const char *name, const char *more)
{
    g_autofree char *synopsis = g_strconcat(name, " VERB [ARGUMENT...] [OPTION...]", NULL);
    Manual *manual = manual_new(name, 1, command->summary, synopsis);

    for (const Command *const *verb = verbs; *verb != NULL; verb++)
        manual_add_item(
            manual, "Verbs",
            (ManualItem){.term = g_strdup((*verb)->name), .summary = g_strdup((*verb)->summary)});
    manual_add_text(manual, "Examples", command->examples);
    manual_add_text(manual, "More", more);
    return manual;
}

gboolean
verbs_run(const Command *command,
          const Command *const *verbs,
          const char *more,
          int argc,
          char **argv,
          GError **error)
{
    g_autofree char *name = g_strconcat("colcon-deb ", command->name, NULL);
    g_autoptr(Manual) manual = make_manual(command, verbs, name, more);
    const Command *verb = NULL;

    if (argc < 2)
        return program_error_usage(error, "%s: the verb is missing; see '%s --help'", command->name,
                                   name);
    if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")) {
        manual_print(manual, MANUAL_SHORT, stdout);
        return TRUE;
    }
    if (g_str_has_prefix(argv[1], manual_flag)) {
        manual_print(manual, manual_form_of(argv[1] + strlen(manual_flag)), stdout);
        return TRUE;
    }
    verb = command_find(verbs, argv[1]);
    if (verb == NULL)
        return command_set_unknown(verbs, name, argv[1], error);
    return verb->run(argc - 1, argv + 1, error);
}
