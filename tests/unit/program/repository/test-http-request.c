/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/http-request.h"

#include <string.h>

static HttpRequest *
parse(const char *head)
{
    g_assert_cmpuint(http_request_find_end(head, strlen(head)), ==, strlen(head));
    return http_request_parse(head, strlen(head));
}

static void
test_a_request(void)
{
    g_autoptr(HttpRequest) request =
        parse("GET /pool/a%2Bb.deb?x=1 HTTP/1.1\r\nHost: x\r\nrange: bytes=5-\r\n"
              "If-Modified-Since: Thu, 01 Jan 1970 00:00:01 GMT\r\n\r\n");
    g_autoptr(HttpRequest) last =
        parse("HEAD http://proxied/x HTTP/1.1\r\nConnection: close\r\n\r\n");
    g_autoptr(HttpRequest) body = parse("GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n");

    g_assert_true(request->is_get);
    g_assert_true(request->keeps_connection);
    g_assert_cmpstr(request->path, ==, "pool/a+b.deb");
    g_assert_cmpstr(request->range, ==, "bytes=5-");
    g_assert_cmpstr(request->if_modified_since, ==, "Thu, 01 Jan 1970 00:00:01 GMT");
    g_assert_true(last->is_head);
    g_assert_false(last->keeps_connection);
    g_assert_cmpstr(last->path, ==, "x");
    g_assert_cmpstr(body->path, ==, "");
    g_assert_false(body->keeps_connection);
}

static void
test_no_request(void)
{
    static const char *const heads[] = {
        "\r\n\r\n",
        "GET / HTTP/2\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET x HTTP/1.1\r\n\r\n",
        "GET /%00 HTTP/1.1\r\n\r\n",
        "GET /%zz HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno field\r\n\r\n",
    };
    static const char with_zero[] = "GET / HTTP/1.1\r\na: \0b\r\n\r\n";

    for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
        g_test_message("%s", heads[i]);
        g_assert_null(http_request_parse(heads[i], strlen(heads[i])));
    }
    g_assert_null(http_request_parse(with_zero, sizeof with_zero - 1));
    g_assert_cmpuint(http_request_find_end("GET / HTTP/1.1\r\n", 16), ==, 0);
}

/* "FIRST-LAST" of a file of 10 bytes; "whole" or "outside". */
static char *
get_range(const char *range, const char *if_range)
{
    HttpRequest request = {.range = (char *)range, .if_range = (char *)if_range};
    guint64 first = 0;
    guint64 last = 0;

    switch (http_request_get_range(&request, 10, "Monday", &first, &last)) {
    case HTTP_RANGE_PART:
        return g_strdup_printf("%u-%u", (guint)first, (guint)last);
    case HTTP_RANGE_OUTSIDE:
        return g_strdup("outside");
    case HTTP_RANGE_NONE:
    default:
        return g_strdup("whole");
    }
}

static void
test_ranges(void)
{
    static const struct {
        const char *range;
        const char *if_range;
        const char *expected;
    } cases[] = {
        {NULL, NULL, "whole"},         {"bytes=0-3", NULL, "0-3"},
        {"bytes=4-", NULL, "4-9"},     {"bytes=4-100", NULL, "4-9"},
        {"bytes=-3", NULL, "7-9"},     {"bytes=-30", NULL, "0-9"},
        {"bytes=-0", NULL, "outside"}, {"bytes=10-", NULL, "outside"},
        {"bytes=5-4", NULL, "whole"},  {"bytes=-", NULL, "whole"},
        {"bytes=1-x", NULL, "whole"},  {"bytes=0-1,3-4", NULL, "whole"},
        {"lines=0-1", NULL, "whole"},  {"bytes=0-99999999999999999999", NULL, "whole"},
        {"bytes=4-", "Monday", "4-9"}, {"bytes=4-", "Sunday", "whole"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *range = get_range(cases[i].range, cases[i].if_range);

        g_test_message("%s", cases[i].range);
        g_assert_cmpstr(range, ==, cases[i].expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/http-request/a-request", test_a_request);
    g_test_add_func("/http-request/no-request", test_no_request);
    g_test_add_func("/http-request/ranges", test_ranges);
    return g_test_run();
}
