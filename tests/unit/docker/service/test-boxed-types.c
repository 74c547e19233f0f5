/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/colcon-deb-docker.h>

static const char *const two[] = {"one", "two", NULL};

/* Frees @value after copying it, so a sanitizer finds memory that the copy shares with it. */
static gpointer
copy_and_free(GType type, gpointer value)
{
    gpointer copy = g_boxed_copy(type, value);

    g_boxed_free(type, value);
    return copy;
}

static void
assert_two(const char *const *list)
{
    g_assert_cmpstrv((char **)list, (char **)two);
}

static void
test_specs(void)
{
    CddExecSpec *exec = cdd_exec_spec_new(two, two, "/work", "user");
    CddNetworkSpec *network = cdd_network_spec_new("net", "bridge", two);
    CddCommitOptions *commit = cdd_commit_options_new("a:b", "me", "this", two, two, two);
    CddImportOptions *import = cdd_import_options_new("a:b", "linux/arm64", "this", two);
    CddEventsOptions *events = cdd_events_options_new(two);
    CddConfig *config = cdd_config_new("tcp://host:1", "there", "/certs");
    CddBuildConfig *build = cdd_build_config_new("jazzy");

    exec->tty = TRUE;
    exec = copy_and_free(CDD_TYPE_EXEC_SPEC, exec);
    assert_two(exec->command);
    assert_two(exec->environment);
    g_assert_cmpstr(exec->working_dir, ==, "/work");
    g_assert_cmpstr(exec->user, ==, "user");
    g_assert_true(exec->tty);
    g_boxed_free(CDD_TYPE_EXEC_SPEC, exec);

    network = copy_and_free(CDD_TYPE_NETWORK_SPEC, network);
    g_assert_cmpstr(network->name, ==, "net");
    g_assert_cmpstr(network->driver, ==, "bridge");
    assert_two(network->labels);
    g_boxed_free(CDD_TYPE_NETWORK_SPEC, network);

    commit = copy_and_free(CDD_TYPE_COMMIT_OPTIONS, commit);
    g_assert_cmpstr(commit->reference, ==, "a:b");
    g_assert_cmpstr(commit->author, ==, "me");
    g_assert_cmpstr(commit->message, ==, "this");
    assert_two(commit->changes);
    assert_two(commit->environment);
    assert_two(commit->entrypoint);
    g_boxed_free(CDD_TYPE_COMMIT_OPTIONS, commit);

    import = copy_and_free(CDD_TYPE_IMPORT_OPTIONS, import);
    g_assert_cmpstr(import->platform, ==, "linux/arm64");
    assert_two(import->changes);
    g_boxed_free(CDD_TYPE_IMPORT_OPTIONS, import);

    events = copy_and_free(CDD_TYPE_EVENTS_OPTIONS, events);
    assert_two(events->filters);
    g_boxed_free(CDD_TYPE_EVENTS_OPTIONS, events);

    config = copy_and_free(CDD_TYPE_CONFIG, config);
    g_assert_cmpstr(config->host, ==, "tcp://host:1");
    g_assert_cmpstr(config->context, ==, "there");
    g_assert_cmpstr(config->cert_path, ==, "/certs");
    g_assert_null(config->socket_path);
    g_boxed_free(CDD_TYPE_CONFIG, config);

    build = copy_and_free(CDD_TYPE_BUILD_CONFIG, build);
    g_assert_cmpstr(build->ros_distro, ==, "jazzy");
    g_boxed_free(CDD_TYPE_BUILD_CONFIG, build);
}

static void
test_every_type_copies_nothing(void)
{
    const struct {
        GType type;
        gsize size;
    } types[] = {
        {CDD_TYPE_ARCHITECTURE_INFO, sizeof(CddArchitectureInfo)},
        {CDD_TYPE_BUILD_CONFIG, sizeof(CddBuildConfig)},
        {CDD_TYPE_BUILD_PROGRESS, sizeof(CddBuildProgress)},
        {CDD_TYPE_CONTAINER_OUTCOME, sizeof(CddContainerOutcome)},
        {CDD_TYPE_CONTAINER_SECURITY_OPTIONS, sizeof(CddContainerSecurityOptions)},
        {CDD_TYPE_CONTAINER_STATS, sizeof(CddContainerStats)},
        {CDD_TYPE_CONTEXT_ENTRY, sizeof(CddContextEntry)},
        {CDD_TYPE_CONTEXT_REPORT, sizeof(CddContextReport)},
        {CDD_TYPE_IMAGE_REFERENCE, sizeof(CddImageReference)},
        {CDD_TYPE_LOGS_OPTIONS, sizeof(CddLogsOptions)},
        {CDD_TYPE_MOCK_RUN, sizeof(CddMockRun)},
        {CDD_TYPE_OUTPUT_HANDLER, sizeof(CddOutputHandler)},
        {CDD_TYPE_DEVICE, sizeof(CddDevice)},
        {CDD_TYPE_REQUEST, sizeof(CddRequest)},
        {CDD_TYPE_RESOURCES, sizeof(CddResources)},
        {CDD_TYPE_TMPFS_MOUNT, sizeof(CddTmpfsMount)},
        {CDD_TYPE_ULIMIT, sizeof(CddUlimit)},
        {CDD_TYPE_USER_SETUP, sizeof(CddUserSetup)},
        {CDD_TYPE_VOLUME_MOUNT, sizeof(CddVolumeMount)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree gpointer zero = g_malloc0(types[i].size);
        gpointer copy = g_boxed_copy(types[i].type, zero);

        g_assert_true(G_TYPE_IS_BOXED(types[i].type));
        g_assert_cmpmem(copy, types[i].size, zero, types[i].size);
        g_boxed_free(types[i].type, copy);
    }
}

static void
test_enumerations(void)
{
    g_autoptr(GEnumClass) states = g_type_class_ref(CDD_TYPE_CONTAINER_STATE);
    g_autoptr(GFlagsClass) flags = g_type_class_ref(CDD_TYPE_REMOVE_FLAGS);

    g_assert_cmpstr(g_enum_get_value(states, CDD_CONTAINER_STOPPED)->value_nick, ==, "stopped");
    g_assert_cmpuint(flags->mask, ==, CDD_REMOVE_FORCE | CDD_REMOVE_VOLUMES);
}

/* The arguments are freed at once, because they must be copied. */
static void
add_devices(CddContainerSpec *spec)
{
    CddVolumeMount *first = cdd_volume_mount_new("/here", "/there", NULL);
    CddVolumeMount *second = cdd_volume_mount_new(NULL, "/that", "volume");
    CddTmpfsMount *tmpfs = cdd_tmpfs_mount_new("/memory");
    CddUlimit *ulimit = cdd_ulimit_new("nofile");
    CddDevice *device = cdd_device_new("/dev/fuse", NULL, "rw");
    CddResources *resources = cdd_resources_new("0-1");
    g_autoptr(CddDeviceRequest) gpus = cdd_device_request_parse_gpus("all", NULL);

    second->read_only = TRUE;
    ulimit->soft = 64;
    resources->cpus = 1.5;
    cdd_container_spec_add_volume(spec, first);
    cdd_container_spec_add_volume(spec, second);
    cdd_container_spec_add_tmpfs(spec, tmpfs);
    cdd_container_spec_add_ulimit(spec, ulimit);
    cdd_container_spec_add_device(spec, device);
    cdd_container_spec_add_device_request(spec, gpus);
    cdd_container_spec_set_resources(spec, resources);
    g_boxed_free(CDD_TYPE_VOLUME_MOUNT, first);
    g_boxed_free(CDD_TYPE_VOLUME_MOUNT, second);
    g_boxed_free(CDD_TYPE_TMPFS_MOUNT, tmpfs);
    g_boxed_free(CDD_TYPE_ULIMIT, ulimit);
    g_boxed_free(CDD_TYPE_DEVICE, device);
    g_boxed_free(CDD_TYPE_RESOURCES, resources);
}

static void
assert_devices(const CddContainerSpec *spec)
{
    g_assert_cmpuint(spec->n_volumes, ==, 2);
    g_assert_cmpstr(spec->volumes[0].host_path, ==, "/here");
    g_assert_cmpstr(spec->volumes[1].container_path, ==, "/that");
    g_assert_cmpstr(spec->volumes[1].volume, ==, "volume");
    g_assert_true(spec->volumes[1].read_only);
    g_assert_cmpuint(spec->n_tmpfs, ==, 1);
    g_assert_cmpstr(spec->tmpfs[0].container_path, ==, "/memory");
    g_assert_cmpuint(spec->n_ulimits, ==, 1);
    g_assert_cmpstr(spec->ulimits[0].name, ==, "nofile");
    g_assert_cmpint(spec->ulimits[0].soft, ==, 64);
    g_assert_cmpuint(spec->n_devices, ==, 1);
    g_assert_cmpstr(spec->devices[0].host_path, ==, "/dev/fuse");
    g_assert_cmpstr(spec->devices[0].permissions, ==, "rw");
    g_assert_cmpuint(spec->n_device_requests, ==, 1);
    g_assert_cmpint(spec->device_requests[0].count, ==, -1);
    g_assert_cmpfloat(spec->resources.cpus, ==, 1.5);
    g_assert_cmpstr(spec->resources.cpuset_cpus, ==, "0-1");
}

static void
test_a_container_spec_is_made_step_by_step(void)
{
    g_autoptr(CddContainerSpec) spec = cdd_container_spec_new("debian:12", two);
    CddContainerSecurityOptions *rights = cdd_container_security_options_new(two, NULL, "host");
    g_autoptr(CddContainerSpec) copy = NULL;
    g_autoptr(GError) error = NULL;

    rights->no_new_privileges = TRUE;
    spec->tty = TRUE;
    cdd_container_spec_set_name(spec, "first");
    cdd_container_spec_set_name(spec, "web");
    cdd_container_spec_set_platform(spec, "linux/arm64");
    cdd_container_spec_set_entrypoint(spec, two);
    cdd_container_spec_set_environment(spec, (const char *const[]){"A=1", NULL});
    cdd_container_spec_set_labels(spec, (const char *const[]){"b=2", NULL});
    cdd_container_spec_set_working_dir(spec, "/work");
    cdd_container_spec_set_user(spec, "1000:1000");
    cdd_container_spec_set_network(spec, "net");
    cdd_container_spec_set_log_driver(spec, "json-file");
    cdd_container_spec_set_security(spec, rights);
    g_boxed_free(CDD_TYPE_CONTAINER_SECURITY_OPTIONS, rights);
    add_devices(spec);
    /* A setter accepts the specification's own string. */
    cdd_container_spec_set_name(spec, spec->name);

    copy = g_boxed_copy(CDD_TYPE_CONTAINER_SPEC, spec);
    g_assert_cmpstr(copy->image, ==, "debian:12");
    assert_two(copy->command);
    assert_two(copy->entrypoint);
    g_assert_cmpstr(copy->name, ==, "web");
    g_assert_cmpstr(copy->platform, ==, "linux/arm64");
    g_assert_cmpstr(copy->environment[0], ==, "A=1");
    g_assert_cmpstr(copy->labels[0], ==, "b=2");
    g_assert_cmpstr(copy->working_dir, ==, "/work");
    g_assert_cmpstr(copy->user, ==, "1000:1000");
    g_assert_cmpint(copy->network_mode, ==, CDD_NETWORK_NAMED);
    g_assert_cmpstr(copy->network, ==, "net");
    g_assert_cmpstr(copy->log_driver, ==, "json-file");
    assert_two(copy->security.drop_capabilities);
    g_assert_null(copy->security.add_capabilities);
    g_assert_true(copy->security.no_new_privileges);
    g_assert_true(copy->tty);
    assert_devices(copy);
    /* "one" and "two" are not capabilities. */
    g_assert_false(cdd_container_spec_validate(copy, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
}

typedef struct {
    GString *log;
    guint freed;
    gboolean ended;
} Witness;

static void
on_output(CddOutputStream stream, const guint8 *data, gsize length, gpointer user_data)
{
    Witness *witness = user_data;

    g_assert_cmpuint(witness->freed, ==, 0);
    g_string_append_printf(witness->log, "%d:%.*s", (int)stream, (int)length, (const char *)data);
}

static void
on_state(const char *container_id G_GNUC_UNUSED, CddContainerState state, gpointer user_data)
{
    Witness *witness = user_data;

    g_string_append_printf(witness->log, "%s ", cdd_container_state_get_name(state));
}

static void
on_freed(gpointer user_data)
{
    Witness *witness = user_data;

    witness->freed++;
}

static void
on_ended(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Witness *witness = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(CddContainerResult) ended =
        cdd_docker_client_run_container_finish(CDD_DOCKER_CLIENT(source), result, &error);

    g_assert_no_error(error);
    g_assert_nonnull(ended);
    witness->ended = TRUE;
}

/* Language bindings free the handler as soon as the call has begun. */
static void
test_an_operation_holds_an_owning_handler(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    g_autoptr(GString) log = g_string_new(NULL);
    Witness witness = {.log = log};
    CddOutputHandler *handler = cdd_output_handler_new(on_output, &witness, on_freed);
    CddMockRun *run = cdd_mock_run_new("out ", "err ", NULL);

    cdd_output_handler_set_state_func(handler, on_state, &witness, NULL);
    run->delay = 50;
    cdd_mock_engine_add_run(engine, NULL, run);
    g_boxed_free(CDD_TYPE_MOCK_RUN, run);
    cdd_docker_client_run_container_async(CDD_DOCKER_CLIENT(cdd_mock_engine_get_service(engine)),
                                          &(CddContainerSpec){.image = "image"}, handler, NULL,
                                          on_ended, &witness);
    handler = copy_and_free(CDD_TYPE_OUTPUT_HANDLER, handler);
    g_boxed_free(CDD_TYPE_OUTPUT_HANDLER, handler);
    g_assert_cmpuint(witness.freed, ==, 0);
    while (!witness.ended || witness.freed == 0)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(witness.freed, ==, 1);
    g_assert_cmpstr(log->str, ==, "created starting running 0:out 1:err stopped ");
}

static void
on_input(GOutputStream *input, gpointer user_data)
{
    g_assert_true(G_IS_MEMORY_OUTPUT_STREAM(input));
    ((Witness *)user_data)->ended = TRUE;
}

static void
test_an_owning_handler_gets_the_input(void)
{
    g_autoptr(GOutputStream) input = g_memory_output_stream_new_resizable();
    Witness witness = {0};
    Witness input_witness = {0};
    CddOutputHandler *handler = cdd_output_handler_new(on_output, &witness, NULL);

    handler->on_stdin(input, handler->user_data);
    cdd_output_handler_set_input_func(handler, on_input, &input_witness, on_freed);
    handler->on_stdin(input, handler->user_data);
    g_assert_true(input_witness.ended);
    g_boxed_free(CDD_TYPE_OUTPUT_HANDLER, handler);
    g_assert_cmpuint(input_witness.freed, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/boxed/specs", test_specs);
    g_test_add_func("/boxed/every-type-copies-nothing", test_every_type_copies_nothing);
    g_test_add_func("/boxed/enumerations", test_enumerations);
    g_test_add_func("/boxed/container-spec", test_a_container_spec_is_made_step_by_step);
    g_test_add_func("/boxed/owning-handler-input", test_an_owning_handler_gets_the_input);
    g_test_add_func("/boxed/owning-handler", test_an_operation_holds_an_owning_handler);
    return g_test_run();
}
