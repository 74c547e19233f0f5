/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Which directory a bind mount of @path would show now, added to @digest. A container keeps what
 * its path meant when it was created: it does not see that a directory was removed and made again,
 * or that something was mounted on it or below it.
 */
void mount_identity_add(const char *path, GChecksum *digest);
