/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include "text.h"

enum {
    GAP = 2
};

struct Table {
    GPtrArray *cells; /* row after row */
    guint widths[TABLE_COLUMNS];
};

Table *
table_new(void)
{
    Table *table = g_new0(Table, 1);

    table->cells = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void
table_free(Table *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->cells);
    g_free(table);
}

void
table_add_row(Table *table, const char *const cells[TABLE_COLUMNS])
{
    for (guint column = 0; column < TABLE_COLUMNS; column++) {
        const char *text = cells[column];
        char *cell = text_printable(text != NULL && *text != '\0' ? text : "-");

        table->widths[column] = MAX(table->widths[column], text_width(cell));
        g_ptr_array_add(table->cells, cell);
    }
}

void
table_print(const Table *table, FILE *out)
{
    for (guint i = 0; i < table->cells->len; i++) {
        guint column = i % TABLE_COLUMNS;
        const char *cell = table->cells->pdata[i];

        fputs(cell, out);
        if (column + 1 < TABLE_COLUMNS)
            fprintf(out, "%*s", (int)(table->widths[column] - text_width(cell) + GAP), "");
        else
            fputc('\n', out);
    }
}
