/* SPDX-License-Identifier: Apache-2.0 */
#include "ignore.h"

#include "file-path.h"
#include "ignore-pattern.h"
#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

#define DEFAULT_NAME ".dockerignore"
#define MAX_LINE_LENGTH (64 * 1024 - 1)
enum {
    MAX_SHOWN_LENGTH = 200,
};

struct _CddIgnore {
    gatomicrefcount references;
    GPtrArray *patterns; /* CddIgnorePattern */
    GArray *exceptions;  /* gboolean: whether the pattern has a "!" */
    GPtrArray *texts;    /* with the "!"; NULL-terminated */
    GPtrArray *places;   /* char *: of the exceptions, where BuildKit looks for their files */
    gboolean everywhere; /* an exception is more than a place: BuildKit looks everywhere */
};

/* Construction */

/* Go's unicode.IsSpace. */
static gboolean
is_space(gunichar character)
{
    switch (character) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
        return TRUE;
    default:
        return character >= 0x2000 && character <= 0x200A;
    }
}

/* Returns the last character of a non-empty text, or 0 for a byte that is not UTF-8. */
static gunichar
last_character(const char *begin, const char *end, gsize *length)
{
    const char *at = g_utf8_find_prev_char(begin, end);
    gunichar character = at != NULL ? g_utf8_get_char_validated(at, end - at) : (gunichar)-1;

    *length = character >= 0x80000000U ? 1 : (gsize)(end - at);
    return character >= 0x80000000U ? 0 : character;
}

static char *
trim(const char *text, gsize length)
{
    const char *end = text + length;

    while (text < end) {
        gunichar character = g_utf8_get_char_validated(text, end - text);

        if (character >= 0x80000000U || !is_space(character))
            break;
        text = g_utf8_next_char(text);
    }
    while (text < end) {
        gsize last;

        if (!is_space(last_character(text, end, &last)))
            break;
        end -= last;
    }
    return g_strndup(text, (gsize)(end - text));
}

static CddIgnore *
ignore_new(void)
{
    CddIgnore *self = g_new0(CddIgnore, 1);

    g_atomic_ref_count_init(&self->references);
    self->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_ignore_pattern_free);
    self->exceptions = g_array_new(FALSE, FALSE, sizeof(gboolean));
    self->texts = g_ptr_array_new_with_free_func(g_free);
    self->places = g_ptr_array_new_with_free_func(g_free);
    return self;
}

static void
remove_suffix(char *text, const char *suffix)
{
    if (g_str_has_suffix(text, suffix))
        text[strlen(text) - strlen(suffix)] = '\0';
}

/*
 * BuildKit's rule (fsutil): an exception without the last "**" and the last "*" is the path of a
 * place, unless it still has a special character.
 */
static void
add_place(CddIgnore *self, const char *pattern)
{
    g_autofree char *place = g_strdup(pattern);

    remove_suffix(place, "/**");
    remove_suffix(place, "/*");
    if (strpbrk(place, "*[]?^\\") != NULL)
        self->everywhere = TRUE;
    g_ptr_array_add(self->places, g_strconcat(place, "/", NULL));
}

/* An empty pattern is skipped. Returns FALSE and *fault for an invalid one. */
static gboolean
add_pattern(CddIgnore *self, const char *text, const char **fault)
{
    g_autofree char *trimmed = trim(text, strlen(text));
    g_autofree char *clean = cdd_file_path_clean(trimmed);
    gboolean exception = *clean == '!';
    CddIgnorePattern *pattern;

    if (*trimmed == '\0')
        return TRUE;
    if (g_str_equal(clean, "!")) {
        *fault = "nothing follows the !";
        return FALSE;
    }
    pattern = cdd_ignore_pattern_new(clean + exception, fault);
    if (pattern == NULL)
        return FALSE;
    g_ptr_array_add(self->patterns, pattern);
    g_array_append_val(self->exceptions, exception);
    if (exception)
        add_place(self, clean + 1);
    g_ptr_array_add(self->texts, g_steal_pointer(&clean));
    return TRUE;
}

/* Turns a line of a file into an entry of a list. Returns NULL for an empty line or a comment. */
static char *
normalize_line(const char *line, gsize length)
{
    g_autofree char *text = NULL;
    g_autofree char *rest = NULL;
    g_autofree char *clean = NULL;
    const char *pattern;
    gboolean exception;

    if (length > 0 && *line == '#')
        return NULL;
    text = trim(line, length);
    if (*text == '\0')
        return NULL;
    exception = *text == '!';
    rest = trim(text + exception, strlen(text + exception));
    clean = *rest == '\0' ? g_strdup("") : cdd_file_path_clean(rest);
    pattern = clean[0] == '/' && clean[1] != '\0' ? clean + 1 : clean;
    return g_strconcat(exception ? "!" : "", pattern, NULL);
}

static char *
show(const char *text)
{
    g_autofree char *cut = g_strndup(text, MAX_SHOWN_LENGTH);

    return g_utf8_make_valid(cut, -1);
}

static gboolean
add_line(CddIgnore *self, const char *line, gsize length, char **fault)
{
    g_autofree char *pattern = NULL;
    g_autofree char *shown = NULL;
    const char *reason;

    if (length > MAX_LINE_LENGTH) {
        *fault = g_strdup("the line is longer than 64 KiB");
        return FALSE;
    }
    if (memchr(line, '\0', length) != NULL) {
        *fault = g_strdup("the line has a NUL byte, but an ignore file must be text");
        return FALSE;
    }
    pattern = normalize_line(line, length);
    if (pattern == NULL || add_pattern(self, pattern, &reason))
        return TRUE;
    shown = show(pattern);
    *fault = g_strdup_printf("\"%s\" is not a valid pattern: %s", shown, reason);
    return FALSE;
}

CddIgnore *
cdd_ignore_parse(const char *text, gssize length, const char *name, GError **error)
{
    g_autoptr(CddIgnore) self = ignore_new();
    const char *shown_name = name != NULL ? name : DEFAULT_NAME;
    const char *end = text + (length < 0 ? strlen(text) : (gsize)length);
    gsize mark_length = strlen(CDD_IGNORE_BYTE_ORDER_MARK);
    guint number = 1;

    if (end - text > CDD_IGNORE_MAX_SIZE) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "%s is larger than 1 MiB, the limit of an ignore file", shown_name);
        return NULL;
    }
    if ((gsize)(end - text) >= mark_length &&
        memcmp(text, CDD_IGNORE_BYTE_ORDER_MARK, mark_length) == 0)
        text += mark_length;
    for (; text < end; number++) {
        const char *line_end = memchr(text, '\n', (gsize)(end - text));
        gsize line_length = (gsize)((line_end != NULL ? line_end : end) - text);
        g_autofree char *fault = NULL;

        if (!add_line(self, text, line_length, &fault)) {
            g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s:%u: %s", shown_name, number,
                        fault);
            return NULL;
        }
        text += line_length + 1;
    }
    g_ptr_array_add(self->texts, NULL);
    return g_steal_pointer(&self);
}

CddIgnore *
cdd_ignore_new(const char *const *patterns, GError **error)
{
    g_autoptr(CddIgnore) self = ignore_new();

    for (; patterns != NULL && *patterns != NULL; patterns++) {
        const char *fault;

        if (!add_pattern(self, *patterns, &fault)) {
            g_autofree char *shown = show(*patterns);

            g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                        "the pattern \"%s\" is not valid: %s", shown, fault);
            return NULL;
        }
    }
    g_ptr_array_add(self->texts, NULL);
    return g_steal_pointer(&self);
}

CddIgnore *
cdd_ignore_ref(CddIgnore *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
cdd_ignore_unref(CddIgnore *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->references))
        return;
    g_ptr_array_unref(self->patterns);
    g_array_unref(self->exceptions);
    g_ptr_array_unref(self->texts);
    g_ptr_array_unref(self->places);
    g_free(self);
}

G_DEFINE_BOXED_TYPE(CddIgnore, cdd_ignore, cdd_ignore_ref, cdd_ignore_unref)

const char *const *
cdd_ignore_get_patterns(CddIgnore *self)
{
    return (const char *const *)self->texts->pdata;
}

/* Matching */

gsize
cdd_ignore_get_n_patterns(const CddIgnore *self)
{
    return self->patterns->len;
}

static gboolean
is_exception(const CddIgnore *self, guint i)
{
    return g_array_index(self->exceptions, gboolean, i);
}

/*
 * Like Docker's walk, this skips a pattern that cannot change the verdict. Such a pattern then does
 * not count as a match for entries below either, which changes the result.
 */
gboolean
cdd_ignore_match_entry(const CddIgnore *self, const char *path, guint8 *matches)
{
    gsize length = strlen(path);
    gboolean ignored = FALSE;

    for (guint i = 0; i < self->patterns->len; i++) {
        gboolean exception = is_exception(self, i);

        if (!matches[i] && exception == ignored)
            matches[i] = cdd_ignore_pattern_matches(self->patterns->pdata[i], path, length);
        if (matches[i])
            ignored = !exception;
    }
    return ignored;
}

/* Whether BuildKit looks into an ignored directory. What it does not see is not sent, whatever the
 * exceptions match. */
static gboolean
looks_into(const CddIgnore *self, const char *directory)
{
    g_autofree char *prefix = g_strconcat(directory, "/", NULL);

    for (guint i = 0; i < self->places->len && !self->everywhere; i++)
        if (g_str_has_prefix(self->places->pdata[i], prefix))
            return TRUE;
    return self->everywhere;
}

/* Entries below inherit all matches; only patterns after the last match can change the verdict. */
gboolean
cdd_ignore_may_change_below(const CddIgnore *self, const char *directory, const guint8 *matches)
{
    guint i = self->patterns->len;
    gboolean ignored;

    while (i > 0 && !matches[i - 1])
        i--;
    ignored = i > 0 && !is_exception(self, i - 1);
    if (ignored && !looks_into(self, directory))
        return FALSE;
    for (; i < self->patterns->len; i++) {
        if (is_exception(self, i) == ignored &&
            cdd_ignore_pattern_reaches_below(self->patterns->pdata[i], directory))
            return TRUE;
    }
    return FALSE;
}

/* Returns the path relative to the top, which is ".". */
static char *
normalize_path(const char *path)
{
    char *clean = cdd_file_path_clean(path);

    if (clean[0] == '/' && clean[1] != '\0')
        memmove(clean, clean + 1, strlen(clean));
    return clean;
}

/* Matches each directory from the top down, like a walk. */
static gboolean
match_path(const CddIgnore *self, char *path, guint8 *matches)
{
    gboolean ignored = FALSE;
    char *slash = path;

    if (g_str_equal(path, "."))
        return FALSE;
    while (slash != NULL) {
        slash = strchr(slash, '/');
        if (slash != NULL)
            *slash = '\0';
        ignored = cdd_ignore_match_entry(self, path, matches);
        if (slash != NULL && ignored && !looks_into(self, path))
            return TRUE;
        if (slash != NULL)
            *slash++ = '/';
    }
    return ignored;
}

gboolean
cdd_ignore_matches(CddIgnore *self, const char *path)
{
    g_autofree char *place = normalize_path(path);
    g_autofree guint8 *matches = g_malloc0(self->patterns->len + 1);

    return match_path(self, place, matches);
}

gboolean
cdd_ignore_matches_all_below(CddIgnore *self, const char *directory)
{
    g_autofree char *place = normalize_path(directory);
    g_autofree guint8 *matches = g_malloc0(self->patterns->len + 1);

    return match_path(self, place, matches) && !cdd_ignore_may_change_below(self, place, matches);
}
