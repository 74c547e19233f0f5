/* SPDX-License-Identifier: Apache-2.0 */
#include "value/error.h"

/* What a language binding makes of an error. */
static GError *
copy_literally(const GError *error)
{
    return g_error_new_literal(error->domain, error->code, error->message);
}

static void
test_a_literal_copy_tells_the_status(void)
{
    g_autoptr(GError) error =
        cdd_error_new_for_status(404, "no such thing (the engine's answer, HTTP 200)");
    g_autoptr(GError) copy = NULL;

    g_prefix_error_literal(&error, "looking: ");
    copy = copy_literally(error);
    g_assert_cmpuint(cdd_error_get_http_status(error), ==, 404);
    g_assert_cmpuint(cdd_error_get_http_status(copy), ==, 404);
    g_assert_cmpint(cdd_error_get_exit_code(copy), ==, -1);
}

static void
test_a_literal_copy_tells_the_exit_code(void)
{
    g_autoptr(GError) error =
        cdd_error_new_for_exit_code(7, "the container ended with exit code 8\n");
    g_autoptr(GError) copy = NULL;

    g_prefix_error_literal(&error, "running: ");
    copy = copy_literally(error);
    g_assert_cmpint(cdd_error_get_exit_code(error), ==, 7);
    g_assert_cmpint(cdd_error_get_exit_code(copy), ==, 7);
    g_assert_cmpuint(cdd_error_get_http_status(copy), ==, 0);
}

static void
test_other_errors_tell_nothing(void)
{
    g_autoptr(GError) plain = g_error_new_literal(CDD_ERROR, CDD_ERROR_CONTAINER_FAILED, "broken");
    g_autoptr(GError) foreign =
        g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "(the engine's answer, HTTP 404)");

    g_assert_cmpuint(cdd_error_get_http_status(NULL), ==, 0);
    g_assert_cmpint(cdd_error_get_exit_code(NULL), ==, -1);
    g_assert_cmpuint(cdd_error_get_http_status(plain), ==, 0);
    g_assert_cmpint(cdd_error_get_exit_code(plain), ==, -1);
    g_assert_cmpuint(cdd_error_get_http_status(foreign), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/a-literal-copy-tells-the-status", test_a_literal_copy_tells_the_status);
    g_test_add_func("/error/a-literal-copy-tells-the-exit-code",
                    test_a_literal_copy_tells_the_exit_code);
    g_test_add_func("/error/other-errors-tell-nothing", test_other_errors_tell_nothing);
    return g_test_run();
}
