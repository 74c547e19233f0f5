/* SPDX-License-Identifier: Apache-2.0 */
/* A container that cannot be connected to its networks is of no use, and must not stay. */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

static const CddEndpointSettings networks[] = {{.network = "one"}, {.network = "two"}};
static const CddContainerSpec spec = {
    .image = "image", .networks = networks, .n_networks = G_N_ELEMENTS(networks)};

static char *
create(FakeEngine *engine, GCancellable *cancellable, GError **error)
{
    const CddConfig config = {.socket_path = fake_engine_get_socket(engine)};
    g_autoptr(CddService) service = cdd_service_new(&config, NULL);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_create_container_async(service, &spec, cancellable, await_ready, &done);
    return cdd_service_create_container_finish(service, await(&done), error);
}

static void
test_every_network_is_connected(void)
{
    const FakeAnswer answers[] = {
        {"POST /containers/create", .body = "{\"Id\":\"abc\"}"},
        {"POST /networks/two/connect"},
        {0},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(GError) error = NULL;
    g_autofree char *id = create(engine, NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(id, ==, "abc");
    g_assert_true(fake_engine_was_asked(engine, "POST", "/networks/two/connect"));
    g_assert_false(fake_engine_was_asked(engine, "POST", "/networks/one/connect"));
    g_assert_false(fake_engine_was_asked(engine, "DELETE", "/containers/abc?force=1&v=1"));
}

static void
test_without_a_network_nothing_is_left(void)
{
    const FakeAnswer answers[] = {
        {"POST /containers/create", .body = "{\"Id\":\"abc\"}"},
        {"POST /networks/two/connect", .status = "404 Not Found",
         .body = "{\"message\":\"network two not found\"}"},
        {"DELETE /containers/abc"},
        {0},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(GError) error = NULL;
    g_autofree char *id = create(engine, NULL, &error);

    g_assert_null(id);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, "network two not found"));
    g_assert_true(fake_engine_was_asked(engine, "DELETE", "/containers/abc?force=1&v=1"));
}

static void
test_what_cannot_be_removed_is_named(void)
{
    const FakeAnswer answers[] = {
        {"POST /containers/create", .body = "{\"Id\":\"abc\"}"},
        {"POST /networks/two/connect", .status = "404 Not Found",
         .body = "{\"message\":\"network two not found\"}"},
        {"DELETE /containers/abc", .status = "500 Internal Server Error",
         .body = "{\"message\":\"the disk is broken\"}"},
        {0},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(GError) error = NULL;
    g_autofree char *id = create(engine, NULL, &error);

    g_assert_null(id);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, "network two not found"));
    g_assert_nonnull(strstr(error->message, "the container abc is left"));
    g_assert_nonnull(strstr(error->message, "the disk is broken"));
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelled_while_networks_are_connected(void)
{
    const FakeAnswer answers[] = {
        {"POST /containers/create", .body = "{\"Id\":\"abc\"}"},
        {"DELETE /containers/abc"},
        {0},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(
        &(FakeFaults){.budget = -1, .answers = answers, .silent = "/networks/two/connect"});
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;

    g_timeout_add(200, cancel, cancellable);
    id = create(engine, cancellable, &error);
    g_assert_null(id);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_true(fake_engine_was_asked(engine, "DELETE", "/containers/abc?force=1&v=1"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/container-create/every-network-is-connected",
                    test_every_network_is_connected);
    g_test_add_func("/container-create/without-a-network-nothing-is-left",
                    test_without_a_network_nothing_is_left);
    g_test_add_func("/container-create/what-cannot-be-removed-is-named",
                    test_what_cannot_be_removed_is_named);
    g_test_add_func("/container-create/cancelled-while-networks-are-connected",
                    test_cancelled_while_networks_are_connected);
    return g_test_run();
}
