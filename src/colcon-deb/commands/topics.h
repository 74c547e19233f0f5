/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "manual.h"

/* The texts of the manual that no table holds, by manual.h's rules. */

extern const char topic_summary[];
extern const char topic_description[];
extern const char topic_examples[];
extern const char topic_configuration[];
extern const char topic_configuration_example[];

/* Adds what all commands share: signals, exit status, environment, files. */
void topics_add(Manual *manual);
