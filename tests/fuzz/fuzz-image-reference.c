/* SPDX-License-Identifier: Apache-2.0 */
/* Parses image names. A valid name must stay the same when it is written and parsed again. */
#include "fuzz.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(CddImageReference) reference = cdd_image_reference_parse(text, NULL);
    g_autoptr(CddImageReference) again = NULL;
    g_autofree char *whole = NULL;
    g_autofree char *familiar = NULL;
    g_autofree char *same = NULL;

    if (reference == NULL)
        return 0;
    whole = cdd_image_reference_to_string(reference);
    familiar = cdd_image_reference_to_familiar_string(reference);
    again = cdd_image_reference_parse(familiar, NULL);
    g_assert_nonnull(again);
    same = cdd_image_reference_to_string(again);
    g_assert_cmpstr(whole, ==, same);
    return 0;
}
