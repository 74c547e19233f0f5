/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the resource limits of a specification from inside the container. */
#include "engine-test.h"

#include <string.h>
#include <unistd.h>

/* Runs a container to its end. @error: (transfer full). */
static CddContainerResult *
run(EngineTest *test, const CddContainerSpec *spec, Output *output, GError **error)
{
    CddOutputHandler handler = output_handler(output);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_run_container_async(test->service, spec, &handler, NULL, await_ready, &done);
    return cdd_service_run_container_finish(test->service, await(&done), error);
}

static void
run_well(EngineTest *test, CddContainerSpec *spec, const char *script, Output *output)
{
    g_autoptr(CddContainerResult) result = NULL;
    GError *error = NULL;

    spec->image = test->image;
    spec->command = (const char *const[]){"sh", "-c", script, NULL};
    result = run(test, spec, output, &error);
    g_assert_no_error(error);
    g_test_message("%s%s", output->out->str, output->err->str);
    g_assert_cmpint(result->exit_code, ==, 0);
}

static void
test_memory_processors_and_processes_are_bounded(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    /*
     * If any limit is set, Podman also sets the number of processes, by default to more than some
     * machines allow.
     */
    CddUlimit ulimits[] = {{"nofile", 123, 456}, {"core", 0, 0}, {"nproc", 1024, 1024}};
    CddContainerSpec spec = {
        .resources = {.memory = 64 * 1024 * 1024, .cpus = 0.5, .pids_limit = 77, .shm_size = 65536},
        .ulimits = ulimits,
        .n_ulimits = G_N_ELEMENTS(ulimits),
    };
    g_auto(Output) output = {NULL};

    output_init(&output);
    /* In each pair the first file is of cgroup v2, the second one of v1. */
    run_well(test, &spec,
             "cd /sys/fs/cgroup; "
             "echo memory $(cat memory.max memory/memory.limit_in_bytes 2>/dev/null); "
             "echo pids $(cat pids.max pids/pids.max 2>/dev/null); "
             "echo cpu $(cat cpu.max 2>/dev/null || "
             "cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us); "
             "echo files $(ulimit -S -n) $(ulimit -H -n); echo core $(ulimit -H -c); "
             "echo shm $(df -k /dev/shm | awk 'END { print $2 }')",
             &output);
    g_assert_cmpstr(output.out->str, ==,
                    "memory 67108864\npids 77\ncpu 50000 100000\nfiles 123 456\ncore 0\nshm 64\n");
}

static void
test_a_file_system_in_memory_is_as_large_as_said(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddTmpfsMount tmpfs[] = {{"/scratch", 128 * 1024, 0700}};
    CddContainerSpec spec = {.tmpfs = tmpfs, .n_tmpfs = 1};
    g_auto(Output) output = {NULL};

    output_init(&output);
    run_well(test, &spec,
             "stat -c %a /scratch; df -k /scratch | awk 'END { print $2 }'; "
             "echo here >/scratch/file && cat /scratch/file",
             &output);
    g_assert_cmpstr(output.out->str, ==, "700\n128\nhere\n");
}

static void
test_a_device_is_there_with_its_rights(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddDevice devices[] = {{"/dev/zero", "/dev/nothing", "r"}};
    CddContainerSpec spec = {.devices = devices, .n_devices = 1};
    g_auto(Output) output = {NULL};

    output_init(&output);
    run_well(test, &spec, "head -c 4 /dev/nothing | tr '\\0' 0", &output);
    g_assert_cmpstr(output.out->str, ==, "0000");
}

static void
test_an_init_passes_signals_on_and_waits_for_orphans(EngineTest *test,
                                                     gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.init = TRUE};
    g_auto(Output) output = {NULL};

    output_init(&output);
    /* A dead orphan stays a zombie unless the first process is an init. */
    run_well(test, &spec,
             "test $$ != 1; (sh -c 'exit 0' & ) ; sleep 0.3; "
             "grep -h '^State:.*Z' /proc/[0-9]*/status; echo done",
             &output);
    g_assert_cmpstr(output.out->str, ==, "done\n");
}

static void
remove_volume(EngineTest *test, const char *name)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_remove_volume_async(test->service, name, FALSE, NULL, await_ready, &done);
    cdd_service_remove_volume_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static void
test_a_volume_outlives_its_container(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    /* A unique name, because the tests may run twice on one engine. */
    g_autofree char *name = g_strdup_printf("cdd-test-limits-%d", (int)getpid());
    CddVolumeMount volume = {.container_path = "/kept", .volume = name};
    CddContainerSpec spec = {.volumes = &volume, .n_volumes = 1};
    g_auto(Output) first = {NULL};
    g_auto(Output) second = {NULL};

    output_init(&first);
    output_init(&second);
    run_well(test, &spec, "echo kept >/kept/file", &first);
    volume.read_only = TRUE;
    run_well(test, &spec, "cat /kept/file; ! echo lost 2>/dev/null >/kept/file", &second);
    g_assert_cmpstr(second.out->str, ==, "kept\n");
    remove_volume(test, name);
}

/* No test machine has a GPU, so the request must reach the engine and fail there. */
static void
test_a_gpu_that_is_not_there_is_an_error_of_the_engine(EngineTest *test,
                                                       gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddDeviceRequest) gpus = cdd_device_request_parse_gpus("all", NULL);
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"true", NULL},
                             .device_requests = gpus,
                             .n_device_requests = 1};
    g_auto(Output) output = {NULL};
    g_autoptr(CddContainerResult) result = NULL;
    g_autoptr(GError) error = NULL;

    if (test->is_podman) {
        g_test_skip("Podman's API silently ignores a request for GPUs");
        return;
    }
    output_init(&output);
    result = run(test, &spec, &output, &error);
    g_assert_null(result);
    g_test_message("%s", error->message);
    g_assert_true(error->domain == CDD_ERROR);
    g_assert_nonnull(strstr(error->message, "gpu"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/limits/memory-processors-and-processes-are-bounded",
                test_memory_processors_and_processes_are_bounded);
    ENGINE_TEST("/limits/a-file-system-in-memory-is-as-large-as-said",
                test_a_file_system_in_memory_is_as_large_as_said);
    ENGINE_TEST("/limits/a-device-is-there-with-its-rights",
                test_a_device_is_there_with_its_rights);
    ENGINE_TEST("/limits/an-init-passes-signals-on-and-waits-for-orphans",
                test_an_init_passes_signals_on_and_waits_for_orphans);
    ENGINE_TEST("/limits/a-volume-outlives-its-container", test_a_volume_outlives_its_container);
    ENGINE_TEST("/limits/a-gpu-that-is-not-there-is-an-error-of-the-engine",
                test_a_gpu_that_is_not_there_is_an_error_of_the_engine);
    return g_test_run();
}
