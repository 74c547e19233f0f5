/* SPDX-License-Identifier: Apache-2.0 */
/* Tests a build session with an engine that sends requests which a real one would not send. */
#include "api/service.h"
#include "await.h"
#include "buildkit/auth.h"
#include "buildkit/file-packet.h"
#include "buildkit/file-send.h"
#include "buildkit/file-sync.h"
#include "buildkit/secrets.h"
#include "buildkit/ssh-agent.h"
#include "grpc-client.h"
#include "session-door.h"
#include "wire/message.h"
#include "wire/proto/session.pb-c.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE (20 * G_USEC_PER_SEC)

typedef struct {
    char *directory;
    SessionDoor *door;
    CddService *service;
    CddBuildSession *session;
    GrpcClient *client;
    int fd;
    guint n_notes;
    CddTarMember files[2];
} Fixture;

static char *
in_directory(const Fixture *f, const char *name)
{
    return g_build_filename(f->directory, name, NULL);
}

static void
put(const Fixture *f, const char *name, const char *text)
{
    g_autofree char *path = in_directory(f, name);
    g_autofree char *parent = g_path_get_dirname(path);

    g_mkdir_with_parents(parent, 0755);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
on_note(const char *text G_GNUC_UNUSED, gpointer user_data)
{
    Fixture *f = user_data;

    f->n_notes++;
}

static void
setup(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *host = NULL;

    f->directory = g_dir_make_tmp("cdd-session-XXXXXX", NULL);
    f->door = session_door_new();
    host = g_strconcat("unix://", session_door_get_socket(f->door), NULL);
    f->service = cdd_service_new(&(CddConfig){.host = host}, NULL);
    f->session = cdd_build_session_new("key");
    cdd_build_session_set_note_func(f->session, on_note, f);
    f->client = grpc_client_new();
    f->fd = -1;
    g_setenv("DOCKER_CONFIG", f->directory, TRUE);
}

static void
teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const argv[] = {"rm", "-rf", f->directory, NULL};

    g_clear_pointer(&f->session, cdd_build_session_free);
    for (gsize i = 0; i < G_N_ELEMENTS(f->files); i++)
        g_clear_pointer(&f->files[i].contents, g_bytes_unref);
    grpc_client_free(f->client);
    if (f->fd >= 0)
        close(f->fd);
    g_object_unref(f->service);
    session_door_free(f->door);
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                 NULL);
    g_free(f->directory);
}

static void
open_session(Fixture *f)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_build_session_open_async(f->session, f->service->client, NULL, await_ready, &done);
    g_assert_true(cdd_build_session_open_finish(f->session, await(&done), &error));
    g_assert_no_error(error);
    f->fd = session_door_take(f->door);
    g_assert_cmpint(f->fd, >=, 0);
}

/* Sends the client's bytes and receives once. Returns FALSE at the end. */
static gboolean
exchange(Fixture *f)
{
    struct pollfd ready = {.fd = f->fd, .events = POLLIN};
    guint8 buffer[65536];
    const guint8 *data;
    gsize length;

    while ((data = grpc_client_output(f->client, &length)) != NULL && length > 0)
        g_assert_cmpint(send(f->fd, data, length, MSG_NOSIGNAL), ==, (gssize)length);
    if (poll(&ready, 1, 10) > 0) {
        gssize n = recv(f->fd, buffer, sizeof buffer, 0);

        if (n <= 0)
            return FALSE;
        g_assert_true(grpc_client_input(f->client, buffer, (gsize)n));
    }
    return TRUE;
}

static int
await_status(Fixture *f, gint32 stream)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;

    while (grpc_client_get_status(f->client, stream) == -1 && g_get_monotonic_time() < end)
        if (!exchange(f))
            break;
    return grpc_client_get_status(f->client, stream);
}

static gpointer
await_message(Fixture *f, gint32 stream, guint index, const ProtobufCMessageDescriptor *type)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;
    GPtrArray *messages = grpc_client_get_messages(f->client, stream);
    gpointer message;

    while (messages->len <= index && g_get_monotonic_time() < end)
        g_assert_true(exchange(f));
    g_assert_cmpuint(messages->len, >, index);
    message = cdd_message_unpack(type, g_bytes_get_data(messages->pdata[index], NULL),
                                 g_bytes_get_size(messages->pdata[index]));
    g_assert_nonnull(message);
    return message;
}

static void
send_message(Fixture *f, gint32 stream, const ProtobufCMessage *message)
{
    g_autoptr(GBytes) bytes = cdd_message_pack(message);

    grpc_client_send(f->client, stream, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void
test_health(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    Cdd__HealthCheckResponse *response;
    gint32 stream;

    open_session(f);
    stream = grpc_client_call(f->client, "/grpc.health.v1.Health/Check", NULL);
    grpc_client_send(f->client, stream, "", 0);
    grpc_client_end(f->client, stream);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_OK);
    response = await_message(f, stream, 0, &cdd__health_check_response__descriptor);
    g_assert_cmpint(response->status, ==, 1);
    cdd_message_free(response);
}

static void
test_head_of_request(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *head;

    g_assert_true(cdd_build_secrets_serve(f->session, NULL, NULL));
    open_session(f);
    head = session_door_get_head(f->door);
    g_assert_nonnull(strstr(head, "Upgrade: h2c\r\n"));
    g_assert_nonnull(strstr(head, cdd_build_session_get_id(f->session)));
    g_assert_nonnull(strstr(head, "X-Docker-Expose-Session-Sharedkey: key\r\n"));
    g_assert_nonnull(
        strstr(head, "X-Docker-Expose-Session-Grpc-Method: /grpc.health.v1.Health/Check\r\n"));
    g_assert_nonnull(strstr(head, "X-Docker-Expose-Session-Grpc-Method: "
                                  "/moby.buildkit.secrets.v1.Secrets/GetSecret\r\n"));
}

/* Returns the status, and the secret in *secret. */
static int
get_secret(Fixture *f, const char *id, char **secret)
{
    Cdd__GetSecretRequest request = CDD__GET_SECRET_REQUEST__INIT;
    Cdd__GetSecretResponse *response;
    /* Engines differ in the case of names. */
    gint32 stream =
        grpc_client_call(f->client, "/moby.buildkit.secrets.v1.secrets/getsecret", NULL);

    request.id = (char *)id;
    send_message(f, stream, &request.base);
    grpc_client_end(f->client, stream);
    if (await_status(f, stream) == CDD_GRPC_OK) {
        response = await_message(f, stream, 0, &cdd__get_secret_response__descriptor);
        *secret = g_strndup((const char *)response->data.data, response->data.len);
        cdd_message_free(response);
    }
    return grpc_client_get_status(f->client, stream);
}

static void
test_secrets(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = in_directory(f, "token");
    g_autofree char *large_path = in_directory(f, "large");
    g_autofree char *by_file = g_strdup_printf("id=file,src=%s", path);
    g_autofree char *large = g_strdup_printf("type=file,id=large,source=%s", large_path);
    g_autofree char *comma_path = in_directory(f, "with, comma");
    g_autofree char *quoted = g_strdup_printf("ID=quoted,\"src=%s\"", comma_path);
    g_autofree char *filler = g_strnfill(500 * 1024 + 1, 'x');
    const char *const secrets[] = {by_file,
                                   "id=variable,env=CDD_TEST_SECRET",
                                   large,
                                   "id=CDD_TEST_SECRET",
                                   "id=typed,type=env,src=CDD_TEST_SECRET",
                                   quoted,
                                   NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autofree char *third = NULL;
    g_autofree char *fourth = NULL;
    g_autofree char *fifth = NULL;
    g_autoptr(GError) fault = NULL;

    put(f, "token", "from a file\n");
    put(f, "with, comma", "from another file\n");
    put(f, "large", filler);
    g_setenv("CDD_TEST_SECRET", "from a variable", TRUE);
    g_assert_true(cdd_build_secrets_serve(f->session, secrets, &error));
    open_session(f);
    g_assert_cmpint(get_secret(f, "file", &first), ==, CDD_GRPC_OK);
    g_assert_cmpstr(first, ==, "from a file\n");
    g_assert_cmpint(get_secret(f, "variable", &second), ==, CDD_GRPC_OK);
    g_assert_cmpstr(second, ==, "from a variable");
    g_assert_cmpint(get_secret(f, "CDD_TEST_SECRET", &third), ==, CDD_GRPC_OK);
    g_assert_cmpint(get_secret(f, "typed", &fourth), ==, CDD_GRPC_OK);
    g_assert_cmpstr(fourth, ==, "from a variable");
    g_assert_cmpint(get_secret(f, "quoted", &fifth), ==, CDD_GRPC_OK);
    g_assert_cmpstr(fifth, ==, "from another file\n");
    g_assert_cmpint(get_secret(f, "other", NULL), ==, CDD_GRPC_NOT_FOUND);
    fault = cdd_build_session_dup_fault(f->session);
    g_assert_no_error(fault);

    g_assert_cmpint(get_secret(f, "large", NULL), ==, CDD_GRPC_INTERNAL);
    fault = cdd_build_session_dup_fault(f->session);
    g_assert_error(fault, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(fault->message, large_path));
    g_assert_nonnull(strstr(fault->message, "larger"));
}

static void
test_descriptions(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const struct {
        const char *kind;
        const char *text;
        const char *reason;
    } cases[] = {
        {"secret", "src=/etc/passwd", "id=NAME is missing"},
        {"secret", "id=a,src=/nonexistent/file", "/nonexistent/file cannot be read"},
        {"secret", "id=a,env=CDD_TEST_NOT_SET", "CDD_TEST_NOT_SET is not set"},
        {"secret", "id=a,file=/etc/passwd", "unknown field \"file\""},
        {"secret", "id", "not NAME=VALUE"},
        {"secret", "id=a,", "not NAME=VALUE"},
        {"secret", "\"id=a", "do not enclose a whole field"},
        {"secret", "id=a,src=\"b\"", "do not enclose a whole field"},
        {"secret", "", "id=NAME is missing"},
        {"secret", "id=a,type=stdin", "use file or env"},
        {"output", "type=tar,dest=/dev/full", "not a regular file"},
        {"ssh", "default=/etc/passwd", "not the socket of an ssh agent"},
        {"ssh", "default", "SSH_AUTH_SOCK is not set"},
        {"output", "type=oci,dest=x", "type=local"},
        {"output", "type=local", "type=local"},
        {"output", "x", "not NAME=VALUE"},
    };

    g_unsetenv("SSH_AUTH_SOCK");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const list[] = {cases[i].text, NULL};
        g_autoptr(GError) error = NULL;
        gboolean ok;

        if (g_str_equal(cases[i].kind, "secret"))
            ok = cdd_build_secrets_serve(f->session, list, &error);
        else if (g_str_equal(cases[i].kind, "ssh"))
            ok = cdd_build_ssh_serve(f->session, list, &error);
        else
            ok = cdd_file_send_serve(f->session, cases[i].text, &error) != NULL;
        g_assert_false(ok);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_nonnull(strstr(error->message, cases[i].reason));
        g_assert_nonnull(strstr(error->message, cases[i].text));
    }
}

static Cdd__CredentialsResponse *
ask_credentials(Fixture *f, const char *host)
{
    Cdd__CredentialsRequest request = CDD__CREDENTIALS_REQUEST__INIT;
    gint32 stream = grpc_client_call(f->client, "/moby.filesync.v1.Auth/Credentials", NULL);

    request.host = (char *)host;
    send_message(f, stream, &request.base);
    grpc_client_end(f->client, stream);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_OK);
    return await_message(f, stream, 0, &cdd__credentials_response__descriptor);
}

static void
test_auth(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const CddCredentials set = {
        .server_address = (char *)"set.example.org",
        .username = (char *)"user",
        .password = (char *)"word",
    };
    const struct {
        const char *host;
        const char *username;
        const char *secret;
    } cases[] = {
        {"set.example.org", "user", "word"},
        {"registry-1.docker.io", "hub", "pass"},
        {"token.example.org", "", "refresh"},
        {"other.example.org", "", ""},
    };

    put(f, "config.json",
        "{\"auths\": {\"https://index.docker.io/v1/\": {\"auth\": \"aHViOnBhc3M=\"},"
        "\"token.example.org\": {\"identitytoken\": \"refresh\"}}}");
    cdd_service_set_credentials(f->service, &set);
    cdd_build_auth_serve(f->session, cdd_service_copy_credentials(f->service));
    open_session(f);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Cdd__CredentialsResponse *response = ask_credentials(f, cases[i].host);

        g_assert_cmpstr(response->username, ==, cases[i].username);
        g_assert_cmpstr(response->secret, ==, cases[i].secret);
        cdd_message_free(response);
    }
    g_assert_cmpuint(f->n_notes, ==, 0);
}

/* Public images can be pulled even if the configuration cannot be read. */
static void
test_auth_of_broken_configuration(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    Cdd__CredentialsResponse *response;

    put(f, "config.json", "{");
    cdd_build_auth_serve(f->session, cdd_service_copy_credentials(f->service));
    open_session(f);
    response = ask_credentials(f, "registry.example.org");
    g_assert_cmpstr(response->secret, ==, "");
    cdd_message_free(response);
    while (f->n_notes == 0)
        g_main_context_iteration(NULL, TRUE);
}

static void
serve_files_of(Fixture *f, const char *directory)
{
    f->files[0] = (CddTarMember){"Dockerfile", g_bytes_new_static("FROM here\n", 10)};
    f->files[1] = (CddTarMember){"Dockerfile.dockerignore", g_bytes_new_static("a\n", 2)};
    cdd_file_sync_serve(f->session, directory, 0, f->files, G_N_ELEMENTS(f->files));
}

static void
serve_files(Fixture *f)
{
    serve_files_of(f, f->directory);
}

static void
send_packet(Fixture *f, gint32 stream, Cdd__FilePacket__Type type, guint32 id)
{
    g_autoptr(GBytes) bytes = cdd_file_packet_new(type, id);

    grpc_client_send(f->client, stream, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static gint32
begin_sync(Fixture *f, const char *const *metadata)
{
    return grpc_client_call(f->client, "/moby.filesync.v1.FileSync/DiffCopy", metadata);
}

/* Returns the names in the STATs, which are the first messages. */
static char *
told_names(Fixture *f, gint32 stream)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0;; i++) {
        Cdd__FilePacket *packet = await_message(f, stream, i, &cdd__file_packet__descriptor);
        gboolean is_last = packet->stat == NULL;

        g_assert_cmpint(packet->type, ==, CDD__FILE_PACKET__TYPE__STAT);
        if (!is_last)
            g_string_append_printf(names, "%s%s", i == 0 ? "" : " ", packet->stat->path);
        cdd_message_free(packet);
        if (is_last)
            return g_string_free(names, FALSE);
    }
}

static void
test_files(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const metadata[] = {"dir-name: context", "exclude-patterns: skip%C3%A4",
                                    "exclude-patterns-encoded: 1", NULL};
    g_autofree char *link = in_directory(f, "z");
    g_autofree char *names = NULL;
    Cdd__FilePacket *packet;
    gint32 stream;

    put(f, "a/b", "contents");
    put(f, "a.b", "");
    put(f, "skip\xc3\xa4/x", "");
    g_assert_cmpint(symlink("a", link), ==, 0);
    serve_files(f);
    open_session(f);
    stream = begin_sync(f, metadata);
    names = told_names(f, stream);
    g_assert_cmpstr(names, ==, "a a/b a.b z");

    send_packet(f, stream, CDD__FILE_PACKET__TYPE__REQ, 1);
    packet = await_message(f, stream, 5, &cdd__file_packet__descriptor);
    g_assert_cmpint(packet->type, ==, CDD__FILE_PACKET__TYPE__DATA);
    g_assert_cmpuint(packet->id, ==, 1);
    g_assert_cmpmem(packet->data.data, packet->data.len, "contents", 8);
    cdd_message_free(packet);
    packet = await_message(f, stream, 6, &cdd__file_packet__descriptor);
    g_assert_cmpint(packet->type, ==, CDD__FILE_PACKET__TYPE__DATA);
    g_assert_cmpuint(packet->data.len, ==, 0);
    cdd_message_free(packet);
    send_packet(f, stream, CDD__FILE_PACKET__TYPE__FIN, 0);
    packet = await_message(f, stream, 7, &cdd__file_packet__descriptor);
    g_assert_cmpint(packet->type, ==, CDD__FILE_PACKET__TYPE__FIN);
    cdd_message_free(packet);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_OK);
}

static void
test_dockerfile_in_memory(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const metadata[] = {"dir-name: dockerfile", "followpaths: Dockerfile", NULL};
    g_autofree char *names = NULL;
    Cdd__FilePacket *packet;
    gint32 stream;

    put(f, "Dockerfile", "FROM elsewhere\n");
    serve_files(f);
    open_session(f);
    stream = begin_sync(f, metadata);
    names = told_names(f, stream);
    g_assert_cmpstr(names, ==, "Dockerfile Dockerfile.dockerignore");
    send_packet(f, stream, CDD__FILE_PACKET__TYPE__REQ, 0);
    packet = await_message(f, stream, 3, &cdd__file_packet__descriptor);
    g_assert_cmpmem(packet->data.data, packet->data.len, "FROM here\n", 10);
    cdd_message_free(packet);
}

static void
test_no_directory(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const context[] = {"dir-name: context", "followpaths: a", NULL};
    const char *const dockerfile[] = {"dir-name: dockerfile", NULL};
    g_autofree char *names = NULL;
    g_autofree char *definition = NULL;
    Cdd__FilePacket *packet;
    gint32 stream;

    serve_files_of(f, NULL);
    open_session(f);
    definition = told_names(f, begin_sync(f, dockerfile));
    g_assert_cmpstr(definition, ==, "Dockerfile Dockerfile.dockerignore");
    stream = begin_sync(f, context);
    names = told_names(f, stream);
    g_assert_cmpstr(names, ==, "");
    send_packet(f, stream, CDD__FILE_PACKET__TYPE__FIN, 0);
    packet = await_message(f, stream, 1, &cdd__file_packet__descriptor);
    g_assert_cmpint(packet->type, ==, CDD__FILE_PACKET__TYPE__FIN);
    cdd_message_free(packet);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_OK);
}

/* A request for anything but a file of the transfer is refused. */
static void
test_bad_requests(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const context[] = {"dir-name: context", NULL};
    const char *const other[] = {"dir-name: /etc", NULL};
    gint32 streams[3];

    put(f, "a/b", "contents");
    serve_files(f);
    open_session(f);
    g_assert_cmpint(await_status(f, begin_sync(f, other)), ==, CDD_GRPC_NOT_FOUND);
    g_assert_cmpint(await_status(f, begin_sync(f, NULL)), ==, CDD_GRPC_NOT_FOUND);
    for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
        g_autofree char *names = NULL;

        streams[i] = begin_sync(f, context);
        names = told_names(f, streams[i]);
    }
    send_packet(f, streams[0], CDD__FILE_PACKET__TYPE__REQ, 0); /* a directory */
    send_packet(f, streams[1], CDD__FILE_PACKET__TYPE__REQ, 77);
    grpc_client_send(f->client, streams[2], "\xff\xff", 2);
    for (gsize i = 0; i < G_N_ELEMENTS(streams); i++)
        g_assert_cmpint(await_status(f, streams[i]), ==, CDD_GRPC_INVALID_ARGUMENT);
}

static void
test_file_that_changes(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const metadata[] = {"dir-name: context", NULL};
    g_autofree char *names = NULL;
    g_autoptr(GError) fault = NULL;
    gint32 stream;

    put(f, "a", "contents");
    serve_files(f);
    open_session(f);
    stream = begin_sync(f, metadata);
    names = told_names(f, stream);
    put(f, "a", "longer contents");
    send_packet(f, stream, CDD__FILE_PACKET__TYPE__REQ, 0);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_INTERNAL);
    fault = cdd_build_session_dup_fault(f->session);
    g_assert_error(fault, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(fault->message, "/a: it changed"));
}

static gint32
begin_output(Fixture *f, const char *type, const char *name)
{
    g_autofree char *dest = in_directory(f, name);
    g_autofree char *description = g_strdup_printf("type=%s,dest=%s", type, dest);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(cdd_file_send_serve(f->session, description, &error), ==, type);
    open_session(f);
    return grpc_client_call(f->client, "/moby.filesync.v1.FileSend/DiffCopy", NULL);
}

static void
send_stat(Fixture *f, gint32 stream, const char *name, guint32 mode, const char *link)
{
    Cdd__FilePacket packet = CDD__FILE_PACKET__INIT;
    Cdd__FileStat stat = CDD__FILE_STAT__INIT;

    stat.path = (char *)name;
    stat.mode = mode;
    stat.linkname = (char *)link;
    stat.mod_time = 1000000000;
    packet.stat = &stat;
    send_message(f, stream, &packet.base);
}

static void
send_data(Fixture *f, gint32 stream, guint32 id, const char *text)
{
    Cdd__FilePacket packet = CDD__FILE_PACKET__INIT;

    packet.type = CDD__FILE_PACKET__TYPE__DATA;
    packet.id = id;
    packet.data.data = (guint8 *)text;
    packet.data.len = strlen(text);
    send_message(f, stream, &packet.base);
}

#define DIRECTORY ((1U << 31) | 0755)
#define LINK ((1U << 27) | 0777)
#define SET_UID (1U << 23)

static void
test_output_directory(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = begin_output(f, "local", "out");
    g_autofree char *path = in_directory(f, "out/d/file");
    g_autofree char *link = in_directory(f, "out/d/link");
    g_autofree char *target = NULL;
    g_autofree char *text = NULL;
    Cdd__FilePacket *packet;
    GStatBuf status;

    send_stat(f, stream, "d", DIRECTORY, "");
    send_stat(f, stream, "d/file", 0755 | SET_UID, "");
    send_stat(f, stream, "d/link", LINK, "/etc/passwd");
    send_packet(f, stream, CDD__FILE_PACKET__TYPE__STAT, 0);
    packet = await_message(f, stream, 0, &cdd__file_packet__descriptor);
    g_assert_cmpint(packet->type, ==, CDD__FILE_PACKET__TYPE__REQ);
    g_assert_cmpuint(packet->id, ==, 1);
    cdd_message_free(packet);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    send_data(f, stream, 1, "written");
    send_data(f, stream, 1, "");
    packet = await_message(f, stream, 1, &cdd__file_packet__descriptor);
    g_assert_cmpint(packet->type, ==, CDD__FILE_PACKET__TYPE__FIN);
    cdd_message_free(packet);
    send_packet(f, stream, CDD__FILE_PACKET__TYPE__FIN, 0);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_OK);

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "written");
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 07777, ==, 0755);
    g_assert_cmpint(status.st_mtime, ==, 1);
    target = g_file_read_link(link, NULL);
    g_assert_cmpstr(target, ==, "/etc/passwd");
}

/* No name leads out of the directory, whatever the engine says. */
static void
test_output_that_breaks_out(Fixture *f, gconstpointer data)
{
    const char *name = data;
    gint32 stream = begin_output(f, "local", "out");
    g_autofree char *outside = in_directory(f, "outside");
    g_autofree char *victim = in_directory(f, "outside/x");
    g_autofree char *sibling = in_directory(f, "x");
    g_autoptr(GError) fault = NULL;

    g_mkdir(outside, 0755);
    send_stat(f, stream, "link", LINK, outside);
    send_stat(f, stream, name, 0644, "");
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_INTERNAL);
    g_assert_false(g_file_test(victim, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(sibling, G_FILE_TEST_EXISTS));
    fault = cdd_build_session_dup_fault(f->session);
    g_assert_error(fault, CDD_ERROR, CDD_ERROR_FAILED);
}

static void
test_output_not_asked_for(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = begin_output(f, "local", "out");

    send_data(f, stream, 3, "written");
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_INTERNAL);
}

static void
send_bytes(Fixture *f, gint32 stream, const char *text)
{
    Cdd__BytesMessage message = CDD__BYTES_MESSAGE__INIT;

    message.data.data = (guint8 *)text;
    message.data.len = strlen(text);
    send_message(f, stream, &message.base);
}

static void
test_output_archive(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = begin_output(f, "tar", "new/out.tar");
    g_autofree char *path = in_directory(f, "new/out.tar");
    g_autofree char *text = NULL;

    send_bytes(f, stream, "some ");
    send_bytes(f, stream, "bytes");
    grpc_client_end(f->client, stream);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_OK);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "some bytes");
}

/* An incomplete archive is removed, under its final and its temporary name. */
static void
test_output_archive_that_ends_early(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = begin_output(f, "tar", "new/out.tar");
    g_autofree char *directory = in_directory(f, "new");
    gint64 end = g_get_monotonic_time() + G_USEC_PER_SEC / 5;
    g_autoptr(GDir) listing = NULL;

    send_bytes(f, stream, "some ");
    while (g_get_monotonic_time() < end)
        g_assert_true(exchange(f));
    g_clear_pointer(&f->session, cdd_build_session_free);
    listing = g_dir_open(directory, 0, NULL);
    g_assert_nonnull(listing);
    g_assert_null(g_dir_read_name(listing));
}

static void
test_agent(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const metadata[] = {"buildkit.ssh.id: mine", NULL};
    g_autofree char *path = in_directory(f, "agent");
    g_autofree char *description = g_strconcat("mine=", path, NULL);
    const char *const list[] = {description, NULL};
    g_autoptr(GSocket) agent =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocket) accepted = NULL;
    Cdd__BytesMessage *message;
    char heard[16] = "";
    gint32 stream;

    g_assert_true(g_socket_bind(agent, address, FALSE, NULL));
    g_assert_true(g_socket_listen(agent, NULL));
    g_assert_true(cdd_build_ssh_serve(f->session, list, NULL));
    open_session(f);
    stream = grpc_client_call(f->client, "/moby.sshforward.v1.SSH/ForwardAgent", metadata);
    send_bytes(f, stream, "question");
    g_assert_true(exchange(f));
    accepted = g_socket_accept(agent, NULL, NULL);
    g_assert_cmpint(g_socket_receive(accepted, heard, sizeof heard, NULL, NULL), ==, 8);
    g_assert_cmpstr(heard, ==, "question");
    g_assert_cmpint(g_socket_send(accepted, "answer", 6, NULL, NULL), ==, 6);
    message = await_message(f, stream, 0, &cdd__bytes_message__descriptor);
    g_assert_cmpmem(message->data.data, message->data.len, "answer", 6);
    cdd_message_free(message);

    /* The end is passed on in both directions. */
    grpc_client_end(f->client, stream);
    g_assert_true(exchange(f));
    g_assert_cmpint(g_socket_receive(accepted, heard, sizeof heard, NULL, NULL), ==, 0);
    g_socket_close(accepted, NULL);
    g_assert_cmpint(await_status(f, stream), ==, CDD_GRPC_OK);
}

static void
test_engine_goes(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream;

    serve_files(f);
    open_session(f);
    stream = grpc_client_call(f->client, "/moby.filesync.v1.FileSync/DiffCopy",
                              (const char *const[]){"dir-name: context", NULL});
    g_assert_true(exchange(f));
    g_assert_cmpint(stream, >, 0);
    close(f->fd);
    f->fd = -1;
}

int
main(int argc, char **argv)
{
    const struct {
        const char *path;
        void (*func)(Fixture *f, gconstpointer data);
        gconstpointer data;
    } tests[] = {
        {"/build-session/health", test_health, NULL},
        {"/build-session/head-of-request", test_head_of_request, NULL},
        {"/build-session/secrets", test_secrets, NULL},
        {"/build-session/descriptions", test_descriptions, NULL},
        {"/build-session/auth", test_auth, NULL},
        {"/build-session/auth-of-broken-configuration", test_auth_of_broken_configuration, NULL},
        {"/build-session/files", test_files, NULL},
        {"/build-session/dockerfile-in-memory", test_dockerfile_in_memory, NULL},
        {"/build-session/no-directory", test_no_directory, NULL},
        {"/build-session/bad-requests", test_bad_requests, NULL},
        {"/build-session/file-that-changes", test_file_that_changes, NULL},
        {"/build-session/output-directory", test_output_directory, NULL},
        {"/build-session/output-above", test_output_that_breaks_out, "../x"},
        {"/build-session/output-absolute", test_output_that_breaks_out, "/tmp/x"},
        {"/build-session/output-above-from-below", test_output_that_breaks_out, "link/../../x"},
        {"/build-session/output-through-link", test_output_that_breaks_out, "link/x"},
        {"/build-session/output-without-name", test_output_that_breaks_out, ""},
        {"/build-session/output-not-asked-for", test_output_not_asked_for, NULL},
        {"/build-session/output-archive", test_output_archive, NULL},
        {"/build-session/output-archive-that-ends-early", test_output_archive_that_ends_early,
         NULL},
        {"/build-session/agent", test_agent, NULL},
        {"/build-session/engine-goes", test_engine_goes, NULL},
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, tests[i].data, setup, tests[i].func, teardown);
    return g_test_run();
}
