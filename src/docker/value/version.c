/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/cdd-version.h>

const char *
cdd_get_version(void)
{
    return G_STRINGIFY(CDD_MAJOR_VERSION) "." G_STRINGIFY(CDD_MINOR_VERSION) "." G_STRINGIFY(
        CDD_MICRO_VERSION);
}
