/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/json.h"

/*
 * Text of builds for the report: printable, and bounded, so that the report stays small whatever a
 * log says.
 */
enum {
    REPORT_MAX_NAME = 200,           /* columns of a name, a version, a reason or a path */
    REPORT_MAX_LINE = 300,           /* columns of a line of a log or of an error */
    REPORT_MAX_LINES = 20,           /* of one excerpt or error */
    REPORT_MAX_EXCERPTS = 400 * 1024 /* bytes of all excerpts and errors together */
};

/* How many bytes of excerpts may still be added. */
typedef struct {
    gsize left;
    gboolean exhausted; /* something was left out */
} ReportBudget;

/* A member on one line. Adds nothing for NULL. */
void report_add_name(JsonBuilder *builder, const char *member, const char *text);

/* A member of one or several lines. Adds nothing for NULL, or if @budget does not suffice. */
void report_add_excerpt(JsonBuilder *builder,
                        const char *member,
                        const char *text,
                        ReportBudget *budget);

/* @json with <, >, & and the line ends that JavaScript knows and JSON does not written as \uXXXX,
 * so that nothing in it can end a script element. */
char *report_escape_json(const char *json);
