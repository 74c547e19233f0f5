/* SPDX-License-Identifier: Apache-2.0 */
#include "docker-config.h"

#include "../files/small-file.h"
#include "../wire/json.h"

#include <colcon-deb-docker/cdd-error.h>

enum {
    MAX_FILE_LENGTH = 1024 * 1024,
};

const char *
cdd_docker_config_get_variable(const char *name)
{
    const char *value = g_getenv(name);

    return value == NULL || *value == '\0' ? NULL : value;
}

char *
cdd_docker_config_directory(void)
{
    const char *directory = cdd_docker_config_get_variable("DOCKER_CONFIG");

    return directory != NULL ? g_strdup(directory)
                             : g_build_filename(g_get_home_dir(), ".docker", NULL);
}

JsonNode *
cdd_docker_config_load(const char *path, GError **error)
{
    g_autoptr(GBytes) text = cdd_small_file_read(path, MAX_FILE_LENGTH, error);
    JsonNode *node;

    if (text == NULL)
        return NULL;
    node = cdd_json_parse(g_bytes_get_data(text, NULL), g_bytes_get_size(text), NULL);
    if (node == NULL)
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s is not valid JSON", path);
    return node;
}

JsonNode *
cdd_docker_config_load_main(GError **error)
{
    g_autofree char *directory = cdd_docker_config_directory();
    g_autofree char *path = g_build_filename(directory, "config.json", NULL);

    return cdd_docker_config_load(path, error);
}
