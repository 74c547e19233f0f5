/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <stdio.h>

/*
 * A page of the manual. --help, 'colcon-deb help TOPIC' and the installed manual pages print the
 * same page in three forms, so that they cannot differ.
 *
 * Texts are paragraphs with a blank line between them. A paragraph that begins with a space is
 * printed line by line. `Backquotes` mark what is typed as it is.
 */

typedef enum {
    MANUAL_SHORT, /* --help */
    MANUAL_TEXT,  /* 'colcon-deb help TOPIC': like a manual page, without its markup */
    MANUAL_ROFF,  /* the source of a manual page */
} ManualForm;

/* "text" or "roff"; NULL is MANUAL_SHORT. */
ManualForm manual_form_of(const char *name);

/* A line of a list: an option, a key or a command. */
typedef struct {
    char *term;
    char *summary;
    char *details; /* sentences that --help leaves out; or NULL */
} ManualItem;

typedef struct Manual Manual;

/* @name: as it is called, "colcon-deb build"; @section: of the manual, 1 or 5; @synopsis: a line
 * for each way to call it, or NULL. */
Manual *manual_new(const char *name, guint section, const char *summary, const char *synopsis);

void manual_free(Manual *manual);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manual, manual_free)

/* Takes @item into the list of that title, which begins with its first item. */
void manual_add_item(Manual *manual, const char *title, ManualItem item);

/* Adds a text, or nothing for NULL. @title: NULL for the description. */
void manual_add_text(Manual *manual, const char *title, const char *text);

void manual_print(const Manual *manual, ManualForm form, FILE *out);
