/* SPDX-License-Identifier: Apache-2.0 */
/* Pulls, pushes, inquiries and logins on an engine that passes on what a registry said. */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib/gstdio.h>

/* The error of pulling or pushing an image, when the engine gives this answer. */
static GError *
fault_of(gboolean is_push, const char *status, const char *body)
{
    const FakeAnswer answers[] = {
        {is_push ? "POST /images/reg.example/a/push" : "POST /images/create", .status = status,
         .body = body},
        {NULL},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    CddConfig config = {.socket_path = fake_engine_get_socket(engine)};
    g_autoptr(CddService) service = cdd_service_new(&config, NULL);
    CddCredentials nobody = {.server_address = (char *)"reg.example"};
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_set_credentials(service, &nobody);
    if (is_push) {
        cdd_service_push_image_async(service, "reg.example/a:1", NULL, NULL, await_ready, &done);
        g_assert_false(cdd_service_push_image_finish(service, await(&done), &error));
    } else {
        cdd_service_pull_image_async(service, "reg.example/a:1", NULL, NULL, NULL, await_ready,
                                     &done);
        g_assert_false(cdd_service_pull_image_finish(service, await(&done), &error));
    }
    g_test_message("%s", error->message);
    return error;
}

static void
test_a_registry_s_refusal_is_unauthorized_however_the_engine_says_it(void)
{
    static const struct {
        const char *status;
        const char *body;
        CddError code;
    } rows[] = {
        {"200 OK",
         "{\"status\":\"Pulling\"}\r\n"
         "{\"errorDetail\":{\"message\":\"unauthorized: authentication "
         "required\"},\"error\":\"…\"}",
         CDD_ERROR_UNAUTHORIZED},
        {"200 OK", "{\"error\":\"no basic auth credentials\"}", CDD_ERROR_UNAUTHORIZED},
        {"404 Not Found",
         "{\"message\":\"pull access denied for reg.example/a, repository does not exist\"}",
         CDD_ERROR_UNAUTHORIZED},
        {"500 Internal Server Error",
         "{\"message\":\"reading manifest 1 in reg.example/a: authentication required\"}",
         CDD_ERROR_UNAUTHORIZED},
        {"200 OK", "{\"error\":\"no space left on device\"}", CDD_ERROR_FAILED},
        {"404 Not Found", "{\"message\":\"manifest unknown\"}", CDD_ERROR_IMAGE_NOT_FOUND},
        {"500 Internal Server Error", "{\"message\":\"manifest unknown\"}", CDD_ERROR_FAILED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) of_pull = fault_of(FALSE, rows[i].status, rows[i].body);
        g_autoptr(GError) of_push = fault_of(TRUE, rows[i].status, rows[i].body);

        g_assert_error(of_pull, CDD_ERROR, (int)rows[i].code);
        g_assert_error(of_push, CDD_ERROR, (int)rows[i].code);
    }
}

static CddService *
service_of(FakeEngine *engine)
{
    return cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(engine)}, NULL);
}

/* What Podman says of a wrong password. */
static void
test_a_refused_login_is_unauthorized(void)
{
    static const FakeAnswer answers[] = {
        {"POST /auth", .status = "500 Internal Server Error",
         .body = "{\"message\":\"login attempt to https://reg.example/v2/ failed with status: 401 "
                 "Unauthorized\"}"},
        {NULL},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(CddService) service = service_of(engine);
    CddCredentials wrong = {.server_address = (char *)"reg.example",
                            .username = (char *)"me",
                            .password = (char *)"wrong"};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_login_async(service, &wrong, NULL, await_ready, &done);
    g_assert_false(cdd_service_login_finish(service, await(&done), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_UNAUTHORIZED);
}

static void
test_a_refused_inquiry_is_unauthorized(void)
{
    static const FakeAnswer answers[] = {
        {"GET /distribution/reg.example/a:1/json", .status = "500 Internal Server Error",
         .body = "{\"message\":\"unauthorized: authentication required\"}"},
        {NULL},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(CddService) service = service_of(engine);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_set_credentials(service,
                                &(CddCredentials){.server_address = (char *)"reg.example"});
    cdd_service_inspect_distribution_async(service, "reg.example/a:1", NULL, await_ready, &done);
    g_assert_null(cdd_service_inspect_distribution_finish(service, await(&done), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_UNAUTHORIZED);
}

/* Both say the same of a credential helper that is broken. */
static void
test_a_failed_lookup_is_a_hint(void)
{
    static const FakeAnswer answers[] = {
        {"POST /images/create", .status = "500 Internal Server Error",
         .body = "{\"message\":\"no\"}"},
        {"GET /distribution/reg.example/a:1/json", .status = "500 Internal Server Error",
         .body = "{\"message\":\"no\"}"},
        {NULL},
    };
    static const char hint[] = "(no credentials were sent, because looking them up failed: ";
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(CddService) service = service_of(engine);
    g_autoptr(GAsyncResult) pulled = NULL;
    g_autoptr(GAsyncResult) inspected = NULL;
    g_autoptr(GError) of_pull = NULL;
    g_autoptr(GError) of_inquiry = NULL;

    cdd_service_pull_image_async(service, "reg.example/a:1", NULL, NULL, NULL, await_ready,
                                 &pulled);
    g_assert_false(cdd_service_pull_image_finish(service, await(&pulled), &of_pull));
    cdd_service_inspect_distribution_async(service, "reg.example/a:1", NULL, await_ready,
                                           &inspected);
    g_assert_null(cdd_service_inspect_distribution_finish(service, await(&inspected), &of_inquiry));
    g_test_message("%s; %s", of_pull->message, of_inquiry->message);
    g_assert_nonnull(g_strstr_len(of_pull->message, -1, hint));
    g_assert_nonnull(g_strstr_len(of_inquiry->message, -1, hint));
}

/* It answers for a registry that this machine's files may have credentials for. */
static void
test_a_mock_engine_gets_no_credentials_of_this_machine(void)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddService *service = cdd_mock_engine_get_service(engine);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_inspect_distribution_async(service, "reg.example/a:1", NULL, await_ready, &done);
    g_assert_null(cdd_service_inspect_distribution_finish(service, await(&done), &error));
    g_test_message("%s", error->message);
    g_assert_null(g_strstr_len(error->message, -1, "docker-credential-not-there"));
}

int
main(int argc, char **argv)
{
    g_autofree char *directory = g_dir_make_tmp("image-pull-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "config.json", NULL);
    int code;

    /* Before there are threads. */
    g_assert_true(g_file_set_contents(path, "{\"credsStore\":\"not-there\"}", -1, NULL));
    g_setenv("DOCKER_CONFIG", directory, TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/image-pull/a-registry-s-refusal-is-unauthorized-however-the-engine-says-it",
                    test_a_registry_s_refusal_is_unauthorized_however_the_engine_says_it);
    g_test_add_func("/image-pull/a-refused-login-is-unauthorized",
                    test_a_refused_login_is_unauthorized);
    g_test_add_func("/image-pull/a-refused-inquiry-is-unauthorized",
                    test_a_refused_inquiry_is_unauthorized);
    g_test_add_func("/image-pull/a-failed-lookup-is-a-hint", test_a_failed_lookup_is_a_hint);
    g_test_add_func("/image-pull/a-mock-engine-gets-no-credentials-of-this-machine",
                    test_a_mock_engine_gets_no_credentials_of_this_machine);
    code = g_test_run();
    g_unlink(path);
    g_rmdir(directory);
    return code;
}
