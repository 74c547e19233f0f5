/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../files/context.h"

/*
 * Finds files of a workspace that no image needs. Each rule is a pattern of an ignore file; the
 * functions sum up what it would save.
 */
typedef struct _CddIgnoreProposal CddIgnoreProposal;

/*
 * Selects the rules for a context. A rule with a condition is used only if its path exists. Rules
 * that match names in the Dockerfile or in exceptions of the ignore file are left out.
 */
CddIgnoreProposal *cdd_ignore_proposal_new(const CddContext *context);
void cdd_ignore_proposal_free(CddIgnoreProposal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnoreProposal, cdd_ignore_proposal_free)

/* Call it for each entry of a walk, in order. @size: bytes sent of the entry. */
void cdd_ignore_proposal_count(CddIgnoreProposal *self, const CddTreeEntry *entry, guint64 size);

/* Returns the patterns that save enough of @total_size, and the sum of their savings. */
GStrv cdd_ignore_proposal_choose(const CddIgnoreProposal *self,
                                 guint64 total_size,
                                 guint64 *saved_files,
                                 guint64 *saved_size);
