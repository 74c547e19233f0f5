/* SPDX-License-Identifier: Apache-2.0 */
/* Decodes a multiplexed stream of a container's output. */
#include "fuzz.h"
#include "wire/stdcopy.h"

static void
on_bytes(const void *data, gsize length, gpointer user_data)
{
    gsize *sum = user_data;

    for (gsize i = 0; i < length; i++)
        *sum += ((const guint8 *)data)[i];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gsize sum = 0;
    CddOutputHandler handler = {.on_stdout = on_bytes, .on_stderr = on_bytes, .user_data = &sum};
    size_t cut = size == 0 ? 0 : data[0] % size;
    CddStdcopy copy;

    cdd_stdcopy_init(&copy);
    if (cdd_stdcopy_feed(&copy, data, cut, &handler, NULL))
        cdd_stdcopy_feed(&copy, data + cut, size - cut, &handler, NULL);
    cdd_stdcopy_clear(&copy);
    return 0;
}
