/* SPDX-License-Identifier: Apache-2.0 */
/* Parses an engine's answer. The first byte says how the rest is split. */
#include "fuzz.h"
#include "wire/http1.h"

static void
parse(const uint8_t *data, size_t size, size_t piece)
{
    g_autoptr(CddHttp1Parser) parser = cdd_http1_parser_new("GET");
    CddHttp1Event event = CDD_HTTP1_MORE;

    for (size_t at = 0; at < size; at += piece) {
        CddHttp1Span input = {data + at, MIN(piece, size - at)};
        CddHttp1Span body;

        do {
            if (!cdd_http1_parser_next(parser, &input, &event, &body, NULL))
                return;
        } while (event == CDD_HTTP1_HEAD || event == CDD_HTTP1_BODY);
        if (event != CDD_HTTP1_MORE)
            return;
        g_assert(input.length == 0);
    }
    cdd_http1_parser_end_of_input(parser, &event, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        parse(data + 1, size - 1, (size_t)data[0] + 1);
    return 0;
}
