/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile-images.h"

#include <string.h>

#define FROM_FLAG "--from="
/* What a stage begins with that begins with nothing. */
#define NO_IMAGE "scratch"

typedef struct {
    GPtrArray *images;
    GHashTable *known; /* images and names of stages; borrowed from the words */
} Collection;

/* COPY may name a stage by its number. */
static gboolean
is_number(const char *name)
{
    return name[strspn(name, "0123456789")] == '\0';
}

static void
add(Collection *collection, const char *name)
{
    if (is_number(name) || strchr(name, '$') != NULL || g_str_equal(name, NO_IMAGE) ||
        !g_hash_table_add(collection->known, g_strdup(name)))
        return;
    g_ptr_array_add(collection->images, g_strdup(name));
}

/* FROM [--platform=…] IMAGE [AS STAGE] */
static void
take_from(Collection *collection, char **words)
{
    while (*words != NULL && g_str_has_prefix(*words, "--"))
        words++;
    if (*words == NULL)
        return;
    add(collection, *words);
    if (words[1] != NULL && g_ascii_strcasecmp(words[1], "as") == 0 && words[2] != NULL)
        g_hash_table_add(collection->known, g_strdup(words[2]));
}

/* COPY --from=IMAGE …, RUN --mount=type=bind,from=IMAGE … are left to the builder's own words. */
static void
take_copy(Collection *collection, char **words)
{
    for (; *words != NULL && g_str_has_prefix(*words, "--"); words++) {
        if (g_str_has_prefix(*words, FROM_FLAG))
            add(collection, *words + strlen(FROM_FLAG));
    }
}

/* The words of a line, without the empty ones between several spaces. */
static GStrv
split(const char *line)
{
    g_auto(GStrv) parts = g_strsplit_set(line, " \t\r", -1);
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    for (char **part = parts; *part != NULL; part++) {
        if (**part != '\0')
            g_strv_builder_add(words, *part);
    }
    return g_strv_builder_end(words);
}

GStrv
cdd_dockerfile_images(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Collection collection = {
        .images = g_ptr_array_new(),
        .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };

    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) words = split(*line);

        if (words[0] != NULL && g_ascii_strcasecmp(words[0], "from") == 0)
            take_from(&collection, words + 1);
        else if (words[0] != NULL && g_ascii_strcasecmp(words[0], "copy") == 0)
            take_copy(&collection, words + 1);
    }
    g_hash_table_unref(collection.known);
    g_ptr_array_add(collection.images, NULL);
    return (GStrv)g_ptr_array_free(collection.images, FALSE);
}
