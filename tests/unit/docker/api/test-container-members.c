/* SPDX-License-Identifier: Apache-2.0 */
/* A specification with every member: each arrives at the engine, and docs/coverage.md knows it. */
#include "api/container-json.h"
#include "wire/json.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const CddVolumeMount volumes[] = {
    {.host_path = "/a", .container_path = "/b", .propagation = "rshared"},
};
static const CddEndpointSettings networks[] = {
    {
        .network = "one",
        .aliases = LIST("web"),
        .ipv4_address = "10.0.0.2",
        .ipv6_address = "fd00::2",
        .mac_address = "02:42:0a:00:00:02",
        .links = LIST("db:database"),
        .driver_options = LIST("o=p"),
    },
    {.network = "two"},
};
static const CddPortBinding ports[] = {
    {.container_port = 80, .host_port = 8080},
    {.container_port = 80, .host_ip = "::1"},
    {.container_port = 53, .protocol = CDD_PORT_UDP, .host_port = 5300, .host_port_end = 5310},
    {.container_port = 7000,
     .container_port_end = 7001,
     .protocol = CDD_PORT_SCTP,
     .host_port = 9000},
};
static const CddUlimit ulimits[] = {{.name = "core"}};
static const CddDevice devices[] = {{.host_path = "/dev/fuse"}};
static const CddDeviceRequest requests[] = {{.count = 1}};
static const CddHealthConfig health = {
    .test = LIST("CMD-SHELL", "true"),
    .interval = 2000,
    .timeout = 1500,
    .start_period = 1,
    .start_interval = 1,
    .retries = 4,
};
static const CddContainerSpec full = {
    .image = "debian",
    .entrypoint = LIST("sh"),
    .command = LIST("true"),
    .environment = LIST("A=b"),
    .labels = LIST("c=d"),
    .volumes = volumes,
    .n_volumes = G_N_ELEMENTS(volumes),
    .working_dir = "/w",
    .user = "me",
    .hostname = "robot",
    .domainname = "example.org",
    .networks = networks,
    .n_networks = G_N_ELEMENTS(networks),
    .ports = ports,
    .n_ports = G_N_ELEMENTS(ports),
    .publish_all_ports = TRUE,
    .dns = LIST("9.9.9.9"),
    .dns_options = LIST("ndots:1"),
    .dns_search = LIST("example.org"),
    .extra_hosts = LIST("six=[::1]"),
    .hardened = TRUE,
    .security = {.privileged = TRUE,
                 .read_only_rootfs = TRUE,
                 .no_new_privileges = TRUE,
                 .user_ns_mode = "host",
                 .security_options = LIST("label=disable"),
                 .masked_paths = LIST("/proc/kcore"),
                 .readonly_paths = LIST("/proc/sys")},
    .resources = {.memory = 16777216,
                  .memory_swap = -1,
                  .cpus = 1,
                  .cpuset_cpus = "0",
                  .pids_limit = 100,
                  .shm_size = 8192,
                  .memory_reservation = 4096,
                  .oom_kill_disable = TRUE,
                  .cpu_shares = 7,
                  .cpu_period = 50000,
                  .cpuset_mems = "0",
                  .blkio_weight = 10},
    .ulimits = ulimits,
    .n_ulimits = G_N_ELEMENTS(ulimits),
    .devices = devices,
    .n_devices = G_N_ELEMENTS(devices),
    .device_requests = requests,
    .n_device_requests = G_N_ELEMENTS(requests),
    .device_cgroup_rules = LIST("c 189:* rmw"),
    .log_driver = "json-file",
    .log_options = LIST("max-size=1m"),
    .pid_mode = "host",
    .ipc_mode = "host",
    .uts_mode = "host",
    .cgroupns_mode = "host",
    .cgroup_parent = "/robots",
    .groups = LIST("dialout"),
    .sysctls = LIST("net.core.somaxconn=1"),
    .storage_options = LIST("size=1G"),
    .annotations = LIST("e=f"),
    .volumes_from = LIST("other:ro"),
    .runtime = "crun",
    .oom_score_adj = -5,
    .restart_policy = CDD_RESTART_ON_FAILURE,
    .restart_maximum_retry_count = 3,
    .health = &health,
    .stop_signal = "SIGINT",
    .open_stdin = TRUE,
    .init = TRUE,
    .tty = TRUE,
    .stop_timeout = 29001,
};

static void
assert_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        g_error("there is no %s in %s", part, text);
}

static void
test_every_member_arrives_at_the_engine(void)
{
    static const char *const expected[] = {
        "\"Hostname\":\"robot\"",
        "\"Domainname\":\"example.org\"",
        "\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{},\"7000/sctp\":{},\"7001/sctp\":{}}",
        "\"80/tcp\":[{\"HostPort\":\"8080\"},{\"HostIp\":\"::1\",\"HostPort\":\"\"}]",
        "\"53/udp\":[{\"HostPort\":\"5300-5310\"}]",
        "\"7000/sctp\":[{\"HostPort\":\"9000\"}],\"7001/sctp\":[{\"HostPort\":\"9001\"}]",
        "\"PublishAllPorts\":true",
        "\"Dns\":[\"9.9.9.9\"],\"DnsOptions\":[\"ndots:1\"],\"DnsSearch\":[\"example.org\"]",
        "\"ExtraHosts\":[\"six:::1\"]",
        "\"BindOptions\":{\"Propagation\":\"rshared\"}",
        "\"SecurityOpt\":[\"no-new-privileges\",\"label=disable\"]",
        "\"MaskedPaths\":[\"/proc/kcore\"],\"ReadonlyPaths\":[\"/proc/sys\"]",
        "\"MemoryReservation\":4096,\"OomKillDisable\":true,\"CpuShares\":7,\"CpuPeriod\":50000",
        "\"CpusetMems\":\"0\",\"BlkioWeight\":10",
        "\"DeviceCgroupRules\":[\"c 189:* rmw\"]",
        "\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1m\"}}",
        "\"NetworkMode\":\"one\",\"PidMode\":\"host\",\"IpcMode\":\"host\",\"UTSMode\":\"host\","
        "\"CgroupnsMode\":\"host\",\"CgroupParent\":\"/robots\"",
        "\"GroupAdd\":[\"dialout\"]",
        "\"Sysctls\":{\"net.core.somaxconn\":\"1\"}",
        "\"StorageOpt\":{\"size\":\"1G\"},\"Annotations\":{\"e\":\"f\"},\"Runtime\":\"crun\"",
        "\"VolumesFrom\":[\"other:ro\"]",
        "\"OomScoreAdj\":-5",
        "\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}",
        "\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"true\"],\"Interval\":2000000000,"
        "\"Timeout\":1500000000,\"StartPeriod\":1000000,\"StartInterval\":1000000,\"Retries\":4}",
        "\"StopSignal\":\"SIGINT\",\"StopTimeout\":30",
        "\"NetworkingConfig\":{\"EndpointsConfig\":{\"one\":{\"Aliases\":[\"web\"],"
        "\"Links\":[\"db:database\"],\"MacAddress\":\"02:42:0a:00:00:02\","
        "\"DriverOpts\":{\"o\":\"p\"},\"IPAMConfig\":{\"IPv4Address\":\"10.0.0.2\","
        "\"IPv6Address\":\"fd00::2\"}}}}",
    };
    g_autoptr(CddContainerSpec) copy = cdd_container_spec_copy(&full);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = cdd_container_spec_to_json(copy);
    g_autofree char *text = cdd_json_to_text(node);

    cdd_container_spec_validate(copy, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_in(text, expected[i]);
}

static void
test_extra_json_is_merged(void)
{
    CddContainerSpec spec = {
        .image = "debian",
        .tty = TRUE,
        .init = TRUE,
        .extra = "{\"Tty\": false, \"HostConfig\": {\"MemorySwappiness\": 0, \"Dns\": [\"::1\"]}}",
    };
    g_autoptr(JsonNode) node = cdd_container_spec_to_json(&spec);
    g_autofree char *text = cdd_json_to_text(node);
    g_autoptr(GError) error = NULL;

    assert_in(text, "\"Tty\":false");
    assert_in(text, "\"HostConfig\":{\"Init\":true,");
    assert_in(text, "\"MemorySwappiness\":0,\"Dns\":[\"::1\"]}");

    spec.extra = "[]";
    g_assert_false(cdd_container_spec_validate(&spec, &error));
    assert_in(error->message, "the extra JSON is not an object");
    g_clear_error(&error);
    spec.extra = "{\"a\":";
    g_assert_false(cdd_container_spec_validate(&spec, &error));
    assert_in(error->message, "the extra JSON: ");
}

static void
test_every_fault_is_named(void)
{
    static const CddVolumeMount mounts[] = {
        {.volume = "v", .container_path = "/v", .propagation = "rshared"},
        {.host_path = "/h", .container_path = "/h", .propagation = "far"},
    };
    const CddEndpointSettings places[] = {
        {.aliases = LIST("a b"), .ipv4_address = "::1", .ipv6_address = "10.0.0.1"},
    };
    static const CddPortBinding bindings[] = {
        {.host_port = 1},
        {.container_port = 5, .container_port_end = 4},
        {.container_port = 5, .container_port_end = 7, .host_port = 5, .host_port_end = 6},
        {.container_port = 5, .container_port_end = 7, .host_port = 65534},
        {.container_port = 5, .host_port_end = 6},
        {.container_port = 5, .host_ip = "localhost", .protocol = 9},
    };
    const CddHealthConfig wrong = {
        .interval = G_GINT64_CONSTANT(31622400001), .timeout = -1, .reserved = {(gpointer) "x"}};
    const CddContainerSpec spec = {
        .image = "debian",
        .hostname = "a b",
        .volumes = mounts,
        .n_volumes = G_N_ELEMENTS(mounts),
        .network_mode = CDD_NETWORK_HOST,
        .networks = places,
        .n_networks = G_N_ELEMENTS(places),
        .ports = bindings,
        .n_ports = G_N_ELEMENTS(bindings),
        .extra_hosts = LIST("nowhere"),
        .resources = {.cpus = 1, .cpu_quota = 5, .blkio_weight = 9, .cpuset_mems = "x"},
        .log_options = LIST("nothing"),
        .oom_score_adj = 1001,
        .restart_policy = CDD_RESTART_ALWAYS,
        .restart_maximum_retry_count = 1,
        .auto_remove = TRUE,
        .health = &wrong,
        .reserved = {(gpointer) "x"},
    };
    static const char *const named[] = {
        "\"a b\" is not a host name",
        "volume 1: \"rshared\"",
        "volume 2: \"far\"",
        "both networks and a network mode",
        "network 1: its name is missing",
        "\"a b\" is not a name in a network",
        "\"::1\" is not an IPv4 address",
        "\"10.0.0.1\" is not an IPv6 address",
        "port 1: the port of the container is missing",
        "port 2: a range ends before it begins",
        "port 3: the two ranges differ",
        "port 4: the range ends above 65535",
        "port 5: a range without a beginning",
        "port 6: 9 is not a protocol",
        "port 6: \"localhost\" is not an IP address",
        "nowhere",
        "both a number of processors and a quota",
        "9 is not a weight",
        "\"x\" is not a list of processors",
        "log option 1 is not NAME=value",
        "1001 is not between",
        "cannot be restarted",
        "needs the restart policy",
        "31622400001 milliseconds",
        "-1 milliseconds",
        "health has a member that this version of the library does not know",
        "spec has a member that this version of the library does not know",
    };
    const CddContainerSpec without = {.image = "debian", .n_ports = 1, .n_networks = 1};
    const CddEndpointSettings twice[] = {{.network = "a"}, {.network = "a"}};
    const CddContainerSpec doubled = {.image = "debian", .networks = twice, .n_networks = 2};
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_container_spec_validate(&spec, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    for (gsize i = 0; i < G_N_ELEMENTS(named); i++)
        assert_in(error->message, named[i]);
    g_clear_error(&error);
    g_assert_false(cdd_container_spec_validate(&without, &error));
    assert_in(error->message, "the list of networks is missing; the list of ports is missing");
    g_clear_error(&error);
    g_assert_false(cdd_container_spec_validate(&doubled, &error));
    assert_in(error->message, "the network a is given twice");
}

static void
assert_parsed(const char *text, const CddPortBinding *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddPortBinding) binding = cdd_port_binding_parse(text, &error);

    g_test_message("%s", text);
    g_assert_no_error(error);
    g_assert_cmpuint(binding->container_port, ==, expected->container_port);
    g_assert_cmpuint(binding->container_port_end, ==, expected->container_port_end);
    g_assert_cmpint(binding->protocol, ==, expected->protocol);
    g_assert_cmpstr(binding->host_ip, ==, expected->host_ip);
    g_assert_cmpuint(binding->host_port, ==, expected->host_port);
    g_assert_cmpuint(binding->host_port_end, ==, expected->host_port_end);
}

static void
test_ports_are_read_as_docker_reads_them(void)
{
    static const char *const wrong[] = {"",          "0",     "x",       "80/icmp",      "80-79",
                                        "1:2:3",     "65536", "1-3:1-2", "127.0.0.1:80", "a.b:1:2",
                                        "1:80/tcp/", "-1",    "80 "};

    assert_parsed("80", &(CddPortBinding){.container_port = 80});
    assert_parsed(
        "8080:80/udp",
        &(CddPortBinding){.container_port = 80, .host_port = 8080, .protocol = CDD_PORT_UDP});
    assert_parsed("1000-1002:1-3", &(CddPortBinding){.container_port = 1,
                                                     .container_port_end = 3,
                                                     .host_port = 1000,
                                                     .host_port_end = 1002});
    assert_parsed("1000-1002:1",
                  &(CddPortBinding){.container_port = 1, .host_port = 1000, .host_port_end = 1002});
    assert_parsed(
        "127.0.0.1:8080:80",
        &(CddPortBinding){.container_port = 80, .host_ip = "127.0.0.1", .host_port = 8080});
    assert_parsed("127.0.0.1::80", &(CddPortBinding){.container_port = 80, .host_ip = "127.0.0.1"});
    assert_parsed("[::1]:8080:80/SCTP", &(CddPortBinding){.container_port = 80,
                                                          .host_ip = "::1",
                                                          .host_port = 8080,
                                                          .protocol = CDD_PORT_SCTP});
    assert_parsed("::1:8080:80",
                  &(CddPortBinding){.container_port = 80, .host_ip = "::1", .host_port = 8080});
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CddPortBinding) binding = cdd_port_binding_parse(wrong[i], &error);

        g_test_message("%s", wrong[i]);
        g_assert_null(binding);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    }
}

/* Returns the names in the first column of the table under a heading, in the order of the page. */
static GHashTable *
read_table(const char *heading)
{
    g_autofree char *path =
        g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "docs", "coverage.md", NULL);
    g_autofree char *page = NULL;
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) lines = NULL;
    const char *at;

    g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
    at = strstr(page, heading);
    g_assert_nonnull(at);
    lines = g_strsplit(at + strlen(heading), "\n", -1);
    for (char **line = lines; *line != NULL && !g_str_has_prefix(*line, "## "); line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "|", -1);

        if (g_str_has_prefix(*line, "| `"))
            g_hash_table_insert(table, g_strndup(cells[1] + 2, strlen(cells[1]) - 4),
                                g_strdup(g_strstrip(cells[2])));
    }
    return table;
}

static void
assert_table(const char *heading, JsonObject *sent)
{
    g_autoptr(GHashTable) table = read_table(heading);
    GHashTableIter rows;
    const char *name;
    const char *words;
    g_autoptr(GList) names = json_object_get_members(sent);

    for (GList *at = names; at != NULL; at = at->next) {
        if (!g_hash_table_contains(table, at->data))
            g_error("\"%s\": there is no row for %s, which the library sends", heading,
                    (const char *)at->data);
    }
    g_hash_table_iter_init(&rows, table);
    while (g_hash_table_iter_next(&rows, (gpointer *)&name, (gpointer *)&words)) {
        if (g_str_has_prefix(words, "not offered: ") == json_object_has_member(sent, name))
            g_error("\"%s\": the row of %s is not true", heading, name);
    }
}

static void
test_the_page_of_coverage_is_true(void)
{
    /* No container may have all of them at once. */
    CddContainerSpec everything = full;
    g_autoptr(JsonNode) node = NULL;
    JsonObject *body;

    everything.auto_remove = TRUE;
    everything.resources.cpu_quota = 10000;
    node = cdd_container_spec_to_json(&everything);
    body = cdd_json_as_object(node);

    assert_table("## A container: the body of `POST /containers/create`", body);
    assert_table("## A container: `HostConfig`", cdd_json_get_object(body, "HostConfig"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/container-members/every-member-arrives-at-the-engine",
                    test_every_member_arrives_at_the_engine);
    g_test_add_func("/container-members/extra-json-is-merged", test_extra_json_is_merged);
    g_test_add_func("/container-members/every-fault-is-named", test_every_fault_is_named);
    g_test_add_func("/container-members/ports-are-read-as-docker-reads-them",
                    test_ports_are_read_as_docker_reads_them);
    g_test_add_func("/container-members/the-page-of-coverage-is-true",
                    test_the_page_of_coverage_is_true);
    return g_test_run();
}
