/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

static void
assert_list(const char *const *list, const char *joined)
{
    g_autofree char *text = list == NULL ? NULL : g_strjoinv(" ", (char **)list);

    g_assert_cmpstr(text, ==, joined);
}

static void
test_what_docker_takes_is_taken(void)
{
    static const struct {
        const char *text;
        int count;
        const char *driver;
        const char *device_ids;
        const char *capabilities;
        const char *options;
    } rows[] = {
        {"all", -1, NULL, NULL, "gpu", NULL},
        {"2", 2, NULL, NULL, "gpu", NULL},
        {"count=all", -1, NULL, NULL, "gpu", NULL},
        {"count=-1", -1, NULL, NULL, "gpu", NULL},
        {"device=0", 0, NULL, "0", "gpu", NULL},
        {"\"device=0,1\"", 0, NULL, "0 1", "gpu", NULL},
        {"device=GPU-3a23c669", 0, NULL, "GPU-3a23c669", "gpu", NULL},
        {"driver=nvidia", 1, "nvidia", NULL, "gpu", NULL},
        {"driver=cdi,device=nvidia.com/gpu=all", 0, "cdi", "nvidia.com/gpu=all", "gpu", NULL},
        {"all,capabilities=utility", -1, NULL, NULL, "utility gpu", NULL},
        {"all,\"capabilities=compute,utility\"", -1, NULL, NULL, "compute utility gpu", NULL},
        {"1,\"options=a=b,c=\"\"d\"\"\"", 1, NULL, NULL, "gpu", "a=b c=\"d\""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CddDeviceRequest) request = cdd_device_request_parse_gpus(rows[i].text, &error);
        g_autoptr(CddDeviceRequest) copy = NULL;

        g_test_message("%s", rows[i].text);
        g_assert_no_error(error);
        copy = cdd_device_request_copy(request);
        g_assert_cmpint(copy->count, ==, rows[i].count);
        g_assert_cmpstr(copy->driver, ==, rows[i].driver);
        assert_list(copy->device_ids, rows[i].device_ids);
        assert_list(copy->capabilities, rows[i].capabilities);
        assert_list(copy->options, rows[i].options);
    }
}

static void
test_what_docker_refuses_is_refused(void)
{
    static const struct {
        const char *text;
        const char *named;
    } rows[] = {
        {"", "\"\""},
        {"some", "\"some\""},
        {"0", "\"0\""},
        {"-2", "\"-2\""},
        {"1.5", "\"1.5\""},
        {"99999999999", "99999999999"},
        {"count=", "not a number"},
        {"device=", "\"device\" has no value"},
        {"device=0,1", "both a count"},
        {"all,count=1", "\"count\" is given twice"},
        {"driver=a,driver=b", "\"driver\" is given twice"},
        {"gpus=all", "\"gpus\""},
        {"\"device=0", "quote"},
        {"\"device=0\"1", "quote"},
        {"dev\"ice=0\"", "quote"},
        {"all,", "given twice"},
        {"driver=\xff", "not UTF-8"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_device_request_parse_gpus(rows[i].text, &error));
        g_test_message("%s: %s", rows[i].text, error->message);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_nonnull(strstr(error->message, rows[i].named));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/device-request/what-docker-takes-is-taken", test_what_docker_takes_is_taken);
    g_test_add_func("/device-request/what-docker-refuses-is-refused",
                    test_what_docker_refuses_is_refused);
    return g_test_run();
}
