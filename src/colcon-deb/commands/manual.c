/* SPDX-License-Identifier: Apache-2.0 */
#include "manual.h"

#include "../base/text.h"

#include <string.h>

enum {
    COLUMNS = 100,
    BODY_INDENT = 4, /* of a text below its title */
    ITEM_INDENT = 2,
    ITEM_COLUMN = 34, /* where summaries begin in --help */
};

typedef struct {
    char *title; /* NULL for the description */
    char *text;  /* NULL for a list */
    GArray *items;
} Part;

struct Manual {
    char *name;
    guint section;
    char *summary;
    char *synopsis;
    GPtrArray *parts;
};

ManualForm
manual_form_of(const char *name)
{
    if (name == NULL)
        return MANUAL_SHORT;
    return g_str_equal(name, "roff") ? MANUAL_ROFF : MANUAL_TEXT;
}

static void
item_clear(gpointer data)
{
    ManualItem *item = data;

    g_free(item->term);
    g_free(item->summary);
    g_free(item->details);
}

static void
part_free(gpointer data)
{
    Part *part = data;

    g_free(part->title);
    g_free(part->text);
    g_array_unref(part->items);
    g_free(part);
}

Manual *
manual_new(const char *name, guint section, const char *summary, const char *synopsis)
{
    Manual *manual = g_new0(Manual, 1);

    manual->name = g_strdup(name);
    manual->section = section;
    manual->summary = g_strdup(summary);
    manual->synopsis = g_strdup(synopsis);
    manual->parts = g_ptr_array_new_with_free_func(part_free);
    return manual;
}

void
manual_free(Manual *manual)
{
    if (manual == NULL)
        return;
    g_free(manual->name);
    g_free(manual->summary);
    g_free(manual->synopsis);
    g_ptr_array_unref(manual->parts);
    g_free(manual);
}

static Part *
add_part(Manual *manual, const char *title, const char *text)
{
    Part *part = g_new0(Part, 1);

    part->title = g_strdup(title);
    part->text = g_strdup(text);
    part->items = g_array_new(FALSE, FALSE, sizeof(ManualItem));
    g_array_set_clear_func(part->items, item_clear);
    g_ptr_array_add(manual->parts, part);
    return part;
}

void
manual_add_item(Manual *manual, const char *title, ManualItem item)
{
    Part *part = NULL;

    for (guint i = 0; i < manual->parts->len; i++)
        if (g_strcmp0(((Part *)manual->parts->pdata[i])->title, title) == 0)
            part = manual->parts->pdata[i];
    if (part == NULL)
        part = add_part(manual, title, NULL);
    g_array_append_val(part->items, item);
}

void
manual_add_text(Manual *manual, const char *title, const char *text)
{
    if (text != NULL)
        add_part(manual, title, text);
}

/* Removes the backquotes. */
static char *
strip_marks(const char *text)
{
    g_auto(GStrv) pieces = g_strsplit(text, "`", -1);

    return g_strjoinv("", pieces);
}

/* Prints @text in lines of at most COLUMNS. The cursor is at @column, where each line begins. */
static void
print_wrapped(FILE *out, const char *text, guint column)
{
    g_autofree char *plain = strip_marks(text);
    g_auto(GStrv) words = g_strsplit_set(plain, " \n", -1);
    guint at = column;

    for (char **word = words; *word != NULL; word++) {
        guint width = text_width(*word);

        if (width == 0)
            continue;
        if (at > column && at + 1 + width > COLUMNS) {
            fprintf(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        fputs(*word, out);
        at += width;
    }
    fputc('\n', out);
}

static void
print_text(FILE *out, const char *text, guint indent)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);

    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        if (paragraph != paragraphs)
            fputc('\n', out);
        if (**paragraph == ' ') {
            g_auto(GStrv) lines = g_strsplit(*paragraph, "\n", -1);

            for (char **line = lines; *line != NULL; line++)
                fprintf(out, "%*s%s\n", (int)indent, "", *line);
        } else {
            fprintf(out, "%*s", (int)indent, "");
            print_wrapped(out, *paragraph, indent);
        }
    }
}

static void
print_short_item(FILE *out, const ManualItem *item)
{
    guint width = ITEM_INDENT + text_width(item->term);

    fprintf(out, "%*s%s", ITEM_INDENT, "", item->term);
    if (width + 2 > ITEM_COLUMN) {
        fputc('\n', out);
        width = 0;
    }
    fprintf(out, "%*s", ITEM_COLUMN - (int)width, "");
    print_wrapped(out, item->summary, ITEM_COLUMN);
}

static void
print_short(const Manual *manual, FILE *out)
{
    if (manual->synopsis != NULL)
        fprintf(out, "Usage: %s\n\n", manual->synopsis);
    print_text(out, manual->summary, 0);
    for (guint i = 0; i < manual->parts->len; i++) {
        const Part *part = manual->parts->pdata[i];

        fputc('\n', out);
        if (part->title != NULL)
            fprintf(out, "%s:\n", part->title);
        if (part->text != NULL)
            print_text(out, part->text, part->title != NULL && *part->text != ' ' ? 2 : 0);
        for (guint k = 0; k < part->items->len; k++)
            print_short_item(out, &g_array_index(part->items, ManualItem, k));
    }
}

/* "PACKAGES OPTIONS" over a list of options; the title alone over anything else. */
static char *
make_heading(const Part *part)
{
    const char *title = part->title != NULL ? part->title : "Description";
    gboolean options = part->items->len > 0 &&
                       strchr("- ", *g_array_index(part->items, ManualItem, 0).term) != NULL &&
                       !g_str_equal(title, "Options");
    g_autofree char *whole = g_strconcat(title, options ? " options" : "", NULL);

    return g_utf8_strup(whole, -1);
}

/* The summary as a sentence, and the details. */
static char *
join_item(const ManualItem *item)
{
    gboolean ends = g_str_has_suffix(item->summary, ".");

    return g_strdup_printf("%c%s%s%s%s", g_ascii_toupper(*item->summary), item->summary + 1,
                           ends ? "" : ".", item->details != NULL ? " " : "",
                           item->details != NULL ? item->details : "");
}

static void
print_long_item(FILE *out, const ManualItem *item)
{
    g_autofree char *text = join_item(item);

    fprintf(out, "%*s%s\n", BODY_INDENT, "", item->term + strspn(item->term, " "));
    print_text(out, text, 2 * BODY_INDENT);
}

static void
print_long_part(FILE *out, const Part *part)
{
    g_autofree char *heading = make_heading(part);

    fprintf(out, "\n%s\n", heading);
    if (part->text != NULL)
        print_text(out, part->text, BODY_INDENT);
    for (guint i = 0; i < part->items->len; i++)
        print_long_item(out, &g_array_index(part->items, ManualItem, i));
}

/* Calls @print for each part, the description first; --help has it after the options. */
static void
for_each_part(const Manual *manual, void (*print)(FILE *out, const Part *part), FILE *out)
{
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < manual->parts->len; i++) {
            const Part *part = manual->parts->pdata[i];

            if ((part->title == NULL) == (round == 0))
                print(out, part);
        }
}

static void
print_long(const Manual *manual, FILE *out)
{
    fprintf(out, "NAME\n%*s%s - ", BODY_INDENT, "", manual->name);
    print_wrapped(out, manual->summary, BODY_INDENT + text_width(manual->name) + 3);
    if (manual->synopsis != NULL)
        fprintf(out, "\nSYNOPSIS\n%*s%s\n", BODY_INDENT, "", manual->synopsis);
    for_each_part(manual, print_long_part, out);
}

/* @text in roff's terms; what backquotes mark is bold. */
static void
put_roff(FILE *out, const char *text)
{
    gboolean bold = FALSE;

    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text != '\0'; text++) {
        if (*text == '`') {
            bold = !bold;
            fputs(bold ? "\\fB" : "\\fR", out);
        } else if (*text == '\\') {
            fputs("\\e", out);
        } else if (*text == '-') {
            fputs("\\-", out);
        } else {
            fputc(*text, out);
            if (*text == '\n' && (text[1] == '.' || text[1] == '\''))
                fputs("\\&", out);
        }
    }
    fputc('\n', out);
}

static void
put_roff_text(FILE *out, const char *text)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);

    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        gboolean verbatim = **paragraph == ' ';

        if (paragraph != paragraphs)
            fputs(".PP\n", out);
        fputs(verbatim ? ".EX\n" : "", out);
        put_roff(out, g_strchomp(*paragraph));
        fputs(verbatim ? ".EE\n" : "", out);
    }
}

static void
put_roff_item(FILE *out, const ManualItem *item)
{
    g_autofree char *text = join_item(item);

    fputs(".TP\n.B ", out);
    put_roff(out, item->term + strspn(item->term, " "));
    put_roff(out, text);
}

static void
print_roff_part(FILE *out, const Part *part)
{
    g_autofree char *heading = make_heading(part);

    fprintf(out, ".SH %s\n", heading);
    if (part->text != NULL)
        put_roff_text(out, part->text);
    for (guint i = 0; i < part->items->len; i++)
        put_roff_item(out, &g_array_index(part->items, ManualItem, i));
}

static void
print_roff(const Manual *manual, FILE *out)
{
    g_autofree char *name = g_strdelimit(g_strdup(manual->name), " ", '-');
    g_autofree char *title = g_utf8_strup(name, -1);

    fprintf(out,
            ".\\\" SPDX-License-Identifier: Apache-2.0\n"
            ".TH %s %u \"\" \"colcon\\-deb " PROGRAM_VERSION "\"\n.SH NAME\n%s \\- ",
            title, manual->section, name);
    put_roff(out, manual->summary);
    if (manual->synopsis != NULL) {
        fputs(".SH SYNOPSIS\n.B ", out);
        put_roff(out, manual->synopsis);
    }
    for_each_part(manual, print_roff_part, out);
}

void
manual_print(const Manual *manual, ManualForm form, FILE *out)
{
    switch (form) {
    case MANUAL_SHORT:
        print_short(manual, out);
        break;
    case MANUAL_TEXT:
        print_long(manual, out);
        break;
    case MANUAL_ROFF:
        print_roff(manual, out);
        break;
    }
}
