/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests a program that runs containers, without an engine. The code under test takes a #CddService,
 * which is that of a real engine in the program and that of a mock engine here:
 *
 *     test-with-mock --tap
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

/* The code under test: lints a file in a container and returns the result. */
static char *
lint(CddService *service, const char *file)
{
    CddContainerSpec spec = {.image = "linter:1",
                             .command = (const char *const[]){"lint", file, NULL}};
    g_autoptr(GError) error = NULL;
    g_autoptr(CddContainerResult) ended =
        cdd_service_run_container_sync(service, &spec, NULL, NULL, &error);

    if (ended == NULL)
        return g_strdup_printf("broken: %s", error->message);
    return ended->exit_code == 0 ? g_strdup("good") : g_strdup_printf("bad: %s", ended->log_tail);
}

static void
test_a_fault_is_told_in_the_words_of_the_linter(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddMockRun fault = {.exit_code = 1, .stderr_text = "line 3: no such word\n"};
    g_autofree char *verdict = NULL;
    g_autoptr(GPtrArray) created = NULL;
    const CddMockRequest *request;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(engine, "linter:1", &fault);
    verdict = lint(cdd_mock_engine_get_service(engine), "page.txt");
    g_assert_cmpstr(verdict, ==, "bad: line 3: no such word");
    created = cdd_mock_engine_dup_requests(engine, "POST", "/containers/create");
    request = created->pdata[0];
    g_assert_nonnull(strstr(g_bytes_get_data(request->body, NULL), "page.txt"));
    cdd_mock_engine_check(engine, &error);
    g_assert_no_error(error);
}

static void
test_a_missing_image_is_told(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddMockRun missing = {.error_status = 404, .error_message = "No such image: linter:1"};
    g_autofree char *verdict = NULL;

    cdd_mock_engine_add_run(engine, NULL, &missing);
    verdict = lint(cdd_mock_engine_get_service(engine), "page.txt");
    g_assert_nonnull(strstr(verdict, "No such image: linter:1"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lint/fault", test_a_fault_is_told_in_the_words_of_the_linter);
    g_test_add_func("/lint/missing-image", test_a_missing_image_is_told);
    return g_test_run();
}
