/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The part of YAML that the configuration needs, as a tree with the place of each node. Refused,
 * each with its place: anchors and aliases (a few lines of them can expand to gigabytes), tags,
 * keys that are not plain words, duplicate keys, several documents, nesting deeper than
 * YAML_MAX_DEPTH and more than YAML_MAX_SIZE bytes.
 */
enum {
    YAML_MAX_DEPTH = 8,
    YAML_MAX_SIZE = 256 * 1024,
};

typedef enum {
    YAML_SCALAR,
    YAML_MAPPING,
    YAML_SEQUENCE,
} YamlKind;

typedef struct {
    YamlKind kind;
    guint line; /* counted from 1, as editors do */
    guint column;
    char *text;        /* of a scalar */
    gboolean quoted;   /* a quoted scalar is text, whatever it looks like */
    GPtrArray *keys;   /* of a mapping: its scalars, in the order of the file */
    GPtrArray *values; /* of a mapping, one for each key, or of a sequence */
} YamlTree;

void yaml_tree_free(YamlTree *tree);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(YamlTree, yaml_tree_free)

/* @name: of the file, for errors. A document without content is an empty mapping. */
YamlTree *yaml_tree_parse(const char *name, const char *data, gsize length, GError **error);

YamlTree *yaml_tree_load(const char *path, GError **error);

/* The name of a kind in errors: "a mapping". */
const char *yaml_kind_describe(YamlKind kind);

/* Sets @error to "NAME:LINE:COLUMN: message", a usage error. */
void
yaml_set_error(GError **error, const char *name, const YamlTree *place, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
