/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tar-pack.h"

/*
 * A build context: a directory, its Dockerfile and its ignore file. Everything is found and read
 * before anything is sent.
 */
typedef struct {
    char *directory;       /* without symbolic links; NULL if the build has no files */
    char *dockerfile_path; /* without symbolic links; NULL if the text is not from a file */
    GBytes *dockerfile;    /* the text of the Dockerfile */

    /* For BuildKit: the Dockerfile, under its own name, and its own ignore file, if any. */
    CddTarMember definition[2];
    gsize n_definition;

    /*
     * The ignore file as in Docker's client: `<Dockerfile>.dockerignore` beside the Dockerfile if
     * it exists, else `.dockerignore` in the directory. @ignore_path is NULL if neither exists.
     */
    char *ignore_path;
    CddIgnore *ignore;

    /*
     * For the classic builder's archive. The archive always has the two files above; the builder
     * drops them if they are ignored. A Dockerfile outside the directory is added under a name made
     * from its text. That name is also added to the ignore file, so COPY . does not copy it.
     */
    char *dockerfile_name;
    CddIgnore *exclude;
    CddTarMember members[2];
    gsize n_members;
} CddContext;

/*
 * Opens a context. @directory may be NULL if there is @dockerfile_text. @dockerfile_path is as in
 * #CddBuildContext. CDD_ERROR_INVALID_SPEC if a file is
 * missing or too large, or a pattern is not valid; CDD_ERROR_FAILED if a file cannot be read.
 * Blocks briefly.
 */
CddContext *cdd_context_open(const char *directory,
                             const char *dockerfile_path,
                             const char *dockerfile_text,
                             GError **error);
void cdd_context_free(CddContext *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContext, cdd_context_free)

/*
 * Packs the context with cdd_tar_pack(). @options says how; the context sets which files. Times are
 * whole seconds, as from Docker's own client.
 */
gboolean cdd_context_pack(const CddContext *self,
                          const CddTarOptions *options,
                          CddByteQueue *to,
                          GCancellable *cancellable,
                          GError **error);
