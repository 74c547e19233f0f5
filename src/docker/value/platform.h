/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * A platform as Docker reads it (containerd/platforms): os/arch, os/arch/variant, or only one of os
 * and arch. Names are normalised: Linux/x86_64 is linux/amd64.
 */
typedef struct {
    char *os;           /* linux, unless given */
    char *architecture; /* NULL if only an operating system was given */
    char *variant;      /* NULL for none */
} CddPlatform;

CddPlatform *cdd_platform_parse(const char *text, GError **error);
void cdd_platform_free(CddPlatform *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddPlatform, cdd_platform_free)

/* Sets *normal to the platform as it is sent to an engine; to NULL if @text is NULL. */
gboolean cdd_platform_normalize(const char *text, char **normal, GError **error);
