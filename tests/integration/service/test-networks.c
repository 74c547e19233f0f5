/* SPDX-License-Identifier: Apache-2.0 */
/* Containers that are reached: published ports, networks with names, health, restarts. */
#include "engine-test.h"

#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Answers each connection with "hello". The smallest Debian has Perl. */
static const char server_script[] =
    "$listener = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die;"
    "while ($client = $listener->accept) { print $client 'hello'; close $client }";
static const char probe_script[] = "exit !IO::Socket::INET->new('127.0.0.1:8000')";

static char *
create(EngineTest *test, const CddContainerSpec *spec, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_create_container_async(test->service, spec, NULL, await_ready, &done);
    return cdd_service_create_container_finish(test->service, await(&done), error);
}

static void
start(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_start_container_async(test->service, id, NULL, await_ready, &done);
    cdd_service_start_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static void
remove_container(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_remove_container_async(test->service, id, CDD_REMOVE_FORCE, NULL, await_ready,
                                       &done);
    cdd_service_remove_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static CddContainerInfo *
inspect(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    CddContainerInfo *info;

    cdd_service_inspect_container_async(test->service, id, NULL, await_ready, &done);
    info = cdd_service_inspect_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    return info;
}

static gboolean
wait_healthy(EngineTest *test, const char *id, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_wait_container_healthy_async(test->service, id, NULL, await_ready, &done);
    return cdd_service_wait_container_healthy_finish(test->service, await(&done), error);
}

static char *
create_network(EngineTest *test, const char *name, gboolean internal)
{
    const CddNetworkSpec spec = {.name = name, .internal = internal};
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    char *id;

    cdd_service_create_network_async(test->service, &spec, NULL, await_ready, &done);
    id = cdd_service_create_network_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    return id;
}

static void
remove_network(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_remove_network_async(test->service, id, NULL, await_ready, &done);
    cdd_service_remove_network_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static char *
ask_port(guint16 port)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnection) connection = NULL;
    char answer[16] = "";
    gsize length = 0;

    /* Without a check of its health, the server may not listen yet. */
    for (guint tries = 0; tries < 100 && connection == NULL; tries++) {
        g_clear_error(&error);
        connection = g_socket_client_connect_to_host(client, "127.0.0.1", port, NULL, &error);
        if (connection == NULL)
            g_usleep(100000);
    }
    g_assert_no_error(error);
    g_input_stream_read_all(g_io_stream_get_input_stream(G_IO_STREAM(connection)), answer,
                            sizeof answer - 1, &length, NULL, &error);
    g_assert_no_error(error);
    return g_strndup(answer, length);
}

static void
test_a_published_port_is_used(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    /* A bridge of its own: other engines on this machine use the default one, too. */
    g_autofree char *network = create_network(test, "cdd-test-ports", FALSE);
    const CddEndpointSettings place = {.network = "cdd-test-ports"};
    /* "Any free one" of the engine's machine, for loopback only. */
    const CddPortBinding port = {.container_port = 8000, .host_ip = "127.0.0.1"};
    const CddHealthConfig health = {
        .test = LIST("CMD", "perl", "-MIO::Socket::INET", "-e", probe_script),
        .interval = 500,
        .timeout = 10000,
    };
    const CddContainerSpec spec = {
        .image = test->image,
        .command = LIST("perl", "-MIO::Socket::INET", "-e", server_script),
        .entrypoint = (const char *const[]){NULL},
        .hostname = "robot",
        .networks = &place,
        .n_networks = 1,
        .ports = &port,
        .n_ports = 1,
        .health = &health,
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *id = create(test, &spec, &error);
    g_autoptr(CddContainerInfo) info = NULL;
    g_autofree char *answer = NULL;
    const CddPortBinding *chosen;
    g_auto(Output) output;

    output_init(&output);
    g_assert_no_error(error);
    start(test, id);
    /* Podman checks health by timers of systemd only. */
    if (!test->is_podman) {
        wait_healthy(test, id, &error);
        g_assert_no_error(error);
    }
    info = inspect(test, id);
    g_assert_cmpstr(info->health, ==, test->is_podman ? info->health : "healthy");
    g_assert_cmpuint(info->ports->len, ==, 1);
    chosen = g_ptr_array_index(info->ports, 0);
    g_assert_cmpuint(chosen->container_port, ==, 8000);
    g_assert_cmpuint(chosen->host_port, >, 0);
    g_assert_cmpstr(chosen->host_ip, ==, "127.0.0.1");
    /* Podman publishes by rules of a firewall, which the machine of the test need not have. */
    if (!test->is_podman) {
        answer = ask_port(chosen->host_port);
        g_assert_cmpstr(answer, ==, "hello");
    }
    exec_shell(test, id, "hostname", &output);
    g_assert_cmpstr(output.out->str, ==, "robot\n");
    remove_container(test, id);
    remove_network(test, network);
}

static void
test_a_container_is_in_several_networks(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *first = create_network(test, "cdd-test-first", TRUE);
    g_autofree char *second = create_network(test, "cdd-test-second", TRUE);
    const CddEndpointSettings networks[] = {
        {.network = "cdd-test-first", .aliases = LIST("one")},
        {.network = "cdd-test-second", .aliases = LIST("two", "three")},
    };
    const CddContainerSpec spec = {
        .image = test->image,
        .command = LIST("sleep", "60"),
        .networks = networks,
        .n_networks = G_N_ELEMENTS(networks),
        .extra_hosts = LIST("far:192.0.2.7"),
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *id = create(test, &spec, &error);
    g_autoptr(CddContainerInfo) info = NULL;
    g_auto(Output) output;

    output_init(&output);
    g_assert_no_error(error);
    start(test, id);
    info = inspect(test, id);
    g_assert_nonnull(strstr(info->json, "\"cdd-test-first\""));
    g_assert_nonnull(strstr(info->json, "\"cdd-test-second\""));
    g_assert_nonnull(strstr(info->json, "\"three\""));
    g_assert_null(info->health);
    g_assert_cmpint(
        exec_shell(test, id, "grep far /etc/hosts; ls /sys/class/net | grep -c eth", &output), ==,
        0);
    g_assert_nonnull(strstr(output.out->str, "192.0.2.7"));
    g_assert_nonnull(strstr(output.out->str, "\n2\n"));
    g_assert_false(wait_healthy(test, id, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    remove_container(test, id);

    remove_network(test, first);
    remove_network(test, second);
}

static void
test_an_unhealthy_container_says_why(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    const CddHealthConfig health = {
        .test = LIST("CMD-SHELL", "echo the wheel is flat; exit 1"),
        .interval = 200,
        .retries = 1,
    };
    const CddContainerSpec spec = {
        .image = test->image,
        .command = LIST("sleep", "60"),
        .network_mode = CDD_NETWORK_HOST,
        .health = &health,
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;

    if (test->is_podman) {
        g_test_skip("Podman checks health by timers of systemd only");
        return;
    }
    id = create(test, &spec, &error);
    g_assert_no_error(error);
    g_assert_false(wait_healthy(test, id, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONFLICT);
    g_clear_error(&error);
    start(test, id);
    g_assert_false(wait_healthy(test, id, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "the wheel is flat"));
    remove_container(test, id);
}

static gboolean
is_restarted(EngineTest *test, const char *id, guint times)
{
    g_autofree char *count = g_strdup_printf("\"RestartCount\":%u", times);
    g_autoptr(CddContainerInfo) info = inspect(test, id);

    return info->running && g_str_equal(info->status, "running") &&
           strstr(info->json, count) != NULL;
}

static void
test_what_fails_is_started_again(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    const CddContainerSpec spec = {
        .image = test->image,
        .command = LIST("sh", "-c", "echo again >>/times; [ $(wc -l </times) -gt 2 ] && sleep 60"),
        .network_mode = CDD_NETWORK_HOST,
        .restart_policy = CDD_RESTART_ON_FAILURE,
        .restart_maximum_retry_count = 5,
        .sysctls = LIST("kernel.shm_rmid_forced=1"),
        .groups = LIST("daemon"),
        .extra = "{\"HostConfig\": {\"OomScoreAdj\": 7}}",
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *id = create(test, &spec, &error);
    g_auto(Output) output;

    output_init(&output);
    g_assert_no_error(error);
    start(test, id);
    for (guint i = 0; i < 300 && !is_restarted(test, id, 2); i++)
        g_usleep(100000);
    exec_shell(test, id, "cat /times", &output);
    g_assert_cmpstr(output.out->str, ==, "again\nagain\nagain\n");
    g_string_truncate(output.out, 0);
    exec_shell(test, id, "cat /proc/1/oom_score_adj /proc/sys/kernel/shm_rmid_forced; id -nG",
               &output);
    g_assert_nonnull(strstr(output.out->str, "7\n1\n"));
    remove_container(test, id);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/networks/a-published-port-is-used", test_a_published_port_is_used);
    ENGINE_TEST("/networks/a-container-is-in-several-networks",
                test_a_container_is_in_several_networks);
    ENGINE_TEST("/networks/an-unhealthy-container-says-why", test_an_unhealthy_container_says_why);
    ENGINE_TEST("/networks/what-fails-is-started-again", test_what_fails_is_started_again);
    return g_test_run();
}
