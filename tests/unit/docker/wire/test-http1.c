/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/http1.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

/* The parsed response. */
typedef struct {
    guint status;
    GString *body;
    gboolean ended;
    gboolean upgraded;
    gboolean keeps_alive;
    gsize left_over;
    GError *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_string_free(outcome->body, TRUE);
    g_clear_error(&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static gboolean
take(CddHttp1Parser *parser, CddHttp1Span *input, Outcome *outcome)
{
    for (;;) {
        CddHttp1Span body = {NULL, 0};
        CddHttp1Event event;

        if (!cdd_http1_parser_next(parser, input, &event, &body, &outcome->error))
            return FALSE;
        switch (event) {
        case CDD_HTTP1_MORE:
            return TRUE;
        case CDD_HTTP1_HEAD:
            outcome->status = cdd_http1_parser_get_status(parser);
            break;
        case CDD_HTTP1_BODY:
            g_string_append_len(outcome->body, (const char *)body.data, (gssize)body.length);
            break;
        case CDD_HTTP1_END:
            outcome->ended = TRUE;
            return FALSE;
        case CDD_HTTP1_UPGRADED:
            outcome->upgraded = TRUE;
            return FALSE;
        }
    }
}

/* Parses a response in pieces of the given size, the first one of @first_piece bytes. */
static Outcome
parse(const char *method,
      const char *response,
      gsize length,
      gsize first_piece,
      gsize piece,
      gboolean close)
{
    g_autoptr(CddHttp1Parser) parser = cdd_http1_parser_new(method);
    Outcome outcome = {.body = g_string_new(NULL)};
    gsize at = 0;
    gboolean more = TRUE;

    while (more && at < length) {
        gsize size = MIN(at == 0 ? first_piece : piece, length - at);
        /* An exact copy, so a sanitizer detects every access beyond its end. */
        g_autofree guint8 *copy = g_memdup2(response + at, MAX(size, 1));
        CddHttp1Span input = {copy, size};

        more = take(parser, &input, &outcome);
        at += size - input.length;
        if (size == 0)
            first_piece = piece;
    }
    outcome.left_over = length - at;
    if (more && close) {
        CddHttp1Event event;

        outcome.ended = cdd_http1_parser_end_of_input(parser, &event, &outcome.error);
    }
    outcome.keeps_alive = cdd_http1_parser_keeps_alive(parser);
    return outcome;
}

static Outcome
parse_whole(const char *method, const char *response)
{
    return parse(method, response, strlen(response), strlen(response), strlen(response), TRUE);
}

static const struct {
    const char *name;
    const char *method;
    const char *response;
    guint status;
    const char *body;
    gboolean keeps_alive;
} good[] = {
    {"length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", TRUE},
    {"chunked", "GET",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
     200, "hello", TRUE},
    {"trailer", "GET",
     "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\nX-Sum: "
     "1\r\n\r\n",
     200, "0123456789", TRUE},
    {"until-close", "GET", "HTTP/1.0 200 OK\r\n\r\nhello", 200, "hello", FALSE},
    {"connection-close", "GET",
     "HTTP/1.1 404 Not Found\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nno", 404, "no",
     FALSE},
    {"continue-first", "POST",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 201 Created\r\n"
     "Content-Length: 2\r\n\r\nok",
     201, "ok", TRUE},
    {"no-content", "POST", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", TRUE},
    {"not-modified", "POST", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304, "",
     TRUE},
    {"head", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n", 200, "", TRUE},
    {"bare-line-feeds", "GET", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok", TRUE},
    {"no-reason", "GET", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, "", TRUE},
    {"chunk-sizes", "GET",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0002\r\nhe\r\n1 ; x=y\r\nl\r\n2\t;z\n"
     "lo\n000\r\n\r\n",
     200, "hello", TRUE},
    {"odd-values", "GET",
     "HTTP/1.1 200 \xc3\xa4\tb\r\nX-A:\r\n!#$%&'*+-.^_`|~:\t\xff: \t\r\nContent-Length:\t2 "
     "\r\n\r\nok",
     200, "ok", TRUE},
    {"status-999", "GET", "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", 999, "", TRUE},
};

static void
test_responses_come_out_the_same_however_they_are_cut(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        gsize length = strlen(good[i].response);

        for (gsize cut = 1; cut <= length; cut++) {
            g_auto(Outcome) two =
                parse(good[i].method, good[i].response, length, cut, length, TRUE);
            g_auto(Outcome) many = parse(good[i].method, good[i].response, length, cut, 1, TRUE);

            g_test_message("%s cut at %" G_GSIZE_FORMAT, good[i].name, cut);
            g_assert_no_error(two.error);
            g_assert_no_error(many.error);
            g_assert_true(two.ended && many.ended);
            g_assert_cmpuint(two.status, ==, good[i].status);
            g_assert_cmpuint(many.status, ==, good[i].status);
            g_assert_cmpstr(two.body->str, ==, good[i].body);
            g_assert_cmpstr(many.body->str, ==, good[i].body);
            g_assert_cmpint(two.keeps_alive, ==, good[i].keeps_alive);
        }
    }
}

static void
test_a_response_that_is_cut_short_is_an_error(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        gsize length = strlen(good[i].response);

        /* If the end of the connection ends the body, a cut cannot be detected. */
        if (g_str_equal(good[i].name, "until-close"))
            continue;
        for (gsize cut = 0; cut < length; cut++) {
            g_auto(Outcome) outcome = parse(good[i].method, good[i].response, cut, cut, cut, TRUE);

            g_assert_false(outcome.ended);
            g_assert_error(outcome.error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
        }
    }
}

static void
test_an_upgrade_leaves_what_follows_alone(void)
{
    const char *response =
        "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw";
    g_auto(Outcome) outcome = parse_whole("POST", response);

    g_assert_no_error(outcome.error);
    g_assert_true(outcome.upgraded);
    g_assert_cmpuint(outcome.left_over, ==, 3);
}

static void
test_the_next_response_is_not_touched(void)
{
    const char *response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500";
    g_auto(Outcome) outcome = parse_whole("GET", response);

    g_assert_true(outcome.ended);
    g_assert_cmpstr(outcome.body->str, ==, "ok");
    g_assert_cmpuint(outcome.left_over, ==, strlen("HTTP/1.1 500"));
}

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define NOT_AN_ENGINE "it does not begin with HTTP/1; check that this is an engine's address"
#define NO_STATUS "no status line"
#define CONTROL "a control character in a line"
#define BARE_CR "a carriage return without a line feed"
#define NAMELESS "a header field without a name"
#define BAD_NAME "a header field's name has a character that names do not have"
#define FOLDED "a header line that begins with white space"
#define NO_LENGTH "Content-Length is not a number"
#define NO_SIZE "a chunk without a size"
#define BAD_SIZE "a chunk's size is not a number"
#define TOO_LARGE "a chunk's size is too large"
#define TOO_LONG "a chunk is longer than its size"
/* The text, with its NULs. */
#define BYTES(text) text, sizeof text - 1

static const struct {
    const char *response;
    gsize length;
    const char *reason;
} bad[] = {
    {BYTES("SSH-2.0-OpenSSH_9.2\r\n\r\n"), NOT_AN_ENGINE},
    {BYTES("\x15\x03\x01"), NOT_AN_ENGINE},
    {BYTES("\0"), NOT_AN_ENGINE},
    {BYTES("\r\n" OK), NOT_AN_ENGINE},
    {BYTES("HTTP/2 200 OK\r\n\r\n"), NOT_AN_ENGINE},
    {BYTES("HTTP/1.1 20 OK\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.1 2000 OK\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.1  200 OK\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.1\t200 OK\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.1 2x0 OK\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.1 -20 OK\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.1\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.x 200 OK\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.\r\n\r\n"), NO_STATUS},
    {BYTES("HTTP/1.1 000 OK\r\n\r\n"), "a status below 100"},
    {BYTES("HTTP/1.1 099 OK\r\n\r\n"), "a status below 100"},
    {BYTES("HTTP/1.1 200 O\0K\r\n\r\n"), CONTROL},
    {BYTES("HTTP/1.1 200 O\x1bK\r\n\r\n"), CONTROL},
    {BYTES("HTTP/1.1 200 OK\r\r\n\r\n"), BARE_CR},
    {BYTES("HTTP/1.1 200 OK\rX: y\r\n\r\n"), BARE_CR},
    {BYTES(OK ": nameless\r\n\r\n"), NAMELESS},
    {BYTES(OK "no colon\r\n\r\n"), NAMELESS},
    {BYTES(OK "bad name: x\r\n\r\n"), BAD_NAME},
    {BYTES(OK "Content-Length : 5\r\n\r\nhello"), BAD_NAME},
    {BYTES(OK "Content-Length\t: 5\r\n\r\nhello"), BAD_NAME},
    {BYTES(OK "N\xc3\xa4me: x\r\n\r\n"), BAD_NAME},
    {BYTES(OK "(x): y\r\n\r\n"), BAD_NAME},
    {BYTES(OK "a,b: y\r\n\r\n"), BAD_NAME},
    {BYTES(OK "X\0: y\r\n\r\n"), CONTROL},
    {BYTES(OK "X\x01: y\r\n\r\n"), CONTROL},
    {BYTES(OK "X: a\0b\r\n\r\n"), CONTROL},
    {BYTES(OK "X: a\x1f\r\n\r\n"), CONTROL},
    {BYTES(OK "X: a\x7f\r\n\r\n"), CONTROL},
    {BYTES(OK "X: a\v\r\n\r\n"), CONTROL},
    {BYTES(OK "\0\r\n\r\n"), CONTROL},
    {BYTES(OK "\r\0\n"), BARE_CR},
    {BYTES(OK "X: a\rContent-Length: 5\r\n\r\n"), BARE_CR},
    {BYTES(OK "X: a\r\r\n\r\n"), BARE_CR},
    {BYTES(OK " \r\nContent-Length: 5\r\n\r\nhello"), FOLDED},
    {BYTES(OK "X: a\r\n\t\r\nContent-Length: 5\r\n\r\nhello"), FOLDED},
    {BYTES(OK "X: a\r\n folded\r\n\r\n"), FOLDED},
    {BYTES(OK " X: a\r\n\r\n"), FOLDED},
    {BYTES(OK "Content-Length: five\r\n\r\n"), NO_LENGTH},
    {BYTES(OK "Content-Length:\r\n\r\n"), NO_LENGTH},
    {BYTES(OK "Content-Length: -5\r\n\r\n"), NO_LENGTH},
    {BYTES(OK "Content-Length: +5\r\n\r\nhello"), NO_LENGTH},
    {BYTES(OK "Content-Length: 0x5\r\n\r\nhello"), NO_LENGTH},
    {BYTES(OK "Content-Length: 5 5\r\n\r\nhello"), NO_LENGTH},
    {BYTES(OK "Content-Length: 5.0\r\n\r\nhello"), NO_LENGTH},
    {BYTES(OK "Content-Length: 5, 6\r\n\r\nhello"), NO_LENGTH},
    {BYTES(OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), NO_LENGTH},
    {BYTES(OK "Content-Length: 99999999999999999999\r\n\r\n"), NO_LENGTH},
    {BYTES("HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n"), NO_LENGTH},
    {BYTES(OK "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
     "it has both a Content-Length and a Transfer-Encoding"},
    {BYTES(OK "Transfer-Encoding: gzip\r\n\r\n"), "an unknown transfer encoding"},
    {BYTES(OK "Transfer-Encoding:\r\n\r\n"), "an unknown transfer encoding"},
    {BYTES(OK "Transfer-Encoding: gzip, chunked\r\n\r\n"), "an unknown transfer encoding"},
    {BYTES(OK "Transfer-Encoding: chunked, chunked\r\n\r\n"), "an unknown transfer encoding"},
    {BYTES(CHUNKED "xyz\r\n"), NO_SIZE},
    {BYTES(CHUNKED "\r\n"), NO_SIZE},
    {BYTES(CHUNKED ";x=y\r\n"), NO_SIZE},
    {BYTES(CHUNKED "-1\r\n"), NO_SIZE},
    {BYTES(CHUNKED "-5\r\nhello\r\n0\r\n\r\n"), NO_SIZE},
    {BYTES(CHUNKED "+5\r\nhello\r\n0\r\n\r\n"), NO_SIZE},
    {BYTES(CHUNKED " 5\r\nhello\r\n0\r\n\r\n"), NO_SIZE},
    {BYTES(CHUNKED "\t5\r\nhello\r\n0\r\n\r\n"), NO_SIZE},
    {BYTES(CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"), BAD_SIZE},
    {BYTES(CHUNKED "0X5\r\nhello\r\n0\r\n\r\n"), BAD_SIZE},
    {BYTES(CHUNKED "5 \r\nhello\r\n0\r\n\r\n"), BAD_SIZE},
    {BYTES(CHUNKED "5\t\r\nhello\r\n0\r\n\r\n"), BAD_SIZE},
    {BYTES(CHUNKED "5 5\r\nhello\r\n0\r\n\r\n"), BAD_SIZE},
    {BYTES(CHUNKED "5_0\r\nhello\r\n0\r\n\r\n"), BAD_SIZE},
    {BYTES(CHUNKED "5,\r\nhello\r\n0\r\n\r\n"), BAD_SIZE},
    {BYTES(CHUNKED "5\0\r\nhello\r\n0\r\n\r\n"), CONTROL},
    {BYTES(CHUNKED "5;x=\0\r\nhello\r\n0\r\n\r\n"), CONTROL},
    {BYTES(CHUNKED "5\v\r\nhello\r\n0\r\n\r\n"), CONTROL},
    {BYTES(CHUNKED "5\rhello\r\n0\r\n\r\n"), BARE_CR},
    {BYTES(CHUNKED "8000000000000000\r\n"), TOO_LARGE},
    {BYTES(CHUNKED "ffffffffffffffff\r\n"), TOO_LARGE},
    {BYTES(CHUNKED "10000000000000005\r\nhello"), TOO_LARGE},
    {BYTES(CHUNKED "2\r\nokay\r\n"), TOO_LONG},
    {BYTES(CHUNKED "2\r\nok \n0\r\n\r\n"), TOO_LONG},
    {BYTES(CHUNKED "2\r\nok \r\n0\r\n\r\n"), TOO_LONG},
    {BYTES(CHUNKED "2\r\nok\t\r\n0\r\n\r\n"), TOO_LONG},
    {BYTES(CHUNKED "2\r\nok\0\r\n0\r\n\r\n"), TOO_LONG},
    {BYTES(CHUNKED "2\r\nok0\r\n\r\n"), TOO_LONG},
    {BYTES(CHUNKED "2\r\nok\r\r\n0\r\n\r\n"), BARE_CR},
    {BYTES(CHUNKED "2\r\nok\r0\r\n\r\n"), TOO_LONG},
    {BYTES(CHUNKED "2\r\nok\r\n\r\n0\r\n\r\n"), NO_SIZE},
    {BYTES(CHUNKED "0\r\n \r\n\r\n"), FOLDED},
    {BYTES(CHUNKED "0\r\nX: a\r\n b\r\n\r\n"), FOLDED},
    {BYTES(CHUNKED "0\r\nno colon\r\n\r\n"), NAMELESS},
    {BYTES(CHUNKED "0\r\nHTTP/1.1 200 OK\r\n\r\n"), NAMELESS},
    {BYTES(CHUNKED "0\r\nbad name: x\r\n\r\n"), BAD_NAME},
    {BYTES(CHUNKED "0\r\nX: \0\r\n\r\n"), CONTROL},
    {BYTES(CHUNKED "0\r\nX: a\rb\r\n\r\n"), BARE_CR},
    {BYTES("HTTP/1.1 100 Continue\r\n \r\n" OK "\r\n"), FOLDED},
    {BYTES("HTTP/1.1 100 Continue\r\n\r\n\r\n" OK "\r\n"), NOT_AN_ENGINE},
    {BYTES("HTTP/1.1 101 UPGRADED\r\nX: \x02\r\n\r\n"), CONTROL},
};

/* The connection stays open, so nothing is refused only because it ended. */
static void
test_what_is_not_http_is_refused_however_it_is_cut(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        gsize length = bad[i].length;
        g_auto(Outcome) whole = parse("GET", bad[i].response, length, length, length, FALSE);
        g_autofree char *escaped = g_strescape(bad[i].response, NULL);
        g_autofree char *message =
            g_strconcat("the answer is not valid HTTP: ", bad[i].reason, NULL);

        g_test_message("%s", escaped);
        g_assert_error(whole.error, CDD_ERROR, CDD_ERROR_PROTOCOL);
        g_assert_cmpstr(whole.error->message, ==, message);
        for (gsize cut = 1; cut <= length; cut++) {
            g_auto(Outcome) two = parse("GET", bad[i].response, length, cut, length, FALSE);
            g_auto(Outcome) many = parse("GET", bad[i].response, length, cut, 1, FALSE);

            g_assert_error(two.error, CDD_ERROR, CDD_ERROR_PROTOCOL);
            g_assert_error(many.error, CDD_ERROR, CDD_ERROR_PROTOCOL);
            g_assert_cmpstr(two.error->message, ==, message);
            g_assert_cmpstr(many.error->message, ==, message);
            g_assert_cmpuint(two.status, ==, whole.status);
            g_assert_cmpuint(many.status, ==, whole.status);
            g_assert_cmpstr(two.body->str, ==, whole.body->str);
            g_assert_cmpstr(many.body->str, ==, whole.body->str);
        }
    }
}

/* The response is refused while the connection is open, before memory grows. */
static void
assert_refused(const char *response)
{
    g_auto(Outcome) outcome = parse("GET", response, strlen(response), 1000, 1000, FALSE);

    g_assert_error(outcome.error, CDD_ERROR, CDD_ERROR_PROTOCOL);
}

static void
test_an_endless_head_is_refused(void)
{
    g_autoptr(GString) response = g_string_new("HTTP/1.1 200 OK\r\n");

    while (response->len < 70 * 1024)
        g_string_append(response, "X-Filler: filler\r\n");
    assert_refused(response->str);
}

static void
test_endless_responses_before_the_real_one_are_refused(void)
{
    g_autoptr(GString) response = g_string_new(NULL);

    while (response->len < 70 * 1024)
        g_string_append(response, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_refused(response->str);
}

static void
test_an_endless_line_is_refused_before_it_ends(void)
{
    g_autofree char *filler = g_strnfill(70 * 1024, 'x');
    g_autofree char *response =
        g_strconcat("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", filler, NULL);

    assert_refused(response);
}

static void
test_headers_are_found_by_lower_case_name(void)
{
    const char *head = "HTTP/1.1 204 No Content\r\nApi-Version:  1.41 \r\nX-A: 1\r\nx-a: 2\r\n\r\n";
    g_autoptr(CddHttp1Parser) parser = cdd_http1_parser_new("GET");
    CddHttp1Span input = {(const guint8 *)head, strlen(head)};
    CddHttp1Span body;
    CddHttp1Event event;

    g_assert_true(cdd_http1_parser_next(parser, &input, &event, &body, NULL));
    g_assert_cmpint(event, ==, CDD_HTTP1_HEAD);
    g_assert_cmpstr(cdd_http1_parser_get_header(parser, "api-version"), ==, "1.41");
    g_assert_cmpstr(cdd_http1_parser_get_header(parser, "x-a"), ==, "1, 2");
    g_assert_null(cdd_http1_parser_get_header(parser, "content-length"));
    g_assert_true(cdd_http1_parser_is_complete(parser));
}

static void
test_a_request_says_what_it_must(void)
{
    g_autoptr(GBytes) body = g_bytes_new_static("{}", 2);
    CddHttp1Request request = {"POST", "/v1.41/x?a=b", "application/json", body, FALSE};
    g_autoptr(GBytes) bytes = cdd_http1_request_to_bytes(&request);
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

    g_assert_true(g_str_has_prefix(text, "POST /v1.41/x?a=b HTTP/1.1\r\nHost: "));
    g_assert_nonnull(strstr(text, "\r\nContent-Length: 2\r\n"));
    g_assert_nonnull(strstr(text, "\r\nContent-Type: application/json\r\n"));
    g_assert_true(g_str_has_suffix(text, "\r\n\r\n{}"));
    g_assert_null(strstr(text, "Upgrade"));
}

static void
test_a_target_cannot_smuggle_a_header(void)
{
    CddHttp1Request request = {"GET", "/x HTTP/1.1\r\nX: y", NULL, NULL, FALSE};

    g_assert_null(cdd_http1_request_to_bytes(&request));
}

static void
test_fields_are_lines_of_the_head(void)
{
    const struct {
        const char *field;
        gboolean ok;
    } cases[] = {
        {"X-Name: some value", TRUE},    {"X-Name: a\r\nX-Other: b", FALSE},
        {"X-Name: a\n", FALSE},          {"X-Name", FALSE},
        {"X-Name: \xc3\xa4\ttab", TRUE}, {"X-Name: \x7f", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const fields[] = {cases[i].field, NULL};
        const CddHttp1Request request = {
            .method = "POST", .target = "/session", .upgrade = "h2c", .fields = fields};
        g_autoptr(GBytes) bytes = cdd_http1_request_to_bytes(&request);
        g_autofree char *line = g_strconcat("\r\n", cases[i].field, "\r\n", NULL);

        g_assert_true((bytes != NULL) == cases[i].ok);
        if (bytes != NULL)
            g_assert_nonnull(
                g_strstr_len(g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), line));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/http1/responses-come-out-the-same-however-they-are-cut",
                    test_responses_come_out_the_same_however_they_are_cut);
    g_test_add_func("/http1/a-response-that-is-cut-short-is-an-error",
                    test_a_response_that_is_cut_short_is_an_error);
    g_test_add_func("/http1/an-upgrade-leaves-what-follows-alone",
                    test_an_upgrade_leaves_what_follows_alone);
    g_test_add_func("/http1/the-next-response-is-not-touched",
                    test_the_next_response_is_not_touched);
    g_test_add_func("/http1/what-is-not-http-is-refused-however-it-is-cut",
                    test_what_is_not_http_is_refused_however_it_is_cut);
    g_test_add_func("/http1/an-endless-head-is-refused", test_an_endless_head_is_refused);
    g_test_add_func("/http1/endless-responses-before-the-real-one-are-refused",
                    test_endless_responses_before_the_real_one_are_refused);
    g_test_add_func("/http1/an-endless-line-is-refused-before-it-ends",
                    test_an_endless_line_is_refused_before_it_ends);
    g_test_add_func("/http1/headers-are-found-by-lower-case-name",
                    test_headers_are_found_by_lower_case_name);
    g_test_add_func("/http1/a-request-says-what-it-must", test_a_request_says_what_it_must);
    g_test_add_func("/http1/a-target-cannot-smuggle-a-header",
                    test_a_target_cannot_smuggle_a_header);
    g_test_add_func("/http1/fields-are-lines-of-the-head", test_fields_are_lines_of_the_head);
    return g_test_run();
}
