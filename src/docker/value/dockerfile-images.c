/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile-images.h"

#include <string.h>

#define FROM_FLAG "--from="
/* The base of a stage without a base image. */
#define NO_IMAGE "scratch"

typedef struct {
    GPtrArray *images;
    GHashTable *known;     /* images and names of stages */
    GHashTable *variables; /* name -> value */
} Collection;

#define NAME_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_"

/* Returns @text with its variables replaced, or NULL if a variable has no value. */
static char *
expand(const Collection *collection, const char *text)
{
    g_autoptr(GString) expanded = g_string_new(NULL);

    while (*text != '\0') {
        gsize plain = strcspn(text, "$");
        g_autofree char *name = NULL;
        const char *value;
        gboolean braced;
        gsize length;

        g_string_append_len(expanded, text, (gssize)plain);
        text += plain;
        if (*text == '\0')
            break;
        braced = text[1] == '{';
        text += braced ? 2 : 1;
        length = strspn(text, NAME_CHARACTERS);
        name = g_strndup(text, length);
        value = g_hash_table_lookup(collection->variables, name);
        if (value == NULL || (braced && text[length] != '}'))
            return NULL;
        g_string_append(expanded, value);
        text += length + (braced ? 1 : 0);
    }
    return g_string_free(g_steal_pointer(&expanded), FALSE);
}

/* Defines a variable by NAME=value; the value may be quoted. The first definition counts. */
static void
define(Collection *collection, const char *text)
{
    const char *equals = strchr(text, '=');
    g_autofree char *name = equals != NULL ? g_strndup(text, (gsize)(equals - text)) : NULL;
    char *value;

    if (name == NULL || g_hash_table_contains(collection->variables, name))
        return;
    value = g_strdup(equals + 1);
    if (strlen(value) >= 2 && strchr("\"'", *value) != NULL &&
        g_str_has_suffix(value, (char[]){*value, '\0'})) {
        memmove(value, value + 1, strlen(value));
        value[strlen(value) - 1] = '\0';
    }
    g_hash_table_insert(collection->variables, g_steal_pointer(&name), value);
}

/* COPY may refer to a stage by its number. */
static gboolean
is_number(const char *name)
{
    return name[strspn(name, "0123456789")] == '\0';
}

static void
add(Collection *collection, const char *text)
{
    g_autofree char *name = expand(collection, text);

    if (name == NULL || is_number(name) || g_str_equal(name, NO_IMAGE) ||
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

/* COPY --from=IMAGE …; the images of RUN --mount=type=bind,from=IMAGE … are not found. */
static void
take_copy(Collection *collection, char **words)
{
    for (; *words != NULL && g_str_has_prefix(*words, "--"); words++) {
        if (g_str_has_prefix(*words, FROM_FLAG))
            add(collection, *words + strlen(FROM_FLAG));
    }
}

/* Returns the words of a line, without empty words. */
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
cdd_dockerfile_images(const char *text, const char *const *build_args)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Collection collection = {
        .images = g_ptr_array_new(),
        .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
    };

    for (; build_args != NULL && *build_args != NULL; build_args++)
        define(&collection, *build_args);

    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) words = split(*line);

        if (words[0] != NULL && g_ascii_strcasecmp(words[0], "from") == 0)
            take_from(&collection, words + 1);
        else if (words[0] != NULL && g_ascii_strcasecmp(words[0], "copy") == 0)
            take_copy(&collection, words + 1);
        else if (words[0] != NULL && g_ascii_strcasecmp(words[0], "arg") == 0 && words[1] != NULL)
            define(&collection, words[1]);
    }
    g_hash_table_unref(collection.known);
    g_hash_table_unref(collection.variables);
    g_ptr_array_add(collection.images, NULL);
    return (GStrv)g_ptr_array_free(collection.images, FALSE);
}
