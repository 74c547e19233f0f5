/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests a program that runs containers, without an engine. The code under test takes a
 * #CddDockerClient, which is the real one in the program and a mock here:
 *
 *     test-with-mock --tap
 */
#include <colcon-deb-docker/colcon-deb-docker.h>

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    char **verdict = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(CddContainerResult) ended =
        cdd_docker_client_run_container_finish(CDD_DOCKER_CLIENT(source), result, &error);

    *verdict = ended == NULL           ? g_strdup_printf("broken: %s", error->message)
               : ended->exit_code == 0 ? g_strdup("good")
                                       : g_strdup_printf("bad: %s", ended->log_tail);
}

/* The code under test: lints a file in a container and returns the result. */
static char *
lint(CddDockerClient *client, const char *file)
{
    const char *command[] = {"lint", file, NULL};
    CddContainerSpec spec = {.image = "linter:1", .command = command};
    char *verdict = NULL;

    cdd_docker_client_run_container_async(client, &spec, NULL, NULL, on_done, &verdict);
    while (verdict == NULL)
        g_main_context_iteration(NULL, TRUE);
    return verdict;
}

static void
test_a_fault_is_told_in_the_words_of_the_linter(void)
{
    g_autoptr(CddMockDockerClient) mock = cdd_mock_docker_client_new();
    CddMockReply fault = {.exit_code = 1, .stderr_text = "line 3: no such word\n"};
    g_autofree char *verdict = NULL;
    const CddMockCall *call;

    cdd_mock_docker_client_add_run(mock, "linter:1", &fault);
    verdict = lint(CDD_DOCKER_CLIENT(mock), "page.txt");
    g_assert_cmpstr(verdict, ==, "bad: line 3: no such word");
    call = g_ptr_array_index((GPtrArray *)cdd_mock_docker_client_get_calls(mock), 0);
    g_assert_cmpstr(call->spec->command[1], ==, "page.txt");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lint/fault", test_a_fault_is_told_in_the_words_of_the_linter);
    return g_test_run();
}
