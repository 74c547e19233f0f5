/* SPDX-License-Identifier: Apache-2.0 */
/* The output of a build: no terminal control sequence may remain. */
#include "fuzz.h"

#include "base/text.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *printable = text_printable(text);
    g_autofree char *cut = text_ellipsize(printable, size == 0 ? 0 : data[0]);

    g_assert(g_utf8_validate(printable, -1, NULL));
    g_assert(size == 0 || text_width(cut) <= data[0]);
    for (const char *p = printable; *p != '\0'; p = g_utf8_next_char(p))
        g_assert(!g_unichar_iscntrl(g_utf8_get_char(p)));
    return 0;
}
