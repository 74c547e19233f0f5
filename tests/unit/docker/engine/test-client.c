/* SPDX-License-Identifier: Apache-2.0 */
/* Tests connection reuse, deadlines and the meaning of statuses. */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static const FakeAnswer lists[] = {{"GET /images/json", .body = "[]"}, {NULL}};

static CddService *
service_new(FakeEngine *engine)
{
    return cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(engine)}, NULL);
}

static void
begin_list(CddService *service, GAsyncResult **done)
{
    cdd_service_list_images_async(service, FALSE, NULL, NULL, await_ready, done);
}

static gboolean
end_list(CddService *service, GAsyncResult **done, GError **error)
{
    g_autoptr(GAsyncResult) result = await(done);
    g_autoptr(GPtrArray) images = cdd_service_list_images_finish(service, result, error);

    return images != NULL;
}

static gboolean
list(CddService *service, GError **error)
{
    GAsyncResult *done = NULL;

    begin_list(service, &done);
    return end_list(service, &done, error);
}

static void
test_one_connection_serves_one_request_after_the_other(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = lists});
    g_autoptr(CddService) service = service_new(engine);

    for (int i = 0; i < 20; i++)
        g_assert_true(list(service, NULL));
    g_assert_cmpuint(fake_engine_get_n_connections(engine), ==, 1);
}

#define AT_ONCE 10
#define KEPT 6

static void
list_at_once(CddService *service)
{
    GAsyncResult *done[AT_ONCE] = {NULL};

    for (gsize i = 0; i < AT_ONCE; i++)
        begin_list(service, &done[i]);
    for (gsize i = 0; i < AT_ONCE; i++)
        g_assert_true(end_list(service, &done[i], NULL));
}

static void
test_only_so_many_connections_are_kept(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = lists});
    g_autoptr(CddService) service = service_new(engine);

    g_assert_true(list(service, NULL));
    list_at_once(service);
    g_assert_cmpuint(fake_engine_get_n_connections(engine), ==, AT_ONCE);
    list_at_once(service);
    g_assert_cmpuint(fake_engine_get_n_connections(engine), ==, AT_ONCE + AT_ONCE - KEPT);
}

static void
test_a_hijacked_connection_is_never_used_again(void)
{
    static const FakeAnswer answers[] = {
        {"GET /images/json", .body = "[]"},
        {"GET /containers/abc/json", .body = "{\"Id\":\"abc\",\"Config\":{\"Tty\":true}}"},
        {"POST /containers/abc/attach", .upgrade = TRUE},
        {NULL}};
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(CddService) service = service_new(engine);
    g_autoptr(GAsyncResult) done = NULL;
    CddAttachment *attachment;

    cdd_service_attach_container_async(service, "abc", FALSE, NULL, await_ready, &done);
    attachment = cdd_service_attach_container_finish(service, await(&done), NULL);
    g_assert_nonnull(attachment);
    g_object_unref(attachment);
    /* Ping and inspect shared a connection, and the list reuses it; attach had its own. */
    g_assert_true(list(service, NULL));
    g_assert_cmpuint(fake_engine_get_n_connections(engine), ==, 2);
}

/* The first request is the ping, the second one a list; the third one finds a closed connection. */
static void
test_a_stale_connection_is_tried_again_where_that_is_safe(void)
{
    FakeFaults faults = {.budget = -1, .answers = lists, .dropped = 3};
    g_autoptr(FakeEngine) safe = fake_engine_new(&faults);
    g_autoptr(FakeEngine) unsafe = fake_engine_new(&faults);
    g_autoptr(CddService) safe_service = service_new(safe);
    g_autoptr(CddService) unsafe_service = service_new(unsafe);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(list(safe_service, NULL));
    g_assert_true(list(safe_service, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(fake_engine_get_n_connections(safe), ==, 2);

    g_assert_true(list(unsafe_service, NULL));
    cdd_service_start_container_async(unsafe_service, "abc", NULL, await_ready, &done);
    g_assert_false(cdd_service_start_container_finish(unsafe_service, await(&done), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_cmpuint(fake_engine_get_n_connections(unsafe), ==, 1);
}

static void
test_each_status_has_its_code_and_its_words(void)
{
    static const struct {
        const char *status;
        CddError code;
    } rows[] = {
        {"400 Bad Request", CDD_ERROR_INVALID_SPEC},
        {"401 Unauthorized", CDD_ERROR_UNAUTHORIZED},
        {"403 Forbidden", CDD_ERROR_UNAUTHORIZED},
        {"404 Not Found", CDD_ERROR_NOT_FOUND},
        {"409 Conflict", CDD_ERROR_CONFLICT},
        {"500 Internal Server Error", CDD_ERROR_FAILED},
        {"501 Not Implemented", CDD_ERROR_INCOMPATIBLE},
        {"503 Service Unavailable", CDD_ERROR_FAILED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        FakeAnswer answers[] = {{"POST /containers/abc/start", .status = rows[i].status,
                                 .fields = "Content-Type: application/json\r\n",
                                 .body = "{\"message\":\"its\\u001b[31m reason\"}"},
                                {NULL}};
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
        g_autoptr(CddService) service = service_new(engine);
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;

        cdd_service_start_container_async(service, "abc", NULL, await_ready, &done);
        g_assert_false(cdd_service_start_container_finish(service, await(&done), &error));
        g_test_message("%s", error->message);
        g_assert_error(error, CDD_ERROR, (int)rows[i].code);
        g_assert_cmpuint(cdd_error_get_http_status(error), ==,
                         (guint)g_ascii_strtoull(rows[i].status, NULL, 10));
        g_assert_nonnull(strstr(error->message, "starting the container abc: "));
        g_assert_nonnull(strstr(error->message, " reason"));
        g_assert_null(strchr(error->message, '\033'));
    }
}

static void
test_a_long_reason_is_cut(void)
{
    g_autofree char *reason = g_strnfill(100000, 'x');
    FakeAnswer answers[] = {
        {"GET /images/json", .status = "500 Internal Server Error", .body = reason}, {NULL}};
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(CddService) service = service_new(engine);
    g_autoptr(GError) error = NULL;

    g_assert_false(list(service, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_cmpuint(strlen(error->message), <, 8192);
}

static void
assert_timeout(const CddConfig *config, const char *which)
{
    g_autoptr(CddService) service = cdd_service_new(config, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(list(service, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT);
    g_assert_nonnull(strstr(error->message, which));
}

static void
test_each_deadline_is_named_when_it_passes(void)
{
    g_autoptr(FakeEngine) mute = fake_engine_new(&(FakeFaults){.budget = -1, .mute = TRUE});
    /* The budget of 100 bytes covers the ping and the head, then the body stalls. */
    static const FakeAnswer long_list[] = {
        {"GET /images/json", .body = "[{\"Id\":\"0123456789012345678901234567890123456789\"}]"},
        {NULL}};
    g_autoptr(FakeEngine) stalled =
        fake_engine_new(&(FakeFaults){.budget = 100, .stall = TRUE, .answers = long_list});
    CddConfig header = {.socket_path = fake_engine_get_socket(mute), .header_timeout = 100};
    CddConfig whole = {.socket_path = fake_engine_get_socket(mute), .operation_timeout = 100};
    CddConfig idle = {.socket_path = fake_engine_get_socket(stalled), .idle_timeout = 100};

    assert_timeout(&header, "the engine's answer");
    assert_timeout(&whole, "the end of the whole operation");
    assert_timeout(&idle, "more of the engine's answer");
}

/* The queue is full, so another connection is neither accepted nor refused. */
static void
test_a_connection_that_is_not_taken_is_a_timeout(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fillers[4];
    g_autofree char *host = NULL;

    g_assert_cmpint(bind(listener, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(listen(listener, 0), ==, 0);
    g_assert_cmpint(getsockname(listener, (struct sockaddr *)&address, &length), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(fillers); i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(fillers[i], (struct sockaddr *)&address, length);
    }
    host = g_strdup_printf("tcp://127.0.0.1:%u", (guint)ntohs(address.sin_port));
    assert_timeout(&(CddConfig){.host = host, .connect_timeout = 100},
                   "a connection to the engine");
    for (gsize i = 0; i < G_N_ELEMENTS(fillers); i++)
        close(fillers[i]);
    close(listener);
}

typedef struct {
    int fd;
    guint n_left;
} Drip;

static gboolean
on_drip(gpointer user_data)
{
    Drip *drip = user_data;

    if (drip->n_left-- > 0 && write(drip->fd, "drop", 4) == 4)
        return G_SOURCE_CONTINUE;
    close(drip->fd);
    return G_SOURCE_REMOVE;
}

/* The upload takes four times the header timeout. */
static void
test_an_upload_takes_as_long_as_it_takes(void)
{
    static const FakeAnswer answers[] = {{"PUT /containers/abc/archive"}, {NULL}};
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    CddConfig config = {.socket_path = fake_engine_get_socket(engine), .header_timeout = 200};
    g_autoptr(CddService) service = cdd_service_new(&config, NULL);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GInputStream) input = NULL;
    GError *error = NULL;
    Drip drip = {.n_left = 8};
    int ends[2];

    g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
    drip.fd = ends[1];
    input = g_unix_input_stream_new(ends[0], TRUE);
    g_timeout_add(100, on_drip, &drip);
    cdd_service_put_archive_async(service, "abc", "/", input, NULL, await_ready, &done);
    cdd_service_put_archive_finish(service, await(&done), &error);
    g_assert_no_error(error);
}

static gboolean
on_patience_lost(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_what_is_no_name_is_never_asked_for(void)
{
    static const char *const names[] = {"", ".", ".."};
    static const char *const images[] = {"", "..", "../containers/abc", "a//b", "a/../b"};
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = lists});
    g_autoptr(CddService) service = service_new(engine);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;

        cdd_service_remove_container_async(service, names[i], CDD_REMOVE_FORCE, NULL, await_ready,
                                           &done);
        g_assert_false(cdd_service_remove_container_finish(service, await(&done), &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(images); i++) {
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;

        cdd_service_remove_image_async(service, images[i], FALSE, NULL, await_ready, &done);
        g_assert_null(cdd_service_remove_image_finish(service, await(&done), &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    }
    g_assert_false(fake_engine_was_asked(engine, "", ""));
}

#define LARGE (1024 * 1024)

/*
 * Plays ssh: it answers the ping, and then runs a command. It says that it shares connections
 * already, so that none is started for that.
 */
#define SSH                                                                                        \
    "#!/bin/sh\n"                                                                                  \
    "case \"$*\" in *-G*)\n"                                                                       \
    "  printf 'user a\\ncontrolmaster auto\\ncontrolpath /s\\ncontrolpersist yes\\n'; exit ;;\n"   \
    "esac\n"                                                                                       \
    "take_head() { while read -r line && [ ${#line} -gt 1 ]; do :; done; }\n"                      \
    "take_head; printf 'HTTP/1.1 200 OK\\r\\nApi-Version: 1.41\\r\\n\\r\\n'\n"

typedef struct {
    char *directory;
    char *program;
    char *old_path;
} FakeSsh;

static void
fake_ssh_install(FakeSsh *self, const char *script)
{
    g_autofree char *path = NULL;

    self->directory = g_dir_make_tmp("cdd-ssh-XXXXXX", NULL);
    self->program = g_build_filename(self->directory, "ssh", NULL);
    self->old_path = g_strdup(g_getenv("PATH"));
    path = g_strdup_printf("%s:%s", self->directory, self->old_path);
    g_assert_true(
        g_file_set_contents_full(self->program, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
    g_setenv("PATH", path, TRUE);
}

static void
fake_ssh_remove(FakeSsh *self)
{
    g_setenv("PATH", self->old_path, TRUE);
    g_unlink(self->program);
    g_rmdir(self->directory);
    g_free(self->directory);
    g_free(self->program);
    g_free(self->old_path);
}

/* As after a network failure. */
static void
test_an_ssh_that_does_not_read_blocks_nobody(void)
{
    g_autoptr(GInputStream) input =
        g_memory_input_stream_new_from_data(g_malloc0(LARGE), LARGE, g_free);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(CddService) service = cdd_service_new(&(CddConfig){.host = "ssh://nowhere"}, NULL);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;
    FakeSsh ssh;

    fake_ssh_install(&ssh, SSH "exec sleep 600\n");
    cdd_service_put_archive_async(service, "abc", "/", input, cancellable, await_ready, &done);
    g_timeout_add(300, on_patience_lost, cancellable);
    g_assert_false(cdd_service_put_archive_finish(service, await(&done), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    fake_ssh_remove(&ssh);
}

static void
test_an_ssh_that_ends_within_an_answer_says_why(void)
{
    static const char *const pieces[] = {"HTTP/1.1 20", "Welcome!\\r\\n",
                                         "HTTP/1.1 200 OK\\r\\nContent-Length: 99\\r\\n\\r\\n{"};

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autofree char *script = g_strdup_printf(
            SSH "take_head; echo 'client_loop: broken' >&2; printf '%s'\n", pieces[i]);
        g_autoptr(CddService) service =
            cdd_service_new(&(CddConfig){.host = "ssh://nowhere"}, NULL);
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;
        FakeSsh ssh;

        fake_ssh_install(&ssh, script);
        cdd_service_inspect_image_async(service, "image", NULL, await_ready, &done);
        g_assert_null(cdd_service_inspect_image_finish(service, await(&done), &error));
        g_assert_nonnull(strstr(error->message, "ssh said \"client_loop: broken\": "));
        fake_ssh_remove(&ssh);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/client/one-connection-serves-one-request-after-the-other",
                    test_one_connection_serves_one_request_after_the_other);
    g_test_add_func("/client/only-so-many-connections-are-kept",
                    test_only_so_many_connections_are_kept);
    g_test_add_func("/client/a-hijacked-connection-is-never-used-again",
                    test_a_hijacked_connection_is_never_used_again);
    g_test_add_func("/client/a-stale-connection-is-tried-again-where-that-is-safe",
                    test_a_stale_connection_is_tried_again_where_that_is_safe);
    g_test_add_func("/client/each-status-has-its-code-and-its-words",
                    test_each_status_has_its_code_and_its_words);
    g_test_add_func("/client/a-long-reason-is-cut", test_a_long_reason_is_cut);
    g_test_add_func("/client/each-deadline-is-named-when-it-passes",
                    test_each_deadline_is_named_when_it_passes);
    g_test_add_func("/client/a-connection-that-is-not-taken-is-a-timeout",
                    test_a_connection_that_is_not_taken_is_a_timeout);
    g_test_add_func("/client/an-upload-takes-as-long-as-it-takes",
                    test_an_upload_takes_as_long_as_it_takes);
    g_test_add_func("/client/what-is-no-name-is-never-asked-for",
                    test_what_is_no_name_is_never_asked_for);
    g_test_add_func("/client/an-ssh-that-does-not-read-blocks-nobody",
                    test_an_ssh_that_does_not_read_blocks_nobody);
    g_test_add_func("/client/an-ssh-that-ends-within-an-answer-says-why",
                    test_an_ssh_that_ends_within_an_answer_says_why);
    return g_test_run();
}
