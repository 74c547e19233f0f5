/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decodes a multiplexed stream of a container's output, whole and in two parts: both must come to
 * the same.
 */
#include "fuzz.h"
#include "wire/stdcopy.h"

typedef struct {
    GString *out;
    GString *err;
    GError *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_string_free(outcome->out, TRUE);
    g_string_free(outcome->err, TRUE);
    g_clear_error(&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Outcome *)user_data)->out, data, (gssize)length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Outcome *)user_data)->err, data, (gssize)length);
}

static Outcome
decode(const uint8_t *data, size_t size, size_t cut)
{
    Outcome outcome = {g_string_new(NULL), g_string_new(NULL), NULL};
    CddOutputHandler handler = {
        .on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = &outcome};
    CddStdcopy copy;

    cdd_stdcopy_init(&copy);
    if (cdd_stdcopy_feed(&copy, data, cut, &handler, &outcome.error))
        cdd_stdcopy_feed(&copy, data + cut, size - cut, &handler, &outcome.error);
    cdd_stdcopy_clear(&copy);
    return outcome;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_auto(Outcome) whole = decode(data, size, size);
    g_auto(Outcome) split = decode(data, size, size == 0 ? 0 : data[0] % size);

    g_assert_true(g_string_equal(split.out, whole.out));
    g_assert_true(g_string_equal(split.err, whole.err));
    g_assert_cmpstr(split.error != NULL ? split.error->message : NULL, ==,
                    whole.error != NULL ? whole.error->message : NULL);
    return 0;
}
