/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides on calls of replaced programs. The input is lines: the program's path, the number of
 * variables, the variables, the arguments. After an empty line comes a rules file.
 */
#include "fuzz.h"

#include <command.h>
#include <glib.h>
#include <option-rules.h>
#include <rules-file.h>
#include <stdlib.h>
#include <string.h>

static Command command;

/* A native command has the arguments of the call, in their order. */
static void
check_arguments(const Call *call, gboolean by_loader)
{
    char *const *made = command.arguments + (by_loader ? 7 : 0);

    for (char *const *argument = call->arguments + 1; *argument != NULL; argument++)
        g_assert_true(*++made == *argument);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    char *rules = strstr(text, "\n\n");
    g_auto(GStrv) lines = NULL;
    guint n_variables = 0;
    Call call;

    if (rules != NULL) {
        *rules = '\0';
        rules += 2;
    }
    lines = g_strsplit(text, "\n", -1);
    if (g_strv_length(lines) < 3)
        return 0;
    n_variables = MIN((guint)strtoul(lines[1], NULL, 10), g_strv_length(lines) - 3);

    g_autofree char **variables = g_new0(char *, n_variables + 1);
    memcpy(variables, lines + 2, n_variables * sizeof(char *));
    call = (Call){lines[0], lines + 2 + n_variables, variables};
    command_is_native(&call, rules != NULL ? rules : "");
    for (int by_loader = 0; by_loader < 2; by_loader++)
        if (command_make(&command, &call, rules != NULL ? rules : "", by_loader))
            check_arguments(&call, by_loader);
    return 0;
}
