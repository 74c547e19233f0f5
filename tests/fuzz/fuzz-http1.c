/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses an engine's answer, whole and in pieces: both must come to the same. The first byte says
 * how large the pieces are.
 */
#include "fuzz.h"
#include "wire/http1.h"

/* What became of the answer: its body, and how it ended. */
typedef struct {
    guint status;
    GString *body;
    CddHttp1Event event;
    size_t taken;
    GError *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_string_free(outcome->body, TRUE);
    g_clear_error(&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

/* Returns whether the parser wants more. */
static gboolean
feed(CddHttp1Parser *parser, CddHttp1Span *input, Outcome *outcome)
{
    CddHttp1Span body = {NULL, 0};

    do {
        if (!cdd_http1_parser_next(parser, input, &outcome->event, &body, &outcome->error))
            return FALSE;
        if (outcome->event == CDD_HTTP1_HEAD)
            outcome->status = cdd_http1_parser_get_status(parser);
        if (outcome->event == CDD_HTTP1_BODY)
            g_string_append_len(outcome->body, (const char *)body.data, (gssize)body.length);
    } while (outcome->event == CDD_HTTP1_HEAD || outcome->event == CDD_HTTP1_BODY);
    return outcome->event == CDD_HTTP1_MORE;
}

static Outcome
parse(const uint8_t *data, size_t size, size_t piece)
{
    g_autoptr(CddHttp1Parser) parser = cdd_http1_parser_new("GET");
    Outcome outcome = {.body = g_string_new(NULL)};

    while (outcome.taken < size) {
        CddHttp1Span input = {data + outcome.taken, MIN(piece, size - outcome.taken)};
        size_t length = input.length;
        gboolean more = feed(parser, &input, &outcome);

        outcome.taken += length - input.length;
        if (!more)
            return outcome;
        g_assert(input.length == 0);
    }
    cdd_http1_parser_end_of_input(parser, &outcome.event, &outcome.error);
    return outcome;
}

static void
compare(const uint8_t *data, size_t size, size_t piece)
{
    g_auto(Outcome) whole = parse(data, size, size);
    g_auto(Outcome) split = parse(data, size, piece);

    g_assert_cmpuint(split.status, ==, whole.status);
    g_assert_cmpuint(split.taken, ==, whole.taken);
    g_assert_true(g_string_equal(split.body, whole.body));
    g_assert_cmpstr(split.error != NULL ? split.error->message : NULL, ==,
                    whole.error != NULL ? whole.error->message : NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        compare(data + 1, size - 1, (size_t)data[0] + 1);
    return 0;
}
