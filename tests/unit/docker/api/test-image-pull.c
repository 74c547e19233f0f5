/* SPDX-License-Identifier: Apache-2.0 */
/* Pulls and pushes on an engine that passes on what a registry said. */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/image-pull/a-registry-s-refusal-is-unauthorized-however-the-engine-says-it",
                    test_a_registry_s_refusal_is_unauthorized_however_the_engine_says_it);
    return g_test_run();
}
