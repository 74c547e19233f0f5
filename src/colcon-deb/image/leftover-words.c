/* SPDX-License-Identifier: Apache-2.0 */
#include "leftover-words.h"

#include "../base/text.h"

static const struct {
    const char *name;
    const char *plural;
    const char *json;
} kinds[LEFTOVER_N_KINDS] = {
    [LEFTOVER_CONTAINER] = {"container", "containers", "container"},
    [LEFTOVER_STANDBY] = {"standby container", "standby containers", "standby"},
    [LEFTOVER_VOLUME] = {"volume", "volumes", "volume"},
    [LEFTOVER_LAYER] = {"dependency layer", "dependency layers", "layer"},
    [LEFTOVER_DIRECTORY] = {"temporary directory", "temporary directories", "directory"},
};

const char *
leftover_get_name(const Leftover *leftover)
{
    return kinds[leftover->kind].name;
}

const char *
leftover_get_id(const Leftover *leftover)
{
    return kinds[leftover->kind].json;
}

guint64
leftovers_sum_sizes(const GPtrArray *leftovers)
{
    guint64 sum = 0;

    for (guint i = 0; i < leftovers->len; i++)
        sum += (guint64)MAX(((Leftover *)leftovers->pdata[i])->size, 0);
    return sum;
}

char *
leftovers_count(const GPtrArray *leftovers)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    guint64 size = leftovers_sum_sizes(leftovers);

    for (guint kind = 0; kind < LEFTOVER_N_KINDS; kind++) {
        guint n = 0;

        for (guint i = 0; i < leftovers->len; i++)
            n += ((Leftover *)leftovers->pdata[i])->kind == kind;
        if (n > 0)
            g_ptr_array_add(
                parts, g_strdup_printf("%u %s", n, n == 1 ? kinds[kind].name : kinds[kind].plural));
    }
    if (size > 0)
        g_ptr_array_add(parts, text_size(size));
    g_ptr_array_add(parts, NULL);
    return g_strjoinv(", ", (char **)parts->pdata);
}
