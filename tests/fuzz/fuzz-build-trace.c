/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes instead of BuildKit's report; the parser must only survive. */
#include "fuzz.h"
#include "wire/build-trace.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const CddOutputHandler handler;
    g_autoptr(CddBuildTrace) trace = cdd_build_trace_new();
    g_autofree char *text = g_base64_encode(data, size);
    g_autofree char *failure = NULL;

    cdd_build_trace_feed(trace, text, &handler, NULL);
    cdd_build_trace_feed(trace, text, &handler, NULL);
    failure = cdd_build_trace_dup_failure(trace);
    return 0;
}
