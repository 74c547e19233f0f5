/* SPDX-License-Identifier: Apache-2.0 */
#include "api/container-json.h"
#include "wire/json.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

static void
test_an_image_is_enough(void)
{
    CddContainerSpec spec = {.image = "debian"};

    g_assert_true(cdd_container_spec_validate(&spec, NULL));
}

static void
test_one_error_names_every_fault(void)
{
    CddVolumeMount volumes[] = {{"relative", "/a", FALSE}, {"/b", "/", FALSE}, {"/c", "/a", TRUE}};
    CddContainerSpec spec = {
        .image = "",
        .name = "-bad",
        .working_dir = "w",
        .user = "a b",
        .environment = (const char *const[]){"NOVALUE", "=x", "GOOD=", NULL},
        .volumes = volumes,
        .n_volumes = G_N_ELEMENTS(volumes),
        .network = "mine",
        .security = {.add_capabilities = (const char *const[]){"sys_admin", NULL}},
    };
    static const char *const named[] = {"the image is missing",
                                        "\"-bad\"",
                                        "\"w\"",
                                        "\"a b\"",
                                        "environment entry 1",
                                        "environment entry 2",
                                        "\"relative\"",
                                        "volume 2",
                                        "two mounts at /a",
                                        "\"mine\"",
                                        "\"sys_admin\""};
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_container_spec_validate(&spec, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    for (gsize i = 0; i < G_N_ELEMENTS(named); i++)
        g_assert_nonnull(strstr(error->message, named[i]));
    g_assert_null(strstr(error->message, "environment entry 3"));
    g_assert_null(strstr(error->message, "NOVALUE"));
}

static void
test_a_cdi_device_is_asked_for_by_its_name_only(void)
{
    static const char *const names[] = {"nvidia.com/gpu=all", NULL};
    const CddDeviceRequest cdi = {.driver = "cdi", .device_ids = names};
    const CddContainerSpec spec = {
        .image = "debian", .device_requests = &cdi, .n_device_requests = 1};
    g_autoptr(JsonNode) node = cdd_container_spec_to_json(&spec);
    g_autofree char *text = cdd_json_to_text(node);

    g_assert_nonnull(strstr(
        text, "\"DeviceRequests\":[{\"Driver\":\"cdi\",\"DeviceIDs\":[\"nvidia.com/gpu=all\"]}]"));
}

static void
test_limits_and_devices_are_checked(void)
{
    CddVolumeMount volumes[] = {{.host_path = "/a", .container_path = "/v", .volume = "v"},
                                {.container_path = "/w", .volume = "-v"}};
    CddTmpfsMount tmpfs[] = {{"/v", 0, 0}, {"scratch", 0, 0}};
    CddUlimit ulimits[] = {{"NOFILE", 1, 1}, {"nproc", 5, 4}, {"core", -1, 4}, {"core", -2, -1}};
    CddDevice devices[] = {{"fuse", NULL, NULL}, {"/dev/fuse", "here", "x"}};
    CddDeviceRequest requests[] = {
        {.count = 0}, {.count = 1, .device_ids = (const char *const[]){"0", NULL}}, {.count = -1}};
    CddContainerSpec spec = {
        .image = "debian",
        .volumes = volumes,
        .n_volumes = G_N_ELEMENTS(volumes),
        .tmpfs = tmpfs,
        .n_tmpfs = G_N_ELEMENTS(tmpfs),
        .resources = {.memory = 4096,
                      .memory_swap = 100,
                      .cpus = -1,
                      .cpuset_cpus = "0;1",
                      .pids_limit = -2},
        .ulimits = ulimits,
        .n_ulimits = G_N_ELEMENTS(ulimits),
        .devices = devices,
        .n_devices = G_N_ELEMENTS(devices),
        .device_requests = requests,
        .n_device_requests = G_N_ELEMENTS(requests),
    };
    static const char *const named[] = {"volume 1: it has both",
                                        "volume 2: \"-v\"",
                                        "two mounts at /v",
                                        "tmpfs 2: ",
                                        "4096 bytes",
                                        "100 bytes",
                                        "-1 is not a number",
                                        "\"0;1\"",
                                        "-2 is not",
                                        "ulimit 1: \"NOFILE",
                                        "ulimit 2: 5 is more",
                                        "ulimit 3: -1 is more",
                                        "ulimit 4: -2",
                                        "device 1: ",
                                        "device 2: the container",
                                        "device 2: \"x\"",
                                        "device request 1",
                                        "device request 2"};
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_container_spec_validate(&spec, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(named); i++) {
        g_test_message("%s in %s", named[i], error->message);
        g_assert_nonnull(strstr(error->message, named[i]));
    }
    g_assert_null(strstr(error->message, "device request 3"));
}

/* Requests are JSON, in which an engine silently replaces what is not UTF-8. */
static void
test_what_an_engine_would_change_is_refused(void)
{
    CddVolumeMount volumes[] = {{"/h\xff", "/a", FALSE}, {"/h", "/b\xff", FALSE}};
    CddTmpfsMount tmpfs[] = {{"/t\xff", 0, 0}};
    CddDevice devices[] = {{"/d\xff", "/e\xff", NULL}};
    CddDeviceRequest requests[] = {{.driver = "d\xff",
                                    .device_ids = (const char *const[]){"i\xff", NULL},
                                    .capabilities = (const char *const[]){"c\xff", NULL},
                                    .options = (const char *const[]){"o\xff", NULL}}};
    CddContainerSpec spec = {
        .image = "debian\n",
        .name = "n\x1f",
        .platform = "linux//v7",
        .entrypoint = (const char *const[]){"e\xff", NULL},
        .command = (const char *const[]){"good", "c\xff", NULL},
        .environment = (const char *const[]){"GOOD=\xc3\xa4", "NAME=\xff", NULL},
        .labels = (const char *const[]){"label=\xff", NULL},
        .volumes = volumes,
        .n_volumes = G_N_ELEMENTS(volumes),
        .tmpfs = tmpfs,
        .n_tmpfs = G_N_ELEMENTS(tmpfs),
        .working_dir = "/w\xff",
        .user = "u\x1f",
        .network_mode = CDD_NETWORK_NAMED,
        .network = "net\nwork",
        .devices = devices,
        .n_devices = G_N_ELEMENTS(devices),
        .device_requests = requests,
        .n_device_requests = G_N_ELEMENTS(requests),
        .log_driver = "l\xff",
    };
    static const char *const named[] = {
        "the image name \"debian \" has white space or control characters",
        "\"n \" is not a valid container name",
        "the platform \"linux//v7\" is not valid: one of its parts is empty",
        "entry point argument 1 is not UTF-8",
        "command argument 2 is not UTF-8",
        "environment entry 2, NAME, is not UTF-8",
        "label 1, label, is not UTF-8",
        "volume 1: the host path",
        "volume 2: the container path",
        "tmpfs 1: the container path",
        "the working directory",
        "\"u \" is not a user",
        "\"net work\" is not a valid name of a network",
        "device 1: the host path",
        "device 1: the container path",
        "device request 1: the driver is not UTF-8",
        "device id 1 is not UTF-8",
        "device capability 1 is not UTF-8",
        "device option 1 is not UTF-8",
        "is not a log driver"};
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_container_spec_validate(&spec, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(named); i++) {
        g_test_message("%s in %s", named[i], error->message);
        g_assert_nonnull(strstr(error->message, named[i]));
    }
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    for (const char *at = error->message; *at != '\0'; at++)
        g_assert_false(g_ascii_iscntrl(*at));
}

/* Control characters are values like any other. */
static void
test_every_control_character_arrives(void)
{
    for (int c = 1; c <= 0x7F; c++) {
        g_autofree char *entry = g_strdup_printf("NAME=a%cb", c);
        CddContainerSpec spec = {
            .image = "debian",
            .environment = (const char *const[]){entry, NULL},
            .labels = (const char *const[]){entry, NULL},
        };
        g_autoptr(JsonNode) node = cdd_container_spec_to_json(&spec);
        g_autofree char *text = cdd_json_to_text(node);
        g_autoptr(JsonNode) again = cdd_json_parse(text, strlen(text), NULL);
        g_auto(GStrv) environment = cdd_json_dup_strv(cdd_json_as_object(again), "Env");
        g_auto(GStrv) labels = cdd_json_dup_pairs(cdd_json_as_object(again), "Labels");

        g_assert_true(cdd_container_spec_validate(&spec, NULL));
        /* JSON has no control characters in it. */
        for (const char *at = text; *at != '\0'; at++)
            g_assert_cmpint((guchar)*at, >=, ' ');
        g_assert_cmpstr(environment[0], ==, entry);
        g_assert_true(g_strv_contains((const char *const *)labels, entry));
    }
}

static void
test_a_copy_is_its_own(void)
{
    char image[] = "debian";
    char entry[] = "A=b";
    const char *environment[] = {entry, NULL};
    CddVolumeMount volumes[] = {{image, entry, TRUE}};
    CddContainerSpec spec = {
        .image = image, .environment = environment, .volumes = volumes, .n_volumes = 1};
    g_autoptr(CddContainerSpec) copy = cdd_container_spec_copy(&spec);

    image[0] = entry[0] = 'x';
    volumes[0].read_only = FALSE;
    g_assert_cmpstr(copy->image, ==, "debian");
    g_assert_cmpstr(copy->environment[0], ==, "A=b");
    g_assert_cmpstr(copy->volumes[0].container_path, ==, "A=b");
    g_assert_true(copy->volumes[0].read_only);
    g_assert_null(copy->command);
}

/* What `docker run` asks for: nothing but the image, and both output streams. */
static void
test_a_zero_specification_asks_for_nothing(void)
{
    CddContainerSpec spec = {.image = "debian"};
    g_autoptr(JsonNode) node = cdd_container_spec_to_json(&spec);
    g_autofree char *text = cdd_json_to_text(node);

    g_assert_cmpstr(text, ==,
                    "{\"Image\":\"debian\",\"AttachStdout\":true,\"AttachStderr\":true,"
                    "\"HostConfig\":{\"Mounts\":[],\"Ulimits\":[],\"Devices\":[],"
                    "\"DeviceRequests\":[]}}");
}

static void
test_a_hardened_container_has_few_rights(void)
{
    CddContainerSpec spec = {.image = "debian", .hardened = TRUE};
    g_autoptr(JsonNode) node = cdd_container_spec_to_json(&spec);
    g_autofree char *text = cdd_json_to_text(node);
    g_autoptr(JsonNode) own = NULL;
    g_autofree char *own_text = NULL;

    g_assert_nonnull(strstr(text, "\"CapDrop\":[\"ALL\"]"));
    g_assert_nonnull(
        strstr(text, "\"CapAdd\":[\"CHOWN\",\"SETUID\",\"SETGID\",\"DAC_OVERRIDE\",\"FOWNER\"]"));
    g_assert_nonnull(strstr(text, "\"LogConfig\":{\"Type\":\"none\"}"));
    g_assert_null(strstr(text, "Privileged"));

    /* What the caller says counts more. */
    spec.security.add_capabilities = (const char *const[]){"CHOWN", NULL};
    spec.log_driver = "local";
    own = cdd_container_spec_to_json(&spec);
    own_text = cdd_json_to_text(own);
    g_assert_nonnull(strstr(own_text, "\"CapDrop\":[\"ALL\"],\"CapAdd\":[\"CHOWN\"]"));
    g_assert_nonnull(strstr(own_text, "\"LogConfig\":{\"Type\":\"local\"}"));
}

static void
test_every_field_reaches_the_engine(void)
{
    CddVolumeMount volumes[] = {{"/a:b", "/c", TRUE}};
    const char *none[] = {NULL};
    CddContainerSpec spec = {
        .image = "debian",
        .command = (const char *const[]){"sh", "-c", "echo \"a b\"", NULL},
        .environment = (const char *const[]){"A=b=c", NULL},
        .labels = (const char *const[]){"l=v=w", NULL},
        .volumes = volumes,
        .n_volumes = 1,
        .auto_remove = TRUE,
        .tty = TRUE,
        .working_dir = "/w",
        .user = "1000:1000",
        .network_mode = CDD_NETWORK_NAMED,
        .network = "container:x",
        .security = {.privileged = TRUE,
                     .read_only_rootfs = TRUE,
                     .no_new_privileges = TRUE,
                     .drop_capabilities = none,
                     .add_capabilities = none,
                     .user_ns_mode = "host"},
        .open_stdin = TRUE,
    };
    static const char *const expected[] = {
        "\"Cmd\":[\"sh\",\"-c\",\"echo \\\"a b\\\"\"]",
        "\"Env\":[\"A=b=c\"]",
        "\"Labels\":{\"l\":\"v=w\"}",
        "\"Source\":\"/a:b\"",
        "\"Target\":\"/c\"",
        "\"ReadOnly\":true",
        "\"WorkingDir\":\"/w\"",
        "\"User\":\"1000:1000\"",
        "\"NetworkMode\":\"container:x\"",
        "\"Privileged\":true",
        "\"ReadonlyRootfs\":true",
        "\"SecurityOpt\":[\"no-new-privileges\"]",
        "\"CapDrop\":[]",
        "\"CapAdd\":[]",
        "\"UsernsMode\":\"host\"",
        "\"OpenStdin\":true",
        "\"StdinOnce\":true",
        "\"AutoRemove\":true",
        "\"Tty\":true",
    };
    g_autoptr(JsonNode) node = cdd_container_spec_to_json(&spec);
    g_autofree char *text = cdd_json_to_text(node);

    g_assert_true(cdd_container_spec_validate(&spec, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_test_message("%s in %s", expected[i], text);
        g_assert_nonnull(strstr(text, expected[i]));
    }
}

static void
test_limits_and_devices_reach_the_engine(void)
{
    CddVolumeMount volumes[] = {{.container_path = "/ccache", .volume = "ccache"}};
    CddTmpfsMount tmpfs[] = {{"/scratch", 1048576, 0700}};
    CddUlimit ulimits[] = {{"nofile", 1024, 4096}, {"core", 0, -1}};
    CddDevice devices[] = {{"/dev/fuse", NULL, NULL}, {"/dev/null", "/dev/nil", "r"}};
    g_autoptr(CddDeviceRequest) gpus = cdd_device_request_parse_gpus("\"device=0,1\"", NULL);
    CddContainerSpec spec = {
        .image = "debian",
        .init = TRUE,
        .volumes = volumes,
        .n_volumes = G_N_ELEMENTS(volumes),
        .tmpfs = tmpfs,
        .n_tmpfs = G_N_ELEMENTS(tmpfs),
        .resources = {.memory = 16777216,
                      .memory_swap = -1,
                      .cpus = 1.5,
                      .cpuset_cpus = "0-1",
                      .pids_limit = 100,
                      .shm_size = 8192},
        .ulimits = ulimits,
        .n_ulimits = G_N_ELEMENTS(ulimits),
        .devices = devices,
        .n_devices = G_N_ELEMENTS(devices),
        .device_requests = gpus,
        .n_device_requests = 1,
    };
    static const char *const expected[] = {
        "\"Init\":true",
        "{\"Type\":\"volume\",\"Source\":\"ccache\",\"Target\":\"/ccache\"}",
        "{\"Type\":\"tmpfs\",\"Target\":\"/scratch\",\"TmpfsOptions\":{\"SizeBytes\":1048576,"
        "\"Mode\":448}}",
        "\"Memory\":16777216",
        "\"MemorySwap\":-1",
        "\"NanoCpus\":1500000000",
        "\"CpusetCpus\":\"0-1\"",
        "\"PidsLimit\":100",
        "\"ShmSize\":8192",
        "\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1024,\"Hard\":4096},"
        "{\"Name\":\"core\",\"Hard\":-1}]",
        "{\"PathOnHost\":\"/dev/fuse\",\"PathInContainer\":\"/dev/fuse\","
        "\"CgroupPermissions\":\"rwm\"}",
        "{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/"
        "nil\",\"CgroupPermissions\":\"r\"}",
        "\"DeviceRequests\":[{\"DeviceIDs\":[\"0\",\"1\"],\"Capabilities\":[[\"gpu\"]]}]",
    };
    g_autoptr(CddContainerSpec) copy = cdd_container_spec_copy(&spec);
    g_autoptr(JsonNode) node = NULL;
    g_autofree char *text = NULL;

    memset(volumes, 0, sizeof volumes);
    memset(tmpfs, 0, sizeof tmpfs);
    memset(ulimits, 0, sizeof ulimits);
    memset(devices, 0, sizeof devices);
    g_assert_true(cdd_container_spec_validate(copy, NULL));
    node = cdd_container_spec_to_json(copy);
    text = cdd_json_to_text(node);
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_test_message("%s in %s", expected[i], text);
        g_assert_nonnull(strstr(text, expected[i]));
    }
}

static void
test_a_result_becomes_an_error_with_code_and_output(void)
{
    CddContainerResult good = {.log_tail = (char *)""};
    CddContainerResult bad = {.exit_code = 7, .log_tail = (char *)"it broke"};
    g_autoptr(GError) error = NULL;

    g_assert_true(cdd_container_result_check(&good, NULL));
    g_assert_false(cdd_container_result_check(&bad, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONTAINER_FAILED);
    g_assert_cmpint(cdd_error_get_exit_code(error), ==, 7);
    g_assert_nonnull(strstr(error->message, "it broke"));
}

static void
test_states_only_go_forward(void)
{
    g_assert_true(cdd_container_state_can_follow(CDD_CONTAINER_CREATED, CDD_CONTAINER_STARTING));
    g_assert_true(cdd_container_state_can_follow(CDD_CONTAINER_RUNNING, CDD_CONTAINER_STOPPED));
    g_assert_false(cdd_container_state_can_follow(CDD_CONTAINER_RUNNING, CDD_CONTAINER_CREATED));
    for (int to = CDD_CONTAINER_CREATED; to <= CDD_CONTAINER_FAILED; to++) {
        g_assert_false(
            cdd_container_state_can_follow(CDD_CONTAINER_STOPPED, (CddContainerState)to));
        g_assert_false(cdd_container_state_can_follow(CDD_CONTAINER_FAILED, (CddContainerState)to));
    }
    g_assert_cmpstr(cdd_container_state_get_name(CDD_CONTAINER_STOPPING), ==, "stopping");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/container-spec/an-image-is-enough", test_an_image_is_enough);
    g_test_add_func("/container-spec/one-error-names-every-fault",
                    test_one_error_names_every_fault);
    g_test_add_func("/container-spec/limits-and-devices-are-checked",
                    test_limits_and_devices_are_checked);
    g_test_add_func("/container-spec/a-cdi-device-is-asked-for-by-its-name-only",
                    test_a_cdi_device_is_asked_for_by_its_name_only);
    g_test_add_func("/container-spec/limits-and-devices-reach-the-engine",
                    test_limits_and_devices_reach_the_engine);
    g_test_add_func("/container-spec/what-an-engine-would-change-is-refused",
                    test_what_an_engine_would_change_is_refused);
    g_test_add_func("/container-spec/every-control-character-arrives",
                    test_every_control_character_arrives);
    g_test_add_func("/container-spec/a-copy-is-its-own", test_a_copy_is_its_own);
    g_test_add_func("/container-spec/a-zero-specification-asks-for-nothing",
                    test_a_zero_specification_asks_for_nothing);
    g_test_add_func("/container-spec/a-hardened-container-has-few-rights",
                    test_a_hardened_container_has_few_rights);
    g_test_add_func("/container-spec/every-field-reaches-the-engine",
                    test_every_field_reaches_the_engine);
    g_test_add_func("/container-spec/a-result-becomes-an-error-with-code-and-output",
                    test_a_result_becomes_an_error_with_code_and_output);
    g_test_add_func("/container-spec/states-only-go-forward", test_states_only_go_forward);
    return g_test_run();
}
