/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tar-pack.h"

/*
 * A directory that an image is built of, with its Dockerfile and what is left out: everything is
 * found and read before anything is sent.
 */
typedef struct {
    char *directory;       /* without links */
    char *dockerfile_path; /* without links; NULL if it is none of this machine's files */
    GBytes *dockerfile;    /* its text */

    /* As BuildKit asks for them: the Dockerfile, by the name that it was given, and the ignore file
     * that is its own, if there is one. */
    CddTarMember definition[2];
    gsize n_definition;

    /* As Docker's client reads it: `<Dockerfile>.dockerignore` if there is one beside the
     * Dockerfile, else `.dockerignore` of the directory. ignore_path is NULL if there is neither.
     */
    char *ignore_path;
    CddIgnore *ignore;

    /* Of an archive for the classic builder: it always has the two files above, which the builder
     * drops itself if they are left out. A Dockerfile that is not in the directory is added by a
     * name that its text gives it, and to the ignore file, so that COPY . does not bring it. */
    char *dockerfile_name;
    CddIgnore *exclude;
    CddTarMember members[2];
    gsize n_members;
} CddContext;

/*
 * @dockerfile_path as in #CddBuildContext. CDD_ERROR_INVALID_SPEC for what is not there, too large,
 * or no pattern, CDD_ERROR_FAILED for what cannot be read. Blocks a little.
 */
CddContext *cdd_context_open(const char *directory,
                             const char *dockerfile_path,
                             const char *dockerfile_text,
                             GError **error);
void cdd_context_free(CddContext *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContext, cdd_context_free)

/*
 * cdd_tar_pack() of it, for which @options says how; what goes in is the context's own. Sockets,
 * pipes and devices are skipped.
 */
gboolean cdd_context_pack(const CddContext *self,
                          const CddTarOptions *options,
                          int fd,
                          GCancellable *cancellable,
                          GError **error);
