/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker (moby/patternmatcher) translates each pattern into a Go regular expression, unless it is
 * one of three simple kinds. The text of the expression decides what matches, oddities included. So
 * this file makes the same expression.
 */
#include "ignore-pattern.h"

#include "glob.h"
#include "ignore-steps.h"
#include <string.h>

#define IN_DIRECTORY "[^/]"

typedef enum {
    KIND_EXACT,
    KIND_PREFIX, /* two stars, only at the end */
    /* Two stars, only at the start. With a slash after them, the path without the slash matches
     * too. */
    KIND_SUFFIX,
    KIND_ROW,
} Kind;

struct _CddIgnorePattern {
    Kind kind;
    char *text; /* without the stars for KIND_PREFIX and KIND_SUFFIX */
    gsize length;
    CddIgnoreSteps *steps; /* of KIND_ROW */
    /*
     * Literal texts at the start, the end and anywhere in every matching path. They rule out most
     * paths quickly.
     */
    char *begin;
    char *end;
    char *needle;
    gsize end_length;
    CddIgnorePattern *other; /* of KIND_ROW: the next alternative, after a "|"; else NULL */
};

/* The translation */

/* Docker means to escape {, | and } as well, but does not. */
static void
add_character(GString *expression, gunichar character)
{
    if (character < 0x80 && strchr(".+()$", (int)character) != NULL)
        g_string_append_c(expression, '\\');
    g_string_append_unichar(expression, character);
}

/* Continues after the second star. */
static const char *
add_two_stars(GString *expression, Kind *kind, const char *at, gboolean first)
{
    if (*at == '/')
        at++;
    if (*at != '\0') {
        g_string_append(expression, CDD_IGNORE_ANY_DIRECTORIES);
        *kind = KIND_ROW;
    } else if (*kind == KIND_EXACT) {
        *kind = KIND_PREFIX;
    } else {
        g_string_append(expression, ".*");
        *kind = KIND_ROW;
    }
    if (first)
        *kind = KIND_SUFFIX;
    return at;
}

static const char *
add_next(GString *expression, Kind *kind, const char *at, gboolean first)
{
    gunichar character = cdd_glob_next(&at);

    switch (character) {
    case '*':
        if (*at == '*')
            return add_two_stars(expression, kind, at + 1, first);
        g_string_append(expression, IN_DIRECTORY "*");
        *kind = KIND_ROW;
        break;
    case '?':
        g_string_append(expression, IN_DIRECTORY);
        *kind = KIND_ROW;
        break;
    case '\\':
        g_string_append_c(expression, '\\');
        if (*at != '\0')
            g_string_append_unichar(expression, cdd_glob_next(&at));
        *kind = KIND_ROW;
        break;
    case '[':
    case ']':
        *kind = KIND_ROW;
        g_string_append_unichar(expression, character);
        break;
    default:
        add_character(expression, character);
    }
    return at;
}

/* Returns the expression without the ^ and the $ that Docker puts around it. */
static char *
translate(const char *pattern, Kind *kind)
{
    GString *expression = g_string_new(NULL);
    const char *at = pattern;
    gboolean first = TRUE;

    if (g_str_has_prefix(at, CDD_IGNORE_BYTE_ORDER_MARK))
        at += strlen(CDD_IGNORE_BYTE_ORDER_MARK);
    *kind = KIND_EXACT;
    while (*at != '\0') {
        at = add_next(expression, kind, at, first);
        first = FALSE;
    }
    return g_string_free(expression, FALSE);
}

static void
find_literals(CddIgnorePattern *self)
{
    guint n_steps = cdd_ignore_steps_get_n(self->steps);
    guint longest = 0;
    guint at = 0;

    for (guint i = 0; i < n_steps; i++) {
        guint n = cdd_ignore_steps_count_literals(self->steps, i);

        if (i == 0)
            self->begin = cdd_ignore_steps_join_literals(self->steps, i, n);
        if (i + n == n_steps && self->end == NULL)
            self->end = cdd_ignore_steps_join_literals(self->steps, i, n);
        if (n > longest) {
            longest = n;
            at = i;
        }
        i += n;
    }
    if (self->begin == NULL)
        self->begin = g_strdup("");
    if (self->end == NULL)
        self->end = g_strdup("");
    self->end_length = strlen(self->end);
    self->needle = cdd_ignore_steps_join_literals(self->steps, at, longest);
}

/* Reads all alternatives of the expression. Returns what is wrong with it, or NULL. */
static const char *
add_rows(CddIgnorePattern *self, const char *expression)
{
    CddIgnorePattern *row = self;
    const char *fault = NULL;

    for (;;) {
        row->steps = cdd_ignore_steps_new(&expression, row == self, &fault);
        if (row->steps == NULL)
            return fault;
        find_literals(row);
        if (*expression == '\0')
            return NULL;
        expression++;
        row->other = g_new0(CddIgnorePattern, 1);
        row = row->other;
    }
}

CddIgnorePattern *
cdd_ignore_pattern_new(const char *text, const char **fault)
{
    g_autoptr(CddIgnorePattern) self = g_new0(CddIgnorePattern, 1);
    g_autofree char *expression = NULL;

    *fault = cdd_glob_find_fault_for(text, ".");
    if (*fault != NULL)
        return NULL;
    expression = translate(text, &self->kind);
    self->text = g_strdup(self->kind == KIND_SUFFIX ? text + 2 : text);
    self->length = strlen(self->text);
    if (self->kind == KIND_PREFIX) {
        self->length -= 2;
        self->text[self->length] = '\0';
    }
    if (self->kind == KIND_ROW)
        *fault = add_rows(self, expression);
    return *fault == NULL ? g_steal_pointer(&self) : NULL;
}

void
cdd_ignore_pattern_free(CddIgnorePattern *self)
{
    while (self != NULL) {
        CddIgnorePattern *other = self->other;

        g_free(self->text);
        cdd_ignore_steps_free(self->steps);
        g_free(self->begin);
        g_free(self->end);
        g_free(self->needle);
        g_free(self);
        self = other;
    }
}

static gboolean
has_suffix(const char *path, gsize length, const char *suffix, gsize suffix_length)
{
    return length >= suffix_length &&
           memcmp(path + length - suffix_length, suffix, suffix_length) == 0;
}

static gboolean
row_matches(const CddIgnorePattern *self, const char *path, gsize length)
{
    return has_suffix(path, length, self->end, self->end_length) &&
           g_str_has_prefix(path, self->begin) && strstr(path, self->needle) != NULL &&
           cdd_ignore_steps_follow(self->steps, path, TRUE);
}

static gboolean
rows_match(const CddIgnorePattern *self, const char *path, gsize length)
{
    while (self != NULL && !row_matches(self, path, length))
        self = self->other;
    return self != NULL;
}

gboolean
cdd_ignore_pattern_matches(const CddIgnorePattern *self, const char *path, gsize length)
{
    switch (self->kind) {
    case KIND_EXACT:
        return length == self->length && memcmp(path, self->text, length) == 0;
    case KIND_PREFIX:
        return length >= self->length && memcmp(path, self->text, self->length) == 0;
    case KIND_SUFFIX:
        return has_suffix(path, length, self->text, self->length) ||
               (*self->text == '/' && strcmp(self->text + 1, path) == 0);
    case KIND_ROW:
    default:
        return rows_match(self, path, length);
    }
}

/* Returns whether one text is a prefix of the other. */
static gboolean
begin_alike(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == '\0' || *b == '\0';
}

static gboolean
rows_reach_below(const CddIgnorePattern *self, const char *begin)
{
    while (self != NULL &&
           !(begin_alike(self->begin, begin) && cdd_ignore_steps_follow(self->steps, begin, FALSE)))
        self = self->other;
    return self != NULL;
}

gboolean
cdd_ignore_pattern_reaches_below(const CddIgnorePattern *self, const char *directory)
{
    g_autofree char *begin = g_strconcat(directory, "/", NULL);

    switch (self->kind) {
    case KIND_EXACT:
        return g_str_has_prefix(self->text, begin);
    case KIND_PREFIX:
        return begin_alike(self->text, begin);
    case KIND_SUFFIX:
        return TRUE;
    case KIND_ROW:
    default:
        return rows_reach_below(self, begin);
    }
}
