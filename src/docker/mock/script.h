/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-mock-engine.h>

/* How the body of an answer is sent. */
typedef enum {
    CDD_MOCK_WHOLE,
    CDD_MOCK_UPGRADED, /* a stream of the process's output, which then ends */
    CDD_MOCK_EVENTS,   /* it stays open until there is another answer to the request */
} CddMockKind;

/* An answer to the requests that match. */
typedef struct CddMockAnswer CddMockAnswer;
struct CddMockAnswer {
    const char *method; /* an interned string */
    char *path;         /* a glob */
    char **parameters;  /* `name=value` entries that the query must have */
    CddMockKind kind;
    guint status;
    char *fields; /* NULL, or lines with their CRLF */
    GBytes *body;
    GBytes *terminal_body; /* of a process with a terminal; else NULL */
    guint delay;           /* milliseconds */
    gboolean reads_input;  /* the input is read to its end before the body is sent */
    gboolean has_input;    /* the process was created with an input */
    CddMockAnswer *start;  /* of a process that this answer creates; NULL for other answers */
    gboolean optional;     /* it need not be used */
    gboolean used;
};

/* Takes an answer, and adds method and path to it. @path may have parameters. */
CddMockAnswer *cdd_mock_answer_new(const char *method, const char *path, CddMockAnswer from);
void cdd_mock_answer_free(CddMockAnswer *answer);

/* @method and @path may be NULL, for any. */
gboolean
cdd_mock_request_matches(const CddMockRequest *request, const char *method, const char *path);

/*
 * The first answer that matches decides which path is taken. Returns the first unused answer for
 * that path, else the last one for it, and marks it as used; NULL if no answer matches.
 */
CddMockAnswer *cdd_mock_answers_choose(GPtrArray *answers, const CddMockRequest *request);
/* Returns whether the next answer to the request is one that was not used. */
gboolean cdd_mock_answers_has_unused(GPtrArray *answers, const CddMockRequest *request);

/* A request as a test reads it, from one as it was sent. */
CddMockRequest *cdd_mock_request_new(const char *method, const char *target, GBytes *body);

/* Returns a value of the query, or NULL. */
char *cdd_mock_request_dup_parameter(const CddMockRequest *request, const char *name);

/* Returns a boolean of the JSON object that is the body; FALSE if it is not there. */
gboolean cdd_mock_request_get_boolean(const CddMockRequest *request, const char *name);

/* Says that there is no answer to the request. */
char *cdd_mock_request_explain(const CddMockRequest *request);

/* Returns a JSON object of strings: names and values in turn, then NULL. */
char *cdd_mock_to_json(const char *name, ...) G_GNUC_NULL_TERMINATED;

/* The output of a process: two streams in frames, or one as it is. */
GBytes *cdd_mock_output_to_frames(const char *stdout_text, const char *stderr_text);
GBytes *cdd_mock_output_to_terminal(const char *stdout_text, const char *stderr_text);
