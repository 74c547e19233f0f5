/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file-list.h"

/*
 * The digest of what users have put into the directory of overrides, which @list lists. What a
 * build saves there itself and nobody has edited does not count: it is the same before a build and
 * after it. FILE_DIGEST_UNKNOWN as for file_list_seal(), and if there is a link.
 */
char *overrides_digest(const char *debian_dirs, const FileList *list);
