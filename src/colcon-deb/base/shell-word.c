/* SPDX-License-Identifier: Apache-2.0 */
#include "shell-word.h"

#include <string.h>

void
shell_word_append(GString *command, const char *word)
{
    gsize plain = strspn(word, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-./:=,+@%");
    g_autofree char *quoted = word[plain] != '\0' || *word == '\0' ? g_shell_quote(word) : NULL;

    g_string_append_printf(command, " %s", quoted != NULL ? quoted : word);
}
