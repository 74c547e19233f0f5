/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../config/config.h"
#include "../engine/engine.h"
#include "check-report.h"

/* What a build needs, looked at in the order in which a build does. Nothing is changed. */

/* All members are borrowed. */
typedef struct {
    const Config *config;
    Interrupt *interrupt;
    CheckReport *report;
} BuildChecks;

/* Which file the configuration has come from. */
void build_checks_configuration(const BuildChecks *self);

/* The directories of a build, and the space for its output. */
void build_checks_workspace(const BuildChecks *self);
void build_checks_output_space(const BuildChecks *self);

/* The engine, and the space on its disk. NULL if it does not answer. */
Engine *build_checks_engine(const BuildChecks *self);

/* Whether the engine's disk is one of this machine. */
gboolean build_checks_see_engine_space(const Engine *engine);

/* Whether the image is on the engine, and its architecture. */
gboolean build_checks_image(const BuildChecks *self, Engine *engine);

/* The tools in the image, and the overrides: only a container can look at those as a build does. */
void build_checks_container(const BuildChecks *self);
