/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without libFuzzer, as part of every test run: the seeds of a directory
 * unchanged, then a fixed number of mutations, always the same ones.
 *
 *     fuzz-NAME SEEDS [MUTATIONS]
 */
#include "fuzz.h"

#include <gio/gio.h>
#include <stdlib.h>

#define DEFAULT_MUTATIONS 20000
#define MAX_SIZE 4096

static GPtrArray *
load_seeds(const char *directory)
{
    GPtrArray *seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GDir) listing = g_dir_open(directory, 0, NULL);
    const char *name;

    while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        char *contents;
        gsize length;

        if (g_file_get_contents(path, &contents, &length, NULL))
            g_ptr_array_add(seeds, g_bytes_new_take(contents, length));
    }
    return seeds;
}

static GBytes *
pick(GPtrArray *seeds, GRand *random)
{
    return seeds->pdata[g_rand_int_range(random, 0, (gint32)seeds->len)];
}

/* Flips, sets, drops or doubles a byte, or inserts a piece of another seed. */
static void
mutate(GByteArray *input, GPtrArray *seeds, GRand *random)
{
    guint at = input->len == 0 ? 0 : (guint)g_rand_int_range(random, 0, (gint32)input->len);
    guint8 byte = (guint8)g_rand_int(random);
    GBytes *other = pick(seeds, random);
    gsize other_length;
    const guint8 *other_data = g_bytes_get_data(other, &other_length);

    if (input->len == 0 || input->len > MAX_SIZE) {
        g_byte_array_set_size(input, 0);
        g_byte_array_append(input, other_data, (guint)other_length);
        return;
    }
    switch (g_rand_int_range(random, 0, 5)) {
    case 0:
        input->data[at] ^= (guint8)(1U << (byte & 7));
        break;
    case 1:
        input->data[at] = byte;
        break;
    case 2:
        g_byte_array_remove_range(input, at, MIN((guint)(byte & 15) + 1, input->len - at));
        break;
    case 3: {
        g_autofree guint8 *piece = g_memdup2(input->data + at, input->len - at);

        g_byte_array_append(input, piece, input->len - at);
        break;
    }
    default:
        g_byte_array_set_size(input, at);
        g_byte_array_append(input, other_data + other_length / 2, (guint)(other_length / 2));
    }
}

/* Copies to an exact block, so a sanitizer detects every access beyond its end. */
static void
try(const guint8 *data, gsize length)
{
    g_autofree guint8 *exact = g_memdup2(data, MAX(length, 1));

    LLVMFuzzerTestOneInput(length == 0 ? (const guint8 *)"" : exact, length);
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) seeds = argc < 2 ? NULL : load_seeds(argv[1]);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    g_autoptr(GByteArray) input = g_byte_array_new();
    long mutations = argc < 3 ? DEFAULT_MUTATIONS : strtol(argv[2], NULL, 10);

    if (seeds == NULL || seeds->len == 0) {
        g_printerr("usage: %s SEEDS [MUTATIONS]; SEEDS is a directory with files\n", argv[0]);
        return 2;
    }
    for (guint i = 0; i < seeds->len; i++) {
        gsize length;
        const guint8 *data = g_bytes_get_data(seeds->pdata[i], &length);

        try(data, length);
    }
    for (long i = 0; i < mutations; i++) {
        if (i % 16 == 0)
            g_byte_array_set_size(input, 0);
        mutate(input, seeds, random);
        try(input->data, input->len);
    }
    return 0;
}
