/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"

/*
 * What a repository offers that several targets share. Another target may have changed it since the
 * last build of this one, so a digest of the whole says nothing: each package is looked up.
 */
typedef struct SharedRepository SharedRepository;

/* Reads the indices of the repository @name in @directory; NULL if it has none. */
SharedRepository *shared_repository_read(const Folder *directory, const char *name);
void shared_repository_free(SharedRepository *repository);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SharedRepository, shared_repository_free)

/* Whether it lists a package file with that digest, and has that file with that size. */
gboolean
shared_repository_offers(const SharedRepository *repository, const char *sha256, gint64 size);
