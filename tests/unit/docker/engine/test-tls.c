/* SPDX-License-Identifier: Apache-2.0 */
/* Tests TLS with real certificates: what works, and which file an error names. */
#include "await.h"
#include "canned-server.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define ENGINE_ANSWER                                                                              \
    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n"                   \
    "Content-Length: 0\r\n\r\n"

/*
 * The working directory of all tests. "ours" and "theirs" are authorities; "engine", "elsewhere"
 * (for another host), "old" (expired) and "client" have certificates of ours.
 */
static char *directory;

static void
run_shell(const char *script)
{
    g_autofree char *command = g_strdup_printf("set -eu; cd '%s'; %s", directory, script);
    const char *const arguments[] = {"sh", "-c", command, NULL};
    g_autofree char *said = NULL;
    GError *error = NULL;
    int status;

    g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said,
                 &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_test_message("%s", said);
    g_assert_cmpint(status, ==, 0);
}

static void
make_certificates(void)
{
    run_shell("authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$1"
              "  -keyout $1-key.pem -out $1.pem; }\n"
              "certificate() { name=$1; shift; printf '%s\\n' \"$1\" >extensions; shift\n"
              "  openssl req -newkey rsa:2048 -nodes -subj /CN=$name -keyout $name-key.pem"
              "  -out $name.csr\n"
              "  openssl x509 -req -in $name.csr -CA ours.pem -CAkey ours-key.pem -CAcreateserial"
              "  -extfile extensions -out $name.pem \"$@\"; }\n"
              "authority ours; authority theirs\n"
              "certificate engine subjectAltName=IP:127.0.0.1 -days 2\n"
              "certificate elsewhere subjectAltName=DNS:elsewhere.example -days 2\n"
              "certificate old subjectAltName=IP:127.0.0.1 -days -1\n"
              "certificate client extendedKeyUsage=clientAuth -days 2");
}

/* A server with the certificate @name; @demands: of its clients too. */
static CannedServer *
serve(const char *name, gboolean demands)
{
    g_autofree char *cert = g_strdup_printf("%s/%s.pem", directory, name);
    g_autofree char *key = g_strdup_printf("%s/%s-key.pem", directory, name);
    g_autofree char *ca = g_build_filename(directory, "ours.pem", NULL);
    GError *error = NULL;
    g_autoptr(GTlsCertificate) certificate = g_tls_certificate_new_from_files(cert, key, &error);
    g_autoptr(GTlsDatabase) authority = NULL;

    g_assert_no_error(error);
    if (demands)
        authority = g_tls_file_database_new(ca, &error);
    g_assert_no_error(error);
    return canned_server_new(ENGINE_ANSWER, &(CannedTls){certificate, authority});
}

static void
connect_with(CannedServer *server, const char *cert_path, GError **error)
{
    CddConfig config = {.host = canned_server_get_place(server), .cert_path = cert_path};
    g_autoptr(CddService) service = cdd_service_new(&config, error);
    g_autoptr(GAsyncResult) done = NULL;

    g_assert_nonnull(service);
    cdd_service_start_container_async(service, "abc", NULL, await_ready, &done);
    cdd_service_start_container_finish(service, await(&done), error);
}

/* The files are made by a script in the working directory. */
static void
test_certificates_of_a_relative_directory_work(void)
{
    g_autoptr(CannedServer) server = serve("engine", TRUE);
    GError *error = NULL;

    run_shell("mkdir good; cp ours.pem good/ca.pem; cp client.pem good/cert.pem;"
              "cp client-key.pem good/key.pem");
    connect_with(server, "good", &error);
    g_assert_no_error(error);
    connect_with(server, "./good/../good", &error);
    g_assert_no_error(error);
    g_setenv("DOCKER_CERT_PATH", "good", TRUE);
    g_setenv("DOCKER_TLS_VERIFY", "1", TRUE);
    connect_with(server, NULL, &error);
    g_assert_no_error(error);
    g_unsetenv("DOCKER_CERT_PATH");
    g_unsetenv("DOCKER_TLS_VERIFY");
}

static void
test_an_error_names_the_file_at_fault(void)
{
    static const struct {
        const char *server;
        gboolean demands;
        const char *script; /* makes the directory "certs" */
        const char *said;   /* @ stands for the directory "certs" */
    } rows[] = {
        {"engine", FALSE, "cp theirs.pem certs/ca.pem",
         "the engine's certificate is not signed by the authority in @/ca.pem"},
        {"engine", FALSE, ":",
         "is not signed by an authority that this system knows, and "
         "@/ca.pem does not exist; put the engine's authority there"},
        {"engine", FALSE, "rmdir certs", "@/ca.pem does not exist"},
        {"engine", FALSE, "echo junk >certs/ca.pem", "reading @/ca.pem: "},
        {"elsewhere", FALSE, "cp ours.pem certs/ca.pem",
         "the engine's certificate is for another name than 127.0.0.1"},
        {"old", FALSE, "cp ours.pem certs/ca.pem", "the engine's certificate has expired"},
        {"engine", TRUE, "cp ours.pem certs/ca.pem",
         " a client's certificate, and @/cert.pem does not exist"},
        {"engine", TRUE, "cp ours.pem certs/ca.pem; cp client.pem certs/cert.pem",
         "@/key.pem does not exist, but cert.pem does; a client's certificate needs both"},
        {"engine", TRUE, "cp ours.pem certs/ca.pem; cp client-key.pem certs/key.pem",
         "@/cert.pem does not exist, but key.pem does; a client's certificate needs both"},
        {"engine", TRUE,
         "cp ours.pem certs/ca.pem; cp client.pem certs/cert.pem; echo junk >certs/key.pem",
         "reading @/cert.pem and @/key.pem: "},
        {"elsewhere", FALSE, "rmdir certs", "the directory of certificates, @, does not exist"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CannedServer) server = serve(rows[i].server, rows[i].demands);
        g_autofree char *script = g_strdup_printf("rm -rf certs; mkdir certs; %s", rows[i].script);
        g_autofree char *certs = g_build_filename(directory, "certs", NULL);
        g_autoptr(GString) said = g_string_new(rows[i].said);
        g_autoptr(GError) error = NULL;

        run_shell(script);
        g_string_replace(said, "@", certs, 0);
        connect_with(server, "certs", &error);
        g_test_message("%s", error->message);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
        g_assert_nonnull(strstr(error->message, said->str));
    }
}

static void
test_a_server_without_tls_is_suspected(void)
{
    g_autoptr(CannedServer) server = canned_server_new(ENGINE_ANSWER, NULL);
    g_autoptr(GError) error = NULL;

    run_shell("rm -rf certs; mkdir certs");
    connect_with(server, "certs", &error);
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_nonnull(strstr(error->message, "(check that the engine uses TLS at this port)"));
}

static void
test_without_verification_any_certificate_will_do(void)
{
    g_autoptr(CannedServer) server = serve("elsewhere", FALSE);
    GError *error = NULL;

    run_shell("rm -rf certs; mkdir certs; cp theirs.pem certs/ca.pem");
    g_setenv("DOCKER_CERT_PATH", "certs", TRUE);
    g_setenv("DOCKER_TLS", "1", TRUE);
    connect_with(server, NULL, &error);
    g_assert_no_error(error);
    g_unsetenv("DOCKER_CERT_PATH");
    g_unsetenv("DOCKER_TLS");
}

static gboolean
is_possible(void)
{
    g_autofree char *openssl = g_find_program_in_path("openssl");

    return openssl != NULL && g_tls_backend_supports_tls(g_tls_backend_get_default());
}

int
main(int argc, char **argv)
{
    g_autofree char *command = NULL;
    int failed;

    g_test_init(&argc, &argv, NULL);
    if (!is_possible()) {
        g_print("1..0 # SKIP needs openssl and glib-networking\n");
        return 0;
    }
    directory = g_dir_make_tmp("cdd-tls-XXXXXX", NULL);
    g_assert_cmpint(g_chdir(directory), ==, 0);
    g_unsetenv("DOCKER_CERT_PATH");
    g_unsetenv("DOCKER_TLS");
    g_unsetenv("DOCKER_TLS_VERIFY");
    make_certificates();
    g_test_add_func("/tls/certificates-of-a-relative-directory-work",
                    test_certificates_of_a_relative_directory_work);
    g_test_add_func("/tls/an-error-names-the-file-at-fault", test_an_error_names_the_file_at_fault);
    g_test_add_func("/tls/a-server-without-tls-is-suspected",
                    test_a_server_without_tls_is_suspected);
    g_test_add_func("/tls/without-verification-any-certificate-will-do",
                    test_without_verification_any_certificate_will_do);
    failed = g_test_run();
    command = g_strdup_printf("rm -rf '%s'", directory);
    g_assert_cmpint(system(command), ==, 0);
    return failed;
}
