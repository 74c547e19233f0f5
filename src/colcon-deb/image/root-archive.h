/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bootstrap.h"
#include "scratch.h"

/* The tar archive of a root file system: made by mmdebstrap, or kept from an earlier call. */
typedef struct {
    BootstrapSetup bootstrap;
    const char *cache; /* the directory that archives are kept in; NULL to keep none */
    gboolean no_cache; /* make it again */
    Scratch
        *scratch; /* in the directory of the cache, so that archives can be renamed and linked */
} RootArchive;

/* The path of the kept archive; NULL if there is none. */
char *root_archive_find_kept(const RootArchive *archive);

/* The path of the archive, kept or new. Tells how old a kept one is. */
char *root_archive_get(const RootArchive *archive, GError **error);

/* Gives the file @path a second name, or copies it. */
gboolean
root_archive_link(const RootArchive *archive, const char *path, const char *target, GError **error);
