/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "command.h"
#include "manual.h"

/* The page of a command, made from its options and from the keys of the configuration. */

/* A page with name and synopsis. */
Manual *options_manual_new(const Command *command);

/* Adds an option of the command to the list of that title. */
void options_manual_add_entry(Manual *manual, const char *title, const GOptionEntry *entry);

/* Adds the option @entry of a key to the list of the key's group. */
void options_manual_add_key(Manual *manual, const ConfigKey *key, const GOptionEntry *entry);

/* Adds the command's texts, which follow the options. */
void options_manual_add_texts(Manual *manual, const Command *command);
