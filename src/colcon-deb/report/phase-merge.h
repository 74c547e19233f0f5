/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "history.h"

/* The phases of @package (PhaseTime), at most @most: of more, the shortest ones are left out, and
 * the phase before them lasts longer. */
GArray *phases_merged(const History *history, const PackageHistory *package, guint most);
