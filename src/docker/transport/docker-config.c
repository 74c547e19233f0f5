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

static JsonNode *
parse(const char *path, GBytes *text, GError **error)
{
    JsonNode *node = cdd_json_parse(g_bytes_get_data(text, NULL), g_bytes_get_size(text), NULL);

    if (node == NULL)
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s is not valid JSON", path);
    return node;
}

JsonNode *
cdd_docker_config_load(const char *path, GError **error)
{
    g_autoptr(GBytes) text = cdd_small_file_read(path, MAX_FILE_LENGTH, error);

    return text == NULL ? NULL : parse(path, text, error);
}

static gboolean
is_blank(GBytes *text)
{
    gsize length;
    const char *data = g_bytes_get_data(text, &length);

    while (length > 0 && g_ascii_isspace(data[length - 1]))
        length--;
    return length == 0;
}

JsonNode *
cdd_docker_config_load_main(GError **error)
{
    g_autofree char *directory = cdd_docker_config_directory();
    g_autofree char *path = g_build_filename(directory, "config.json", NULL);
    g_autoptr(GBytes) text = cdd_small_file_read(path, MAX_FILE_LENGTH, error);

    return text == NULL || is_blank(text) ? NULL : parse(path, text, error);
}
