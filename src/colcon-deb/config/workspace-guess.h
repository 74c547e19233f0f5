/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* What the files of a workspace say of how it is built. Only its upper directories are looked at.
 */

/* A Dockerfile that makes a builder image. */
typedef struct {
    char *path;       /* relative to the workspace */
    char *ros_distro; /* NULL if it does not say */
} GuessedDockerfile;

typedef struct {
    GPtrArray *dockerfiles; /* GuessedDockerfile */
    GPtrArray *overrides;   /* directories (char *), relative to the workspace */
} WorkspaceGuess;

WorkspaceGuess *workspace_guess_new(const char *workspace, GError **error);
void workspace_guess_free(WorkspaceGuess *guess);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkspaceGuess, workspace_guess_free)

/* The distribution that a Dockerfile is for, NULL if it does not say. @is_builder: whether it makes
 * an image that builds packages, not one for something else. */
char *workspace_guess_read_dockerfile(const char *text, gboolean *is_builder);
