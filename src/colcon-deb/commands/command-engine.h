/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../engine/engine.h"
#include "options.h"

/* engine_open() for a command without a view of its own for this: says on standard error if
 * Podman's service had to be started. */
Engine *command_engine_open(const Config *config,
                            const Options *options,
                            const Interrupt *interrupt,
                            GError **error);
