/* SPDX-License-Identifier: Apache-2.0 */
/* Parses arguments of `docker run --gpus`. A parsed request must be valid in a specification. */
#include "fuzz.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(CddDeviceRequest) request = cdd_device_request_parse_gpus(text, NULL);
    CddContainerSpec spec = {.image = "i", .device_requests = request, .n_device_requests = 1};

    if (request != NULL)
        g_assert_true(cdd_container_spec_validate(&spec, NULL));
    return 0;
}
