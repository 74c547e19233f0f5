/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../files/context.h"

/*
 * What a workspace has that no image needs: rules, each a pattern of an ignore file, and what they
 * would leave out of what is sent.
 */
typedef struct _CddIgnoreProposal CddIgnoreProposal;

/* Rules for things that may be of use elsewhere are only those that the directory gives reason to,
 * and none is for what the Dockerfile or an exception of the ignore file names. */
CddIgnoreProposal *cdd_ignore_proposal_new(const CddContext *context);
void cdd_ignore_proposal_free(CddIgnoreProposal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnoreProposal, cdd_ignore_proposal_free)

/* For each entry of a walk, in its order; @size is what is sent of it. */
void cdd_ignore_proposal_count(CddIgnoreProposal *self, const CddTreeEntry *entry, guint64 size);

/* The patterns that are worth it, of a total size; adds up what they save. */
GStrv cdd_ignore_proposal_choose(const CddIgnoreProposal *self,
                                 guint64 total_size,
                                 guint64 *saved_files,
                                 guint64 *saved_size);
