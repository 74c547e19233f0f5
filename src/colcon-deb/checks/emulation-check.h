/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"
#include "check-report.h"

/* What each target of a workspace needs of emulators. @platforms: "TARGET=PLATFORM" for each target
 * that names a platform; "=PLATFORM" without targets. */
void emulation_check(CheckReport *report, const Engine *engine, const char *const *platforms);
