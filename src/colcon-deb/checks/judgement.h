/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "../engine/engine.h"
#include "finding.h"

/* What was seen becomes a finding. Nothing here asks an engine or reads a file. */

/* Of the engine that answered. @choice: why it is this one. */
Finding *judge_engine(const CddEngineInfo *info, const char *address, const char *choice);

/* An engine that is there too, at @address; @option chooses it. @refusal: why it cannot be used, or
 * NULL. */
Finding *judge_other_engine(const char *address, const char *option, const char *refusal);

/* @bytes are free in @path. */
Finding *judge_output_space(const char *path, guint64 bytes);
Finding *judge_engine_space(const char *path, guint64 bytes);

/* @difference: seconds by which the engine's clock is ahead of this machine's. */
Finding *judge_clock(gint64 difference);

/* Of a platform that needs emulation on the engine's machine. @target: who asks for it, or NULL. */
Finding *judge_emulation(const CddArchitectureInfo *info, const char *platform, const char *target);

/* Of all architectures (CddArchitectureInfo), when no target needs another one. */
Finding *judge_no_emulation(const GPtrArray *foreign, gboolean engine_is_remote);

/* Whether a container reached what @check stands for. @detail: what it reached, or why not. */
Finding *
judge_network(const char *check, gboolean reached, const char *detail, const char *network_mode);

/* @leftovers: Leftover. @workspace: as the command clean wants it; NULL for the current one. */
Finding *judge_leftovers(const GPtrArray *leftovers, const char *workspace);
