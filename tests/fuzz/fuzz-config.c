/* SPDX-License-Identifier: Apache-2.0 */
/* Parses and checks a configuration file. */
#include "fuzz.h"

#include "config/config.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse("f.yaml", (const char *)data, size, &error);

    /* There is either a result or an error, and its message is valid UTF-8. */
    g_assert((config == NULL) == (error != NULL));
    g_assert(error == NULL || g_utf8_validate(error->message, -1, NULL));
    return 0;
}
