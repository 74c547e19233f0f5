/* SPDX-License-Identifier: Apache-2.0 */
#include "glob.h"

#include <string.h>

#define SPECIAL "*?[]\\^-"
enum {
    REPLACEMENT = 0xFFFD,
};

static const char not_closed[] = "a [ has no ]";
static const char nothing_escaped[] = "nothing follows the \\ at the end";
static const char bad_class[] = "the list of characters after a [ is empty or not valid";

gunichar
cdd_glob_next(const char **text)
{
    gunichar character = (guchar) * *text;

    if (character >= 0x80)
        character = g_utf8_get_char_validated(*text, -1);
    if (character >= 0x80000000U) {
        *text += 1;
        return REPLACEMENT;
    }
    *text = g_utf8_next_char(*text);
    return character;
}

/* Takes one end of a range in a class. Returns FALSE if the text ends: a "]" must follow. */
static gboolean
take_end(const char **at, gunichar *character)
{
    const char *start;

    if (**at == '\0' || **at == '-' || **at == ']')
        return FALSE;
    if (**at == '\\')
        *at += 1;
    if (**at == '\0')
        return FALSE;
    start = *at;
    *character = cdd_glob_next(at);
    /* A byte that is not UTF-8 is not a character. */
    return **at != '\0' && !(*character == REPLACEMENT && *at - start == 1);
}

/* Takes a class from after its "[". Returns the text after its "]", or NULL if it is not valid. */
static const char *
take_class(const char *at, gunichar character, gboolean *found)
{
    gboolean negated = *at == '^';
    guint ranges = 0;

    *found = FALSE;
    at += negated;
    while (*at != ']' || ranges == 0) {
        gunichar low = 0;
        gunichar high;

        if (!take_end(&at, &low))
            return NULL;
        high = low;
        if (*at == '-') {
            at++;
            if (!take_end(&at, &high))
                return NULL;
        }
        *found = *found || (low <= character && character <= high);
        ranges++;
    }
    *found = *found != negated;
    return at + 1;
}

const char *
cdd_glob_find_fault(const char *pattern)
{
    const char *at = pattern;
    gboolean found;

    while (*at != '\0') {
        if (*at == '\\' && at[1] == '\0')
            return nothing_escaped;
        if (*at == '[') {
            const char *end = take_class(at + 1, 0, &found);

            if (end == NULL)
                return strchr(at + 1, ']') != NULL ? bad_class : not_closed;
            at = end;
        } else {
            at += *at == '\\' ? 2 : 1;
        }
    }
    return NULL;
}

gboolean
cdd_glob_has_wildcards(const char *pattern)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '\\' && pattern[1] != '\0')
            pattern++;
        else if (strchr("*?[", *pattern) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Takes one part of the pattern, not a star, and the part of the name that it matches. */
static gboolean
take_one(const char **pattern, const char **name)
{
    gboolean found;
    gunichar character;

    if (**name == '\0')
        return FALSE;
    switch (**pattern) {
    case '\0':
        return FALSE;
    case '?':
        *pattern += 1;
        return cdd_glob_next(name) != '/';
    case '[':
        character = cdd_glob_next(name);
        *pattern = take_class(*pattern + 1, character, &found);
        return found;
    case '\\':
        *pattern += 1;
        break;
    default:
        break;
    }
    if (**pattern != **name)
        return FALSE;
    *pattern += 1;
    *name += 1;
    return TRUE;
}

/* Returns the next star that is not escaped, nor between a "[" and a "]"; else the end. */
static const char *
find_star(const char *at)
{
    gboolean in_class = FALSE;

    for (; *at != '\0' && (*at != '*' || in_class); at++) {
        if (*at == '[' || *at == ']')
            in_class = *at == '[';
        else if (*at == '\\' && at[1] != '\0')
            at++;
    }
    return at;
}

/* Takes a text without stars. Returns the rest of the name, or NULL if it does not match. */
static const char *
take_all(const char *pattern, const char *name, gboolean last)
{
    while (*pattern != '\0')
        if (!take_one(&pattern, &name))
            return NULL;
    return last && *name != '\0' ? NULL : name;
}

const char *
cdd_glob_find_fault_for(const char *pattern, const char *name)
{
    while (*pattern != '\0' && name != NULL) {
        gboolean star = *pattern == '*';
        const char *start = pattern + strspn(pattern, "*");
        const char *end = find_star(start);
        g_autofree char *part = g_strndup(start, (gsize)(end - start));
        const char *fault = cdd_glob_find_fault(part);
        const char *rest;

        if (fault != NULL)
            return fault;
        rest = take_all(part, name, *end == '\0');
        while (rest == NULL && star && *name != '\0' && *name != '/')
            rest = take_all(part, ++name, *end == '\0');
        name = rest;
        pattern = end;
    }
    return NULL;
}

gboolean
cdd_glob_matches(const char *pattern, const char *name)
{
    const char *behind_star = NULL;
    const char *begin = name; /* where the text after the last star is tried */

    for (;;) {
        const char *next_pattern = pattern;
        const char *next_name = name;

        if (*pattern == '*') {
            behind_star = ++pattern;
            begin = name;
        } else if (*pattern == '\0' && *name == '\0') {
            return TRUE;
        } else if (take_one(&next_pattern, &next_name)) {
            pattern = next_pattern;
            name = next_name;
        } else if (behind_star != NULL && *begin != '\0' && *begin != '/') {
            /* Earlier stars took as little as possible; no longer match of theirs could help. */
            name = ++begin;
            pattern = behind_star;
        } else {
            return FALSE;
        }
    }
}

char *
cdd_glob_escape(const char *name)
{
    GString *escaped = g_string_new(NULL);

    for (; *name != '\0'; name++) {
        if (strchr(SPECIAL, *name) != NULL)
            g_string_append_c(escaped, '\\');
        g_string_append_c(escaped, *name);
    }
    return g_string_free(escaped, FALSE);
}
