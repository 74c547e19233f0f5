/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* The number of letters to insert, delete, change or swap with a neighbour to make @a into @b. */
guint nearest_distance(const char *a, const char *b);

/* Whether @distance is small enough for @word to be a typing error. */
gboolean nearest_is_plausible(const char *word, guint distance);

/* The word of @known (NULL-terminated) that @word was probably meant to be, or NULL. */
const char *nearest_word(const char *word, const char *const *known);
