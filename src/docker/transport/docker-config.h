/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

/* The configuration files of Docker's client, in DOCKER_CONFIG, else in ~/.docker. */

/* Returns an environment variable; an empty variable counts as unset. */
const char *cdd_docker_config_get_variable(const char *name);

char *cdd_docker_config_directory(void);

/* Loads a JSON file; returns NULL without an error if the file does not exist. */
JsonNode *cdd_docker_config_load(const char *path, GError **error);

/* Loads config.json; returns NULL without an error if it does not exist or is empty. */
JsonNode *cdd_docker_config_load_main(GError **error);
