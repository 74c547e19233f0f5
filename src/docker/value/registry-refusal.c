/* SPDX-License-Identifier: Apache-2.0 */
#include "registry-refusal.h"

#include <string.h>

/* Messages quote names of images. Each of these phrases has a space, which no name has. */
static const char *const phrases[] = {
    "no basic auth credentials",        /* Docker found none for the registry */
    "authentication required",          /* a registry's own words, which Podman shows alone */
    "access to the resource is denied", /* Docker Hub's */
    "pull access denied",               /* Docker */
    "authorization failed",             /* containerd */
    "invalid username/password",        /* Podman */
    "401 Unauthorized",
    "403 Forbidden",
    "401 (Unauthorized)",
    "403 (Forbidden)",
    "parsing HTTP 401",
    "parsing HTTP 403",
};

/* A registry's error begins with its code. The system's "permission denied: " is not one. */
static gboolean
begins_error(const char *message, const char *code)
{
    for (const char *at = strstr(message, code); at != NULL; at = strstr(at + 1, code)) {
        if (at == message || (at - message >= 2 && at[-2] == ':' && at[-1] == ' '))
            return TRUE;
    }
    return FALSE;
}

gboolean
cdd_registry_refused(const char *message)
{
    for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++) {
        if (strstr(message, phrases[i]) != NULL)
            return TRUE;
    }
    return begins_error(message, "unauthorized: ") || begins_error(message, "denied: ");
}
