/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file, from its bytes to checked values. */
#include "fuzz.h"

#include "config/config.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse("f.yaml", (const char *)data, size, &error);

    /* Exactly one of the two, and a message that can be printed. */
    g_assert((config == NULL) == (error != NULL));
    g_assert(error == NULL || g_utf8_validate(error->message, -1, NULL));
    return 0;
}
