/* SPDX-License-Identifier: Apache-2.0 */
#include "engine-test.h"

#define N_CONTAINERS 200
#define AT_A_TIME 8

typedef struct {
    CddContainerSpec spec;
    char *script;
    const char *command[4];
    Output output;
    CddOutputHandler handler;
} Task;

static Task *
task_new(EngineTest *test, int number)
{
    Task *task = g_new0(Task, 1);

    task->script =
        g_strdup_printf("echo out %d; echo err %d >&2; exit %d", number, number, number % 100);
    task->command[0] = "sh";
    task->command[1] = "-c";
    task->command[2] = task->script;
    task->spec = (CddContainerSpec){
        .image = test->image, .command = task->command, .network_mode = CDD_NETWORK_NONE};
    output_init(&task->output);
    task->handler = output_handler(&task->output);
    return task;
}

static void
task_free(gpointer data)
{
    Task *task = data;

    g_free(task->script);
    output_clear(&task->output);
    g_free(task);
}

static void
test_two_hundred_containers_eight_at_a_time(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContainerPool) pool =
        cdd_container_pool_new(CDD_DOCKER_CLIENT(test->service), AT_A_TIME);
    g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func(task_free);
    const CddContainerSpec *specs[N_CONTAINERS];
    const CddOutputHandler *handlers[N_CONTAINERS];
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) outcomes = NULL;

    for (int i = 0; i < N_CONTAINERS; i++) {
        Task *task = task_new(test, i);

        g_ptr_array_add(tasks, task);
        specs[i] = &task->spec;
        handlers[i] = &task->handler;
    }
    cdd_container_pool_run_many_async(pool, specs, N_CONTAINERS, handlers, CDD_CONTAINER_POOL_NONE,
                                      NULL, await_ready, &done);
    outcomes = cdd_container_pool_run_many_finish(pool, await(&done));
    g_assert_cmpuint(outcomes->len, ==, N_CONTAINERS);
    for (int i = 0; i < N_CONTAINERS; i++) {
        const CddContainerOutcome *outcome = g_ptr_array_index(outcomes, (guint)i);
        const Task *task = g_ptr_array_index(tasks, (guint)i);
        g_autofree char *out = g_strdup_printf("out %d\n", i);
        g_autofree char *err = g_strdup_printf("err %d\n", i);

        g_assert_no_error(outcome->error);
        g_assert_cmpint(outcome->result->exit_code, ==, i % 100);
        g_assert_cmpstr(task->output.out->str, ==, out);
        g_assert_cmpstr(task->output.err->str, ==, err);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/pool/two-hundred-containers-eight-at-a-time",
                test_two_hundred_containers_eight_at_a_time);
    return g_test_run();
}
