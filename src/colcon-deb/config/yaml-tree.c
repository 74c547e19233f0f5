/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml-tree.h"

#include "../base/program-error.h"

#include <stdarg.h>
#include <string.h>
#include <yaml.h>

typedef struct {
    const char *name;
    yaml_parser_t parser;
    yaml_event_t event;
    guint depth;
} Reader;

void
yaml_tree_free(YamlTree *tree)
{
    if (tree == NULL)
        return;
    g_free(tree->text);
    g_clear_pointer(&tree->keys, g_ptr_array_unref);
    g_clear_pointer(&tree->values, g_ptr_array_unref);
    g_free(tree);
}

static void
free_tree(gpointer tree)
{
    yaml_tree_free(tree);
}

const char *
yaml_kind_describe(YamlKind kind)
{
    static const char *const names[] = {
        [YAML_SCALAR] = "a single value",
        [YAML_MAPPING] = "a mapping",
        [YAML_SEQUENCE] = "a list",
    };

    return names[kind];
}

static void set_error_at(GError **error,
                         const char *name,
                         gsize line,
                         gsize column,
                         const char *format,
                         va_list arguments) G_GNUC_PRINTF(5, 0);

static void
set_error_at(GError **error,
             const char *name,
             gsize line,
             gsize column,
             const char *format,
             va_list arguments)
{
    g_autofree char *message = g_strdup_vprintf(format, arguments);

    program_error_usage(error, "%s:%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": %s", name, line, column,
                        message);
}

void
yaml_set_error(GError **error, const char *name, const YamlTree *place, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_error_at(error, name, place->line, place->column, format, arguments);
    va_end(arguments);
}

static gboolean refuse(Reader *reader, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Sets @error at the current event. */
static gboolean
refuse(Reader *reader, GError **error, const char *format, ...)
{
    const yaml_mark_t *mark = &reader->event.start_mark;
    va_list arguments;

    va_start(arguments, format);
    set_error_at(error, reader->name, mark->line + 1, mark->column + 1, format, arguments);
    va_end(arguments);
    return FALSE;
}

static void
set_parser_error(const Reader *reader, GError **error)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem != NULL ? parser->problem : "not YAML";

    /* A reader error has an offset, and the mark is where the scanner was. */
    if (parser->error == YAML_READER_ERROR)
        program_error_usage(error, "%s:%zu:%zu: %s (byte %zu of the file)", reader->name,
                            parser->mark.line + 1, parser->mark.column + 1, problem,
                            parser->problem_offset);
    else
        program_error_usage(error, "%s:%zu:%zu: %s%s%s", reader->name,
                            parser->problem_mark.line + 1, parser->problem_mark.column + 1, problem,
                            parser->context != NULL ? ", " : "",
                            parser->context != NULL ? parser->context : "");
}

static gboolean
next_event(Reader *reader, GError **error)
{
    yaml_event_delete(&reader->event);
    if (yaml_parser_parse(&reader->parser, &reader->event))
        return TRUE;
    memset(&reader->event, 0, sizeof reader->event);
    set_parser_error(reader, error);
    return FALSE;
}

static YamlTree *
tree_new(const Reader *reader, YamlKind kind)
{
    YamlTree *tree = g_new0(YamlTree, 1);

    tree->kind = kind;
    tree->line = (guint)reader->event.start_mark.line + 1;
    tree->column = (guint)reader->event.start_mark.column + 1;
    if (kind == YAML_MAPPING)
        tree->keys = g_ptr_array_new_with_free_func(free_tree);
    if (kind != YAML_SCALAR)
        tree->values = g_ptr_array_new_with_free_func(free_tree);
    return tree;
}

static gboolean
check_properties(Reader *reader, const yaml_char_t *anchor, const yaml_char_t *tag, GError **error)
{
    if (anchor != NULL)
        return refuse(reader, error, "anchors (&%s) are not supported", (const char *)anchor);
    if (tag != NULL)
        return refuse(reader, error, "tags (%s) are not supported", (const char *)tag);
    return TRUE;
}

static YamlTree *
read_scalar(Reader *reader, GError **error)
{
    const char *text = (const char *)reader->event.data.scalar.value;
    g_autoptr(YamlTree) tree = NULL;

    if (!check_properties(reader, reader->event.data.scalar.anchor, reader->event.data.scalar.tag,
                          error))
        return NULL;
    if (strlen(text) != reader->event.data.scalar.length) {
        refuse(reader, error, "a NUL character is not allowed");
        return NULL;
    }
    tree = tree_new(reader, YAML_SCALAR);
    tree->text = g_strdup(text);
    tree->quoted = reader->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return g_steal_pointer(&tree);
}

static gboolean
check_key(const char *name, const YamlTree *mapping, const YamlTree *key, GError **error)
{
    if (key->kind != YAML_SCALAR) {
        yaml_set_error(error, name, key, "a key must be a word, not %s",
                       yaml_kind_describe(key->kind));
        return FALSE;
    }
    for (guint i = 0; i < mapping->keys->len; i++) {
        const YamlTree *other = mapping->keys->pdata[i];

        if (g_str_equal(other->text, key->text)) {
            yaml_set_error(error, name, key, "duplicate key \"%s\"; the first is in line %u",
                           key->text, other->line);
            return FALSE;
        }
    }
    return TRUE;
}

static YamlTree *read_node(Reader *reader, GError **error);

/* The current event opens the mapping; afterwards it is the one that closes it. */
static YamlTree *
read_mapping(Reader *reader, GError **error)
{
    g_autoptr(YamlTree) tree = NULL;

    if (!check_properties(reader, reader->event.data.mapping_start.anchor,
                          reader->event.data.mapping_start.tag, error))
        return NULL;
    for (tree = tree_new(reader, YAML_MAPPING);;) {
        g_autoptr(YamlTree) key = NULL;
        YamlTree *value = NULL;

        if (!next_event(reader, error))
            return NULL;
        if (reader->event.type == YAML_MAPPING_END_EVENT)
            return g_steal_pointer(&tree);
        key = read_node(reader, error);
        if (key == NULL || !check_key(reader->name, tree, key, error) || !next_event(reader, error))
            return NULL;
        value = read_node(reader, error);
        if (value == NULL)
            return NULL;
        g_ptr_array_add(tree->keys, g_steal_pointer(&key));
        g_ptr_array_add(tree->values, value);
    }
}

static YamlTree *
read_sequence(Reader *reader, GError **error)
{
    g_autoptr(YamlTree) tree = NULL;

    if (!check_properties(reader, reader->event.data.sequence_start.anchor,
                          reader->event.data.sequence_start.tag, error))
        return NULL;
    for (tree = tree_new(reader, YAML_SEQUENCE);;) {
        YamlTree *value = NULL;

        if (!next_event(reader, error))
            return NULL;
        if (reader->event.type == YAML_SEQUENCE_END_EVENT)
            return g_steal_pointer(&tree);
        value = read_node(reader, error);
        if (value == NULL)
            return NULL;
        g_ptr_array_add(tree->values, value);
    }
}

static YamlTree *
read_collection(Reader *reader, GError **error)
{
    YamlTree *tree = NULL;

    if (reader->depth == YAML_MAX_DEPTH) {
        refuse(reader, error, "nested deeper than %d levels", YAML_MAX_DEPTH);
        return NULL;
    }
    reader->depth++;
    tree = reader->event.type == YAML_MAPPING_START_EVENT ? read_mapping(reader, error)
                                                          : read_sequence(reader, error);
    reader->depth--;
    return tree;
}

static YamlTree *
read_node(Reader *reader, GError **error)
{
    switch (reader->event.type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, error);
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return read_collection(reader, error);
    case YAML_ALIAS_EVENT:
        refuse(reader, error, "aliases (*%s) are not supported",
               (const char *)reader->event.data.alias.anchor);
        return NULL;
    default:
        refuse(reader, error, "a value is expected here");
        return NULL;
    }
}

/* The events of a stream are: stream start, (document start, node, document end)*, stream end. */
static YamlTree *
read_stream(Reader *reader, GError **error)
{
    g_autoptr(YamlTree) tree = NULL;

    if (!next_event(reader, error) || !next_event(reader, error))
        return NULL;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return tree_new(reader, YAML_MAPPING);

    if (!next_event(reader, error))
        return NULL;
    tree = read_node(reader, error);
    if (tree == NULL || !next_event(reader, error) || !next_event(reader, error))
        return NULL;
    if (reader->event.type != YAML_STREAM_END_EVENT) {
        refuse(reader, error, "a second document begins here; one is expected");
        return NULL;
    }
    return g_steal_pointer(&tree);
}

static gboolean
check_size(const char *name, gsize length, GError **error)
{
    if (length <= YAML_MAX_SIZE)
        return TRUE;
    return program_error_usage(error, "%s: larger than %d KiB, so it is not a configuration file",
                               name, YAML_MAX_SIZE / 1024);
}

YamlTree *
yaml_tree_parse(const char *name, const char *data, gsize length, GError **error)
{
    Reader reader = {.name = name};
    YamlTree *tree = NULL;

    if (!check_size(name, length, error))
        return NULL;
    if (!yaml_parser_initialize(&reader.parser))
        g_error("no memory for a YAML parser");
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)data, length);
    tree = read_stream(&reader, error);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    return tree;
}

/* Reads one byte more than allowed, so that an endless file (/dev/zero) is refused too. */
static GBytes *
read_file(const char *path, GError **error)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInputStream) stream = NULL;
    g_autoptr(GError) cause = NULL;
    g_autofree char *data = g_malloc(YAML_MAX_SIZE + 1);
    gsize length = 0;

    stream = g_file_read(file, NULL, &cause);
    if (stream != NULL && g_input_stream_read_all(G_INPUT_STREAM(stream), data, YAML_MAX_SIZE + 1,
                                                  &length, NULL, &cause))
        return g_bytes_new_take(g_steal_pointer(&data), length);
    program_error_usage(error, "reading the configuration %s: %s", path, cause->message);
    return NULL;
}

YamlTree *
yaml_tree_load(const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = read_file(path, error);
    gsize length = 0;
    const char *data = NULL;

    if (bytes == NULL)
        return NULL;
    data = g_bytes_get_data(bytes, &length);
    return yaml_tree_parse(path, data != NULL ? data : "", length, error);
}
