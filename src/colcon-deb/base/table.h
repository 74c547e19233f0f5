/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <stdio.h>

/* Rows of TABLE_COLUMNS cells, each column as wide as its widest. */
typedef struct Table Table;

enum {
    TABLE_COLUMNS = 5
};

Table *table_new(void);
void table_free(Table *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* Cells that are NULL or empty become "-". */
void table_add_row(Table *table, const char *const cells[TABLE_COLUMNS]);

void table_print(const Table *table, FILE *out);
