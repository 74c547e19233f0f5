/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/json.h"

/*
 * Text of builds for the report: printable, and bounded, so that the page of REPORT_USUAL_PACKAGES
 * is below 1 MB whatever a container says. Excerpts get what the rest leaves. Bytes are counted as
 * they are in the page, where some characters take six.
 */
enum {
    REPORT_USUAL_PACKAGES = 300,
    REPORT_MAX_DATA = 920 * 1000,   /* bytes of the data of so many; the page itself has the rest */
    REPORT_MAX_PHASES = 24,         /* of one package */
    REPORT_MAX_NAME = 200,          /* columns of a name, a version, a reason or a path */
    REPORT_MAX_NAME_BYTES = 400,    /* of one of them */
    REPORT_MAX_PACKAGE_NAMES = 600, /* bytes of all of one package */
    REPORT_MAX_LINE = 300,          /* columns of a line of a log or of an error */
    REPORT_MAX_LINES = 20,          /* of one excerpt or error */
    REPORT_MAX_EXCERPTS = 400 * 1024, /* bytes of all excerpts and errors together */
    REPORT_ITEM = 64,                 /* bytes of an item of a list, beside its excerpts */
};

/* How many bytes of excerpts may still be added. */
typedef struct {
    gsize left;
    gboolean exhausted; /* something was left out */
} ReportBudget;

/* A member on one line. Adds nothing for NULL. */
void report_add_name(JsonBuilder *builder, const char *member, const char *text);

/* The same, shortened to @left bytes, of which it takes its own. Adds nothing if nothing fits. */
void
report_add_name_within(JsonBuilder *builder, const char *member, const char *text, gsize *left);

/* Takes the bytes of an item of a list from @budget; FALSE if they do not suffice. */
gboolean report_take_item(ReportBudget *budget);

/* A member of one or several lines. Adds nothing for NULL, or if @budget does not suffice. */
void report_add_excerpt(JsonBuilder *builder,
                        const char *member,
                        const char *text,
                        ReportBudget *budget);

/* @json with <, >, & and the line ends that JavaScript knows and JSON does not written as \uXXXX,
 * so that nothing in it can end a script element. */
char *report_escape_json(const char *json);
