/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker (moby/patternmatcher) turns each pattern into a regular expression of Go's, unless it is
 * one of three simple kinds. What that means, oddities included, is decided by the text of the
 * expression: so it is made here too, and then read into a row of steps, each of which takes one
 * character or, with a star, any number. All ways through the row are followed side by side, so
 * that no pattern takes more time than its length times that of the path.
 */
#include "ignore-pattern.h"

#include "glob.h"
#include <string.h>

#define BOM "\xEF\xBB\xBF"
#define ANY_DIRECTORIES "(.*/)?"
#define IN_DIRECTORY "[^/]"
#define REPLACEMENT 0xFFFD
/* Rows of up to so many steps need no memory of their own to be followed. */
#define SHORT_ROW 64

typedef enum {
    KIND_EXACT,
    KIND_PREFIX, /* two stars only at the end */
    KIND_SUFFIX, /* two stars only at the begin; with a slash behind them also the path without it
                  */
    KIND_ROW,
} Kind;

typedef enum {
    STEP_CHARACTER,
    STEP_CLASS,
    STEP_ANY,         /* any character but a line end */
    STEP_BEGIN,       /* takes nothing, and is passed at the begin of the path only */
    STEP_DIRECTORIES, /* takes nothing, and leads to the next step or to the one behind it */
    STEP_TO_SLASH,    /* any number of characters but line ends, of which a slash is the last */
} StepKind;

typedef struct {
    gunichar low;
    gunichar high;
} Range;

typedef struct {
    StepKind kind;
    gboolean repeated;
    gboolean negated;
    gunichar character;
    guint first_range;
    guint n_ranges;
} Step;

struct _CddIgnorePattern {
    Kind kind;
    char *text; /* for KIND_PREFIX and KIND_SUFFIX without the stars */
    gsize length;
    GArray *steps;
    GArray *ranges;
    /* What every path that the row matches begins with, ends with and has somewhere: most paths
     * are found not to match by these. */
    char *begin;
    char *end;
    char *needle;
    gsize end_length;
};

/* The translation */

static void
add_character(GString *expression, gunichar character)
{
    if (character < 0x80 && strchr(".+()|{}$", (int)character) != NULL)
        g_string_append_c(expression, '\\');
    g_string_append_unichar(expression, character);
}

/* Behind the second star. */
static const char *
add_two_stars(GString *expression, Kind *kind, const char *at, gboolean first)
{
    if (*at == '/')
        at++;
    if (*at != '\0') {
        g_string_append(expression, ANY_DIRECTORIES);
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
    case '\\': /* a valid pattern does not end with one */
        g_string_append_c(expression, '\\');
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

/* Everything between the ^ and the $ that Docker puts around it. */
static char *
translate(const char *pattern, Kind *kind)
{
    GString *expression = g_string_new(NULL);
    const char *at = pattern;
    gboolean first = TRUE;

    if (g_str_has_prefix(at, BOM))
        at += strlen(BOM);
    *kind = KIND_EXACT;
    while (*at != '\0') {
        at = add_next(expression, kind, at, first);
        first = FALSE;
    }
    return g_string_free(expression, FALSE);
}

/* The expression, read into steps */

/* Names of Go's regular expressions with pairs of first and last characters; NUL is in no path. */
static const struct {
    const char *name;
    const char *pairs;
} named_classes[] = {
    {"alnum", "09AZaz"},
    {"alpha", "AZaz"},
    {"ascii", "\1\x7F"},
    {"blank", "\t\t  "},
    {"cntrl", "\1\x1F\x7F\x7F"},
    {"digit", "09"},
    {"graph", "!~"},
    {"lower", "az"},
    {"print", " ~"},
    {"punct", "!/:@[`{~"},
    {"space", "\t\r  "},
    {"upper", "AZ"},
    {"word", "09AZaz__"},
    {"xdigit", "09AFaf"},
};

static void
add_range(CddIgnorePattern *self, gunichar low, gunichar high)
{
    const Range range = {low, high};

    if (low <= high)
        g_array_append_val(self->ranges, range);
}

static void
add_pairs(CddIgnorePattern *self, const char *pairs, gboolean negated)
{
    gunichar behind = 1;

    for (; *pairs != '\0'; pairs += 2) {
        gunichar low = (guchar)pairs[0];
        gunichar high = (guchar)pairs[1];

        if (negated)
            add_range(self, behind, low - 1);
        else
            add_range(self, low, high);
        behind = high + 1;
    }
    if (negated)
        add_range(self, behind, G_MAXUINT32);
}

/* [:alpha:] or [:^alpha:] within a class. NULL when there is none of that name. */
static const char *
add_named_class(CddIgnorePattern *self, const char *at, const char *end)
{
    gboolean negated = at[2] == '^';
    const char *name = at + 2 + negated;

    for (gsize i = 0; i < G_N_ELEMENTS(named_classes); i++) {
        if (strlen(named_classes[i].name) == (gsize)(end - name) &&
            strncmp(named_classes[i].name, name, (gsize)(end - name)) == 0) {
            add_pairs(self, named_classes[i].pairs, negated);
            return end + 2;
        }
    }
    return NULL;
}

static gunichar
take_character(const char **at)
{
    if (**at == '\\')
        *at += 1;
    return **at == '\0' ? 0 : cdd_glob_next(at);
}

static const char *
add_class_part(CddIgnorePattern *self, const char *at)
{
    const char *end = at[0] == '[' && at[1] == ':' ? strstr(at + 2, ":]") : NULL;
    gunichar low;
    gunichar high;

    if (end != NULL)
        return add_named_class(self, at, end);
    low = take_character(&at);
    high = low;
    if (at[0] == '-' && at[1] != ']' && at[1] != '\0') {
        at++;
        high = take_character(&at);
    }
    if (low > high)
        return NULL;
    add_range(self, low, high);
    return at;
}

/* Behind the [; a ] that comes first is one of the characters. */
static const char *
read_class(CddIgnorePattern *self, Step *step, const char *at)
{
    gboolean first = TRUE;

    step->kind = STEP_CLASS;
    step->negated = *at == '^';
    step->first_range = self->ranges->len;
    at += step->negated;
    while (at != NULL && *at != '\0' && (*at != ']' || first)) {
        at = add_class_part(self, at);
        first = FALSE;
    }
    step->n_ranges = self->ranges->len - step->first_range;
    return at == NULL || *at == '\0' ? NULL : at + 1;
}

static const char *
read_step(CddIgnorePattern *self, const char *at)
{
    Step step = {0};

    if (g_str_has_prefix(at, ANY_DIRECTORIES)) {
        step.kind = STEP_DIRECTORIES;
        g_array_append_val(self->steps, step);
        step.kind = STEP_TO_SLASH;
        at += strlen(ANY_DIRECTORIES);
    } else if (*at == '[') {
        at = read_class(self, &step, at + 1);
    } else if (*at == '^' || *at == '.') {
        step.kind = *at == '^' ? STEP_BEGIN : STEP_ANY;
        at++;
    } else {
        step.character = take_character(&at);
    }
    if (at != NULL && *at == '*') {
        step.repeated = TRUE;
        at++;
    }
    g_array_append_val(self->steps, step);
    return at;
}

static gboolean
read_expression(CddIgnorePattern *self, const char *expression)
{
    self->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    self->ranges = g_array_new(FALSE, FALSE, sizeof(Range));
    while (expression != NULL && *expression != '\0')
        expression = read_step(self, expression);
    return expression != NULL;
}

static const Step *
get_step(const CddIgnorePattern *self, guint i)
{
    return &g_array_index(self->steps, Step, i);
}

/* How many steps from there on take just one character each, the same bytes whenever they do. */
static guint
count_literals(const CddIgnorePattern *self, guint from)
{
    guint n = 0;

    while (from + n < self->steps->len) {
        const Step *step = get_step(self, from + n);

        if (step->kind != STEP_CHARACTER || step->character == REPLACEMENT || step->repeated)
            break;
        n++;
    }
    return n;
}

static char *
join_literals(const CddIgnorePattern *self, guint from, guint n)
{
    GString *text = g_string_new(NULL);

    for (guint i = from; i < from + n; i++)
        g_string_append_unichar(text, get_step(self, i)->character);
    return g_string_free(text, FALSE);
}

static void
find_literals(CddIgnorePattern *self)
{
    guint longest = 0;
    guint at = 0;

    for (guint i = 0; i < self->steps->len; i++) {
        guint n = count_literals(self, i);

        if (i == 0)
            self->begin = join_literals(self, i, n);
        if (i + n == self->steps->len && self->end == NULL)
            self->end = join_literals(self, i, n);
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
    self->needle = join_literals(self, at, longest);
}

CddIgnorePattern *
cdd_ignore_pattern_new(const char *text, const char **fault)
{
    g_autoptr(CddIgnorePattern) self = g_new0(CddIgnorePattern, 1);
    g_autofree char *expression = NULL;

    *fault = cdd_glob_find_fault(text);
    if (*fault != NULL)
        return NULL;
    expression = translate(text, &self->kind);
    self->text = g_strdup(self->kind == KIND_SUFFIX ? text + 2 : text);
    self->length = strlen(self->text);
    if (self->kind == KIND_PREFIX) {
        self->length -= 2;
        self->text[self->length] = '\0';
    }
    if (self->kind != KIND_ROW)
        return g_steal_pointer(&self);
    if (!read_expression(self, expression)) {
        *fault = "a range of characters ends before it begins, or a [ has no ]";
        return NULL;
    }
    find_literals(self);
    return g_steal_pointer(&self);
}

void
cdd_ignore_pattern_free(CddIgnorePattern *self)
{
    if (self == NULL)
        return;
    g_free(self->text);
    g_clear_pointer(&self->steps, g_array_unref);
    g_clear_pointer(&self->ranges, g_array_unref);
    g_free(self->begin);
    g_free(self->end);
    g_free(self->needle);
    g_free(self);
}

/* The matching */

/* The steps at which a path may be, each once: after which character it got there says its mark. */
typedef struct {
    const CddIgnorePattern *pattern;
    guint *marks;
    guint *now;
    guint *next;
    guint n_now;
    guint n_next;
    guint turn;       /* 1 before the first character */
    gboolean through; /* the last character has led behind the last step */
} Run;

/* Goes on from a step over all that need take nothing. */
static void
arrive(Run *run, guint at)
{
    guint n = run->pattern->steps->len;

    while (at < n && run->marks[at] != run->turn) {
        const Step *step = get_step(run->pattern, at);

        run->marks[at] = run->turn;
        if (step->kind == STEP_BEGIN) {
            if (run->turn != 1)
                return;
        } else if (step->kind == STEP_DIRECTORIES) {
            at++;
            if (run->marks[at] != run->turn)
                run->next[run->n_next++] = at;
            run->marks[at] = run->turn;
        } else {
            run->next[run->n_next++] = at;
            if (!step->repeated)
                return;
        }
        at++;
    }
    run->through = run->through || at >= n;
}

static gboolean
is_in_class(const CddIgnorePattern *self, const Step *step, gunichar character)
{
    const Range *ranges = &g_array_index(self->ranges, Range, step->first_range);
    gboolean found = FALSE;

    for (guint i = 0; i < step->n_ranges && !found; i++)
        found = ranges[i].low <= character && character <= ranges[i].high;
    return found != step->negated;
}

static gboolean
takes(const CddIgnorePattern *self, const Step *step, gunichar character)
{
    switch (step->kind) {
    case STEP_CHARACTER:
        return step->character == character;
    case STEP_CLASS:
        return is_in_class(self, step, character);
    case STEP_ANY:
    case STEP_TO_SLASH:
        return character != '\n';
    case STEP_BEGIN:
    case STEP_DIRECTORIES:
    default:
        return FALSE;
    }
}

static void
swap(Run *run)
{
    guint *spent = run->now;

    run->now = run->next;
    run->n_now = run->n_next;
    run->next = spent;
    run->n_next = 0;
}

static void
take(Run *run, gunichar character)
{
    run->turn++;
    run->through = FALSE;
    for (guint i = 0; i < run->n_now; i++) {
        guint at = run->now[i];
        const Step *step = get_step(run->pattern, at);

        if (!takes(run->pattern, step, character))
            continue;
        if (step->repeated || step->kind == STEP_TO_SLASH)
            arrive(run, at);
        if (step->kind != STEP_TO_SLASH || character == '/')
            arrive(run, at + 1);
    }
    swap(run);
}

/* Whether a path is possible that begins with the text; with end, whether the text is one. */
static gboolean
follow(const CddIgnorePattern *self, const char *text, gboolean end)
{
    guint n = self->steps->len;
    guint buffer[3 * SHORT_ROW] = {0};
    g_autofree guint *memory = n > SHORT_ROW ? g_new0(guint, 3 * (gsize)n) : NULL;
    guint *room = memory == NULL ? buffer : memory;
    Run run = {.pattern = self, .marks = room, .now = room + n, .next = room + 2 * n, .turn = 1};

    arrive(&run, 0);
    swap(&run);
    while (*text != '\0' && run.n_now > 0)
        take(&run, cdd_glob_next(&text));
    return end ? *text == '\0' && run.through : run.n_now > 0;
}

static gboolean
has_suffix(const char *path, gsize length, const char *suffix, gsize suffix_length)
{
    return length >= suffix_length &&
           memcmp(path + length - suffix_length, suffix, suffix_length) == 0;
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
        return has_suffix(path, length, self->end, self->end_length) &&
               g_str_has_prefix(path, self->begin) && strstr(path, self->needle) != NULL &&
               follow(self, path, TRUE);
    }
}

/* Whether one of the texts is how the other begins. */
static gboolean
begin_alike(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == '\0' || *b == '\0';
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
        return begin_alike(self->begin, begin) && follow(self, begin, FALSE);
    }
}
