/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/address.h"

#include <colcon-deb-docker/cdd-error.h>

static void
test_the_nearest_setting_wins(void)
{
    g_autoptr(CddAddress) path = NULL;
    g_autoptr(CddAddress) host = NULL;
    g_autoptr(CddAddress) environment = NULL;
    g_autoptr(CddAddress) fallback = NULL;

    g_setenv("DOCKER_HOST", "unix:///from/environment", TRUE);
    path = cdd_address_new("/from/path", "unix:///from/host", NULL);
    host = cdd_address_new(NULL, "unix:///from/host", NULL);
    environment = cdd_address_new(NULL, NULL, NULL);
    g_setenv("DOCKER_HOST", "", TRUE);
    fallback = cdd_address_new(NULL, NULL, NULL);
    g_unsetenv("DOCKER_HOST");

    g_assert_cmpstr(path->path, ==, "/from/path");
    g_assert_cmpstr(host->uri, ==, "unix:///from/host");
    g_assert_cmpstr(environment->path, ==, "/from/environment");
    g_assert_cmpstr(fallback->path, ==, CDD_DEFAULT_SOCKET_PATH);
}

static void
test_what_is_no_address_is_refused(void)
{
    g_autofree char *overlong = g_strnfill(120, 'x');
    g_autofree char *long_uri = g_strconcat("unix:///", overlong, NULL);
    const char *const bad[] = {"",        "/var/run/docker.sock", "unix://relative",
                               "unix://", "http://host:2375",     long_uri};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_address_new(NULL, bad[i], &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/the-nearest-setting-wins", test_the_nearest_setting_wins);
    g_test_add_func("/address/what-is-no-address-is-refused", test_what_is_no_address_is_refused);
    return g_test_run();
}
