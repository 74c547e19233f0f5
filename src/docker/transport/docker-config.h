/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

/* The files of Docker's own client: below DOCKER_CONFIG, else ~/.docker. */

/* A variable of the environment; one that is empty is not set. */
const char *cdd_docker_config_get_variable(const char *name);

char *cdd_docker_config_directory(void);

/* A file of JSON; NULL without an error when there is none. */
JsonNode *cdd_docker_config_load(const char *path, GError **error);

/* config.json; NULL without an error when there is none. */
JsonNode *cdd_docker_config_load_main(GError **error);
