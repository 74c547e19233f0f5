/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses a list of files that a container may have written. A list is accepted completely or not at
 * all, and has only one valid form.
 */
#include "fuzz.h"

#include "incremental/file-list.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = g_malloc(size + 1);
    g_autoptr(FileList) list = NULL;
    g_autoptr(FileList) again = NULL;
    g_autofree char *printed = NULL;
    g_autofree char *printed_again = NULL;

    memcpy(text, data, size);
    text[size] = '\0';
    list = file_list_parse(text, size);
    if (list == NULL)
        return 0;
    printed = file_list_print(list);
    again = file_list_parse(g_strdup(printed), strlen(printed));
    g_assert(again != NULL);
    printed_again = file_list_print(again);
    g_assert(g_str_equal(printed, printed_again));
    file_list_seal(list);
    return 0;
}
