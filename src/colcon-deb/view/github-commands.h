/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * GitHub's workflow commands: lines of a log that its runner takes for commands. See "Workflow
 * commands for GitHub Actions" in GitHub's documentation.
 */

/* "::group::TITLE"; the group ends with github_end_group. */
char *github_begin_group(const char *title);
extern const char github_end_group[];

/* "::error file=FILE,line=LINE,title=TITLE::MESSAGE". @level: error, warning or notice. @file: NULL
 * if it is not known. @line: 0 likewise. */
char *github_annotate(
    const char *level, const char *title, const char *file, gint64 line, const char *message);

/* Changes a line that the runner would take for a command. Takes over @line. */
char *github_disarm(char *line);
