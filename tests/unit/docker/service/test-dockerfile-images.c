/* SPDX-License-Identifier: Apache-2.0 */
/* Tests which images a Dockerfile names, and the credentials sent for their registries. */
#include "api/service.h"
#include "await.h"
#include "engine/credentials.h"
#include "service/registry-config.h"
#include "value/dockerfile-images.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib/gstdio.h>
#include <string.h>

static void
test_images(void)
{
    const struct {
        const char *text;
        const char *images;
    } cases[] = {
        {"FROM a\n", "a"},
        {"from a AS one\nFROM one\nFROM b:2\nCOPY --from=one / /\n", "a b:2"},
        {"FROM --platform=linux/arm64 \t reg.example.org:5000/x/y@sha256:00\r\n",
         "reg.example.org:5000/x/y@sha256:00"},
        {"FROM a\nCOPY --chown=1:1 --from=b /x /y\nCOPY --from=0 / /\nCOPY x --from=c\n", "a b"},
        {"ARG BASE\nFROM ${BASE}\nFROM scratch\nFROM a\nFROM a\n", "a"},
        {"# FROM a\nRUN echo FROM b\n  FROM c\n", "c"},
        {"FROM\nFROM --platform=x\nFROM a as\nCOPY\nCOPY --from=\n", "a"},
        {"FROM 127.0.0.1:5000/x\nCOPY --from=12 / /\n", "127.0.0.1:5000/x"},
        {"ARG BASE=a:1\nARG TAG=\"2\"\nFROM ${BASE}\nFROM b:$TAG\n", "a:1 b:2"},
        {"ARG GIVEN=other\nFROM $GIVEN\nFROM ${GIVEN}/y:$NONE\nFROM ${GIVEN:-z}\nFROM $\n",
         "given.example.org/x"},
        {"", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        static const char *const build_args[] = {"GIVEN=given.example.org/x", NULL};
        g_auto(GStrv) images = cdd_dockerfile_images(cases[i].text, build_args);
        g_autofree char *joined = g_strjoinv(" ", images);

        g_assert_cmpstr(joined, ==, cases[i].images);
    }
}

static char *
config_of(CddService *service, const char *dockerfile)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;
    char *header;

    cdd_registry_config_async(service, dockerfile, -1, NULL, NULL, await_ready, &done);
    header = cdd_registry_config_finish(await(&done), &error);
    g_assert_no_error(error);
    return header;
}

static void
test_registry_config(void)
{
    const CddCredentials set = {
        .server_address = (char *)"set.example.org",
        .username = (char *)"user",
        .password = (char *)"~?>>~?",
    };
    g_autoptr(CddService) service =
        cdd_service_new(&(CddConfig){.host = "unix:///nonexistent"}, NULL);
    g_autofree char *nothing = config_of(service, "FROM other.example.org/x\n");
    char *header;
    g_autofree guchar *json = NULL;
    gsize length;
    g_autofree char *text = NULL;

    g_assert_null(nothing);
    g_setenv("DOCKER_AUTH_CONFIG",
             "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":"
             "\"aHViOnBhc3M=\"}}}",
             TRUE);
    cdd_service_set_credentials(service, &set);
    header = config_of(service, "FROM set.example.org/x\nFROM ubuntu\nFROM other.example.org/y\n"
                                "FROM set.example.org/z\n");
    /* Engines accept only base64url. */
    g_assert_null(strpbrk(header, "+/"));
    g_strdelimit(header, "-", '+');
    g_strdelimit(header, "_", '/');
    json = g_base64_decode(header, &length);
    text = g_strndup((const char *)json, length);
    g_assert_cmpstr(text, ==,
                    "{\"set.example.org\":{\"username\":\"user\",\"password\":\"~?>>~?\","
                    "\"serveraddress\":\"set.example.org\"},\"https://index.docker.io/v1/\":"
                    "{\"username\":\"hub\",\"password\":\"pass\",\"serveraddress\":"
                    "\"https://index.docker.io/v1/\"}}");
    cdd_secret_free(header);
}

int
main(int argc, char **argv)
{
    g_autofree char *directory = g_dir_make_tmp("cdd-config-XXXXXX", NULL);
    int status;

    /* Ignore the user's own configuration. */
    g_setenv("DOCKER_CONFIG", directory, TRUE);
    g_unsetenv("DOCKER_AUTH_CONFIG");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dockerfile/images", test_images);
    g_test_add_func("/dockerfile/registry-config", test_registry_config);
    status = g_test_run();
    g_rmdir(directory);
    return status;
}
