/* SPDX-License-Identifier: Apache-2.0 */
/* Parses and checks a configuration file, and reads it again for each of its targets. */
#include "fuzz.h"

#include "config/config.h"

static Config *
parse(const uint8_t *data, size_t size, const char *target)
{
    g_autoptr(GError) error = NULL;
    Config *config = config_parse("f.yaml", (const char *)data, size, target, &error);

    /* There is either a result or an error, and its message is valid UTF-8. */
    g_assert((config == NULL) == (error != NULL));
    g_assert(error == NULL || g_utf8_validate(error->message, -1, NULL));
    return config;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Config) config = parse(data, size, NULL);

    for (char **name = config != NULL ? config->targets : NULL; name != NULL && *name != NULL;
         name++) {
        g_autoptr(Config) target = parse(data, size, *name);

        /* All targets were checked with the file. */
        g_assert(target != NULL && g_str_equal(target->target, *name));
    }
    return 0;
}
