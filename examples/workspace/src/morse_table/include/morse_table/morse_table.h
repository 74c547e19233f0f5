/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MORSE_TABLE_MORSE_TABLE_H
#define MORSE_TABLE_MORSE_TABLE_H

#ifdef __cplusplus
extern "C" {
#endif

/* The Morse code of a letter or digit as dots and dashes, or NULL when it has none. */
const char *morse_table_lookup(char letter);

#ifdef __cplusplus
}
#endif

#endif
