/* SPDX-License-Identifier: Apache-2.0 */
#include "value/registry-refusal.h"

static void
test_refusals_are_known_in_the_words_of_each_engine(void)
{
    static const char *const refusals[] = {
        /* Docker. */
        "unauthorized: authentication required",
        "no basic auth credentials",
        "Get \"http://localhost:5000/v2/\": no basic auth credentials",
        "Head \"https://reg.example/v2/a/manifests/1\": unauthorized: incorrect password",
        "denied: requested access to the resource is denied",
        "denied: Your authorization token has expired. Reauthenticate and try again.",
        "pull access denied for a/b, repository does not exist or may require 'docker login'",
        "errors: denied: access forbidden unauthorized: authentication required",
        "login attempt to http://localhost:5000/v2/ failed with status: 401 Unauthorized",
        "received unexpected HTTP status: 403 Forbidden",
        "error parsing HTTP 403 response body: unexpected end of JSON input: \"\"",
        /* Docker with the image store of containerd. */
        "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
        "failed to resolve reference \"reg.example/a:1\": pull access denied, repository does not "
        "exist or may require authorization: authorization failed: no basic auth credentials",
        "server message: insufficient_scope: authorization failed",
        /* Podman. */
        "initializing source docker://localhost:5000/a:1: reading manifest 1 in localhost:5000/a: "
        "authentication required",
        "initializing source docker://reg.example/a:1: unable to retrieve auth token: invalid "
        "username/password: unauthorized: incorrect username or password",
        "Requesting bearer token: invalid status code from registry 403 (Forbidden)",
        "unable to retrieve auth token: invalid status code from registry 401 (Unauthorized)",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_test_message("%s", refusals[i]);
        g_assert_true(cdd_registry_refused(refusals[i]));
    }
}

static void
test_other_failures_are_no_refusals(void)
{
    static const char *const others[] = {
        "",
        "manifest for localhost:5000/unauthorized:denied not found: manifest unknown",
        "open /var/lib/docker/tmp/x: permission denied",
        "mkdir /var/lib/docker/tmp: permission denied: read-only file system",
        "Get \"https://reg.example/v2/\": Proxy Authentication Required",
        "Get \"https://reg.example/v2/\": dial tcp 10.0.0.1:443: connect: connection refused",
        "toomanyrequests: You have reached your pull rate limit",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_test_message("%s", others[i]);
        g_assert_false(cdd_registry_refused(others[i]));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/registry-refusal/refusals-are-known-in-the-words-of-each-engine",
                    test_refusals_are_known_in_the_words_of_each_engine);
    g_test_add_func("/registry-refusal/other-failures-are-no-refusals",
                    test_other_failures_are_no_refusals);
    return g_test_run();
}
