/* SPDX-License-Identifier: Apache-2.0 */
/* docker.gpus: what is asked of the engine, and what its refusal means. */
#include "base/program-error.h"
#include "config/gpus.h"
#include "run/gpu-request.h"

#include <string.h>

static CddContainerSpec *
ask(const char *gpus, const char *engine_name, GError **error)
{
    Config config = {.gpus = (char *)gpus};
    CddEngineInfo info = {.name = (char *)engine_name};
    const Engine engine = {.info = &info};
    const CddContainerSpec empty = {.image = "debian"};
    g_autoptr(CddContainerSpec) spec = cdd_container_spec_copy(&empty);

    return gpu_request_add(spec, &config, &engine, error) ? g_steal_pointer(&spec) : NULL;
}

static void
test_values_become_requests(void)
{
    static const struct {
        const char *text;
        gsize n_requests;
        const char *driver;
        int count;
        const char *devices;
    } rows[] = {
        {NULL, 0, NULL, 0, NULL},
        {"none", 0, NULL, 0, NULL},
        {"all", 1, NULL, -1, ""},
        {"2", 1, NULL, 2, ""},
        {"device=0", 1, NULL, 0, "0"},
        {"device=0,1", 1, NULL, 0, "0 1"},
        {"\"device=0,1\",capabilities=utility", 1, NULL, 0, "0 1"},
        {"device=0,capabilities=utility", 1, NULL, 0, "0"},
        {"device=GPU-3a23c669-1f69-c64e-cf85-44e9b07e7a2a,1", 1, NULL, 0,
         "GPU-3a23c669-1f69-c64e-cf85-44e9b07e7a2a 1"},
        {"all,driver=nvidia", 1, "nvidia", -1, ""},
        {"nvidia.com/gpu=all", 1, "cdi", 0, "nvidia.com/gpu=all"},
        {"nvidia.com/gpu=0,amd.com/gpu=GPU-1:0", 1, "cdi", 0,
         "nvidia.com/gpu=0 amd.com/gpu=GPU-1:0"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CddContainerSpec) spec = ask(rows[i].text, "docker", &error);
        const CddDeviceRequest *request = NULL;
        g_autofree char *devices = NULL;

        g_test_message("%s", rows[i].text != NULL ? rows[i].text : "unset");
        g_assert_no_error(error);
        g_assert_cmpuint(spec->n_device_requests, ==, rows[i].n_requests);
        if (rows[i].n_requests == 0)
            continue;
        request = &spec->device_requests[0];
        devices =
            request->device_ids != NULL ? g_strjoinv(" ", (char **)request->device_ids) : NULL;
        g_assert_cmpstr(request->driver, ==, rows[i].driver);
        g_assert_cmpint(request->count, ==, rows[i].count);
        g_assert_cmpstr(devices != NULL ? devices : "", ==, rows[i].devices);
        g_assert_true(cdd_container_spec_validate(spec, &error));
    }
}

static void
test_other_values_are_usage_errors(void)
{
    static const struct {
        const char *text;
        const char *named;
    } rows[] = {
        {"some", "\"some\" is not a number of GPUs"},
        {"0", "\"0\" is not a number of GPUs"},
        {"none,all", "use all, a number, device=0,1"},
        {"gpu=1", "unknown field \"gpu\""},
        {"device=", "has no value"},
        {"nvidia.com/gpu", "\"nvidia.com/gpu\" is not the name of a CDI device"},
        {"nvidia.com/gpu=", "is not the name of a CDI device"},
        {"/gpu=all", "is not the name of a CDI device"},
        {"nvidia.com/=all", "is not the name of a CDI device"},
        {"nvidia.com/gpu=all,1", "\"1\" is not the name of a CDI device"},
        {"nvidia.com/gpu=a b", "is not the name of a CDI device"},
        {"device=/dev/nvidia0", "is not the name of a CDI device"},
        {"1a/gpu=0", "is not the name of a CDI device"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CddDeviceRequest) request = NULL;

        g_assert_false(gpus_parse(rows[i].text, &request, &error));
        g_test_message("%s: %s", rows[i].text, error->message);
        g_assert_null(request);
        g_assert_cmpint(program_error_exit_status(error), ==, 2);
        g_assert_nonnull(strstr(error->message, rows[i].named));
    }
}

/* It would start the container without them. */
static void
test_podman_takes_cdi_names_only(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddContainerSpec) none = ask("none", "Podman", NULL);
    g_autoptr(CddContainerSpec) cdi = ask("nvidia.com/gpu=all", "Podman", NULL);

    g_assert_nonnull(none);
    g_assert_nonnull(cdi);
    g_assert_null(ask("all", "Podman", &error));
    g_assert_cmpint(program_error_exit_status(error), ==, 2);
    g_assert_nonnull(strstr(error->message, "nvidia.com/gpu=all"));
}

static void
test_a_refusal_says_what_to_do(void)
{
    static const struct {
        const char *refusal;
        const char *advice;
    } rows[] = {
        {"could not select device driver \"\" with capabilities: [[gpu]]",
         "docker.gpus: the engine has no driver for GPUs: on its machine install "
         "nvidia-container-toolkit, run 'nvidia-ctk runtime configure --runtime=docker' and "
         "restart the engine ("},
        {"could not select device driver \"cdi\" with capabilities: []",
         "docker.gpus: the engine does not use CDI: set \"features\": {\"cdi\": true}"},
        {"failed to create task for container: CDI device injection failed: unresolvable CDI "
         "devices nvidia.com/gpu=all",
         "docker.gpus: the engine's machine has no CDI device of that name: 'nvidia-ctk cdi list'"},
        {"no space left on device", "no space left on device"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = g_error_new_literal(CDD_ERROR, CDD_ERROR_FAILED, rows[i].refusal);

        gpu_request_explain(&error);
        g_test_message("%s", error->message);
        g_assert_true(g_str_has_prefix(error->message, rows[i].advice));
        g_assert_nonnull(strstr(error->message, rows[i].refusal));
        g_assert_cmpint(program_error_exit_status(error), ==, 1);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gpu-request/values-become-requests", test_values_become_requests);
    g_test_add_func("/gpu-request/other-values-are-usage-errors",
                    test_other_values_are_usage_errors);
    g_test_add_func("/gpu-request/podman-takes-cdi-names-only", test_podman_takes_cdi_names_only);
    g_test_add_func("/gpu-request/a-refusal-says-what-to-do", test_a_refusal_says_what_to_do);
    return g_test_run();
}
