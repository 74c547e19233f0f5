/* SPDX-License-Identifier: Apache-2.0 */
#include "colcon-options.h"

#include <glib.h>

static const struct {
    const char *name;
    const char *advice;
} options[] = {
    {"allow-overriding", "leave it out: a package takes the place of an installed one"},
    {"build-base", "leave it out: packages are built in the container"},
    {"cmake-clean-cache", "leave it out: each package is built in an empty directory"},
    {"cmake-clean-first", "leave it out: each package is built in an empty directory"},
    {"cmake-force-configure", "use --force"},
    {"cmake-target", "change what the package builds by --cmake-args or override.yaml"},
    {"event-handlers", "use --view or -v"},
    {"executor", "use --jobs 1 for one job at a time"},
    {"install-base", "use --output-dir for the packages, --install-prefix for their place"},
    {"log-base", "logs are in the output directory; see --output-dir"},
    {"log-level", "use -v"},
    {"merge-install", "leave it out: packages share one prefix"},
    {"metas", "put the file at colcon.meta in the workspace"},
    {"mixin", "write what it holds to colcon-deb.yaml"},
    {"packages-above-and-dependencies", "use --packages-above, which needs no other option"},
    {"packages-skip-build-finished", "leave it out: what is up to date is not built"},
    {"packages-start", "leave it out: what is up to date is not built"},
    {"parallel-workers", "use --jobs"},
    {"paths", "use --base-paths"},
    {"symlink-install", "leave it out: packages hold the files themselves"},
    {"test-result-base", "test results are in the output directory; see --output-dir"},
};

const char *
colcon_option_get_advice(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
        if (g_str_equal(options[i].name, name))
            return options[i].advice;
    return NULL;
}
