/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Checks an additional host as Docker's client does: NAME:ADDRESS or NAME=ADDRESS, with an IP
 * address, possibly in square brackets, or host-gateway. Returns it as engines expect it:
 * NAME:ADDRESS without brackets.
 */
char *cdd_extra_host_normalize(const char *text, GError **error);
