/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Returns whether an engine's message says that a registry refused the credentials, or that it
 * needs some. Engines pass on the registry's answer as text only.
 */
gboolean cdd_registry_refused(const char *message);
