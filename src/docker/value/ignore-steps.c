/* SPDX-License-Identifier: Apache-2.0 */
#include "ignore-steps.h"

#include "glob.h"
#include <string.h>

static const char bad_class[] = "a range of characters is reversed, or a [ has no ]";
static const char bad_escape[] =
    "Docker gives the character after the \\ a meaning that is not supported here";
static const char nothing_escaped[] = "nothing follows the \\ at the end";
static const char repetition[] =
    "a number in braces is a repetition for Docker, which is not supported here; write \\{ for a "
    "brace";

enum {
    REPLACEMENT = 0xFFFD,
    /* Rows of up to this many steps are matched on the stack. */
    SHORT_ROW = 64,
};

typedef enum {
    STEP_CHARACTER,
    STEP_CLASS,
    STEP_ANY,         /* any character but a newline */
    STEP_BEGIN,       /* takes no character; passes only at the start of the path */
    STEP_DIRECTORIES, /* takes no character; leads to the next step and to the one after it */
    STEP_TO_SLASH,    /* any number of characters but newlines, the last one a slash */
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

struct _CddIgnoreSteps {
    GArray *steps;
    GArray *ranges;
};

/* Go's named classes, as pairs of first and last characters. NUL is left out, it is in no path. */
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
    {"word", "09AZ__az"},
    {"xdigit", "09AFaf"},
};

static void
add_range(CddIgnoreSteps *self, gunichar low, gunichar high)
{
    const Range range = {low, high};

    if (low <= high)
        g_array_append_val(self->ranges, range);
}

static void
add_pairs(CddIgnoreSteps *self, const char *pairs, gboolean negated)
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

/* Adds [:alpha:] or [:^alpha:] within a class. Returns NULL for an unknown name. */
static const char *
add_named_class(CddIgnoreSteps *self, const char *at, const char *end)
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

/* The class that a letter after a "\" stands for. A capital letter stands for all others. */
static const char *
find_escaped_class(char letter)
{
    switch (g_ascii_tolower(letter)) {
    case 'd':
        return "09";
    case 's':
        return "\t\n\f\r  ";
    case 'w':
        return "09AZ__az";
    default:
        return NULL;
    }
}

static const char *
add_escaped_class(CddIgnoreSteps *self, const char *at)
{
    const char *pairs = at[0] == '\\' ? find_escaped_class(at[1]) : NULL;

    if (pairs == NULL)
        return NULL;
    add_pairs(self, pairs, g_ascii_isupper(at[1]));
    return at + 2;
}

/* Takes a character, possibly after a "\". In Go, punctuation after it stands for itself. */
static gboolean
take_character(const char **at, gunichar *character, const char **fault)
{
    static const char letters[] = "afnrtv";
    static const char meanings[] = "\a\f\n\r\t\v";
    gboolean escaped = **at == '\\';
    const char *letter;

    *at += escaped;
    letter = escaped && **at != '\0' ? strchr(letters, **at) : NULL;
    if (letter != NULL) {
        *character = (guchar)meanings[letter - letters];
        *at += 1;
        return TRUE;
    }
    if (escaped && ((guchar) * *at >= 0x80 || g_ascii_isalnum(**at))) {
        *fault = bad_escape;
        return FALSE;
    }
    if (**at == '\0') {
        *fault = nothing_escaped;
        return FALSE;
    }
    *character = cdd_glob_next(at);
    return TRUE;
}

static const char *
add_class_part(CddIgnoreSteps *self, const char *at, const char **fault)
{
    const char *end = at[0] == '[' && at[1] == ':' ? strstr(at + 2, ":]") : NULL;
    const char *behind = add_escaped_class(self, at);
    gunichar low;
    gunichar high;

    if (behind != NULL)
        return behind;
    if (end != NULL)
        return add_named_class(self, at, end);
    if (!take_character(&at, &low, fault))
        return NULL;
    high = low;
    if (at[0] == '-' && at[1] != ']' && at[1] != '\0') {
        at++;
        if (!take_character(&at, &high, fault))
            return NULL;
    }
    if (low > high)
        return NULL;
    add_range(self, low, high);
    return at;
}

/* Reads a class from after its "[". A "]" in first place is one of its characters. */
static const char *
read_class(CddIgnoreSteps *self, Step *step, const char *at, const char **fault)
{
    gboolean first = TRUE;

    *fault = bad_class;
    step->kind = STEP_CLASS;
    step->negated = *at == '^';
    step->first_range = self->ranges->len;
    at += step->negated;
    while (at != NULL && *at != '\0' && (*at != ']' || first)) {
        at = add_class_part(self, at, fault);
        first = FALSE;
    }
    step->n_ranges = self->ranges->len - step->first_range;
    return at == NULL || *at == '\0' ? NULL : at + 1;
}

/* Returns whether the text begins with {2}, {2,} or {2,3}. Other braces are characters. */
static gboolean
is_repetition(const char *text)
{
    const char *at = text + 1;
    gsize digits = strspn(at, G_CSET_DIGITS);

    if (*text != '{' || digits == 0 || (*at == '0' && digits > 1))
        return FALSE;
    at += digits;
    if (*at == ',') {
        digits = strspn(++at, G_CSET_DIGITS);
        if (*at == '0' && digits > 1)
            return FALSE;
        at += digits;
    }
    return *at == '}';
}

static const char *
read_character(CddIgnoreSteps *self, Step *step, const char *at, const char **fault)
{
    const char *behind;

    step->first_range = self->ranges->len;
    behind = add_escaped_class(self, at);
    if (behind != NULL) {
        step->kind = STEP_CLASS;
        step->n_ranges = self->ranges->len - step->first_range;
        return behind;
    }
    if (is_repetition(at)) {
        *fault = repetition;
        return NULL;
    }
    return take_character(&at, &step->character, fault) ? at : NULL;
}

static const char *
read_step(CddIgnoreSteps *self, const char *at, const char **fault)
{
    Step step = {0};

    if (g_str_has_prefix(at, CDD_IGNORE_ANY_DIRECTORIES)) {
        step.kind = STEP_DIRECTORIES;
        g_array_append_val(self->steps, step);
        step.kind = STEP_TO_SLASH;
        at += strlen(CDD_IGNORE_ANY_DIRECTORIES);
    } else if (*at == '[') {
        at = read_class(self, &step, at + 1, fault);
    } else if (*at == '^' || *at == '.') {
        step.kind = *at == '^' ? STEP_BEGIN : STEP_ANY;
        at++;
    } else {
        at = read_character(self, &step, at, fault);
    }
    if (at != NULL && *at == '*') {
        step.repeated = TRUE;
        at++;
    }
    g_array_append_val(self->steps, step);
    return at;
}

/* Adds a step for any number of any characters. */
static void
add_anything(CddIgnoreSteps *self)
{
    const Step step = {.kind = STEP_CLASS, .negated = TRUE, .repeated = TRUE};

    g_array_append_val(self->steps, step);
}

CddIgnoreSteps *
cdd_ignore_steps_new(const char **expression, gboolean first, const char **fault)
{
    g_autoptr(CddIgnoreSteps) self = g_new0(CddIgnoreSteps, 1);
    const char *at = *expression;

    self->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    self->ranges = g_array_new(FALSE, FALSE, sizeof(Range));
    if (!first)
        add_anything(self);
    while (at != NULL && *at != '\0' && *at != '|')
        at = read_step(self, at, fault);
    if (at == NULL)
        return NULL;
    if (*at == '|')
        add_anything(self);
    *expression = at;
    return g_steal_pointer(&self);
}

void
cdd_ignore_steps_free(CddIgnoreSteps *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->steps);
    g_array_unref(self->ranges);
    g_free(self);
}

guint
cdd_ignore_steps_get_n(const CddIgnoreSteps *self)
{
    return self->steps->len;
}

static const Step *
get_step(const CddIgnoreSteps *self, guint i)
{
    return &g_array_index(self->steps, Step, i);
}

guint
cdd_ignore_steps_count_literals(const CddIgnoreSteps *self, guint from)
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

char *
cdd_ignore_steps_join_literals(const CddIgnoreSteps *self, guint from, guint n)
{
    GString *text = g_string_new(NULL);

    for (guint i = from; i < from + n; i++)
        g_string_append_unichar(text, get_step(self, i)->character);
    return g_string_free(text, FALSE);
}

/* The matching */

/*
 * The steps that a path has reached, each once. A mark is the number of the character after which
 * its step was reached.
 */
typedef struct {
    const CddIgnoreSteps *pattern;
    guint *marks;
    guint *now;
    guint *next;
    guint n_now;
    guint n_next;
    guint turn;      /* 1 before the first character */
    gboolean at_end; /* the last character has passed the last step */
} Run;

/* Reaches a step, and all later steps that can be reached without taking a character. */
static void
reach(Run *run, guint at)
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
    run->at_end = run->at_end || at >= n;
}

static gboolean
is_in_class(const CddIgnoreSteps *self, const Step *step, gunichar character)
{
    const Range *ranges = &g_array_index(self->ranges, Range, step->first_range);
    gboolean found = FALSE;

    for (guint i = 0; i < step->n_ranges && !found; i++)
        found = ranges[i].low <= character && character <= ranges[i].high;
    return found != step->negated;
}

static gboolean
takes(const CddIgnoreSteps *self, const Step *step, gunichar character)
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
    run->at_end = FALSE;
    for (guint i = 0; i < run->n_now; i++) {
        guint at = run->now[i];
        const Step *step = get_step(run->pattern, at);

        if (!takes(run->pattern, step, character))
            continue;
        if (step->repeated || step->kind == STEP_TO_SLASH)
            reach(run, at);
        if (step->kind != STEP_TO_SLASH || character == '/')
            reach(run, at + 1);
    }
    swap(run);
}

gboolean
cdd_ignore_steps_follow(const CddIgnoreSteps *self, const char *text, gboolean end)
{
    guint n = self->steps->len;
    guint buffer[3 * SHORT_ROW] = {0};
    g_autofree guint *memory = n > SHORT_ROW ? g_new0(guint, 3 * (gsize)n) : NULL;
    guint *room = memory != NULL ? memory : buffer;
    Run run = {.pattern = self, .marks = room, .now = room + n, .next = room + 2 * n, .turn = 1};

    reach(&run, 0);
    swap(&run);
    while (*text != '\0' && run.n_now > 0)
        take(&run, cdd_glob_next(&text));
    return end ? *text == '\0' && run.at_end : run.n_now > 0;
}
