/* SPDX-License-Identifier: Apache-2.0 */
#include "morse_table/morse_table.h"

#include <ctype.h>
#include <stddef.h>

static const char *const letters[] = {
    ".-",   "-...", "-.-.", "-..",  ".",   "..-.", "--.",  "....", "..",
    ".---", "-.-",  ".-..", "--",   "-.",  "---",  ".--.", "--.-", ".-.",
    "...",  "-",    "..-",  "...-", ".--", "-..-", "-.--", "--..",
};

static const char *const digits[] = {
    "-----", ".----", "..---", "...--", "....-", ".....", "-....", "--...", "---..", "----.",
};

const char *
morse_table_lookup(char letter)
{
    const int upper = toupper((unsigned char)letter);
    if (upper >= 'A' && upper <= 'Z')
        return letters[upper - 'A'];
    if (upper >= '0' && upper <= '9')
        return digits[upper - '0'];
    return NULL;
}
