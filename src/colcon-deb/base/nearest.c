/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"

#include <string.h>

/* Longer words are not compared, so that the table below fits on the stack. */
enum {
    MAX_LENGTH = 40
};

guint
nearest_distance(const char *a, const char *b)
{
    size_t rows = strlen(a);
    size_t columns = strlen(b);
    guint cost[MAX_LENGTH + 1][MAX_LENGTH + 1];

    if (rows > MAX_LENGTH || columns > MAX_LENGTH)
        return G_MAXUINT;
    for (size_t i = 0; i <= rows; i++)
        cost[i][0] = (guint)i;
    for (size_t j = 0; j <= columns; j++)
        cost[0][j] = (guint)j;

    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            guint change = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            guint best = MIN(change, MIN(cost[i - 1][j], cost[i][j - 1]) + 1);

            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = MIN(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    }
    return cost[rows][columns];
}

gboolean
nearest_is_plausible(const char *word, guint distance)
{
    return distance <= MAX(strlen(word) / 3, (size_t)1);
}

const char *
nearest_word(const char *word, const char *const *known)
{
    const char *best = NULL;
    guint best_distance = G_MAXUINT;

    for (; *known != NULL; known++) {
        guint distance = nearest_distance(word, *known);

        if (distance < best_distance) {
            best_distance = distance;
            best = *known;
        }
    }
    return nearest_is_plausible(word, best_distance) ? best : NULL;
}
