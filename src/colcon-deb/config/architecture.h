/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* An architecture by its names in Debian and in container engines. Nothing else in the program
 * knows these names. */
typedef struct {
    const char *debian;  /* armhf */
    const char *image;   /* arm */
    const char *variant; /* v7; empty for most */
} Architecture;

typedef enum {
    ARCHITECTURE_DEBIAN,   /* armhf */
    ARCHITECTURE_PLATFORM, /* linux/arm/v7 */
} ArchitectureNames;

/* By any of its names: of Debian, of a platform with or without "linux/", or of uname. @names:
 * those that the usage error lists. */
const Architecture *architecture_find(const char *name, ArchitectureNames names, GError **error);

/* Those names of all architectures. */
char **architecture_list_names(ArchitectureNames names);

/* "linux/arm/v7" */
char *architecture_get_platform(const Architecture *architecture);

/* Whether an image of that architecture and variant is for the platform. @variant: NULL or empty if
 * the image does not say. */
gboolean
architecture_fits(const Architecture *architecture, const char *image, const char *variant);
