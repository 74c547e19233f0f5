/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * A scripted engine, for failures that a real engine does not produce on demand. It plays one run
 * of a container, and answers that a test adds. It has its own threads, because a server in the
 * client's main context would wait for itself.
 */
typedef struct FakeEngine FakeEngine;

/* An answer to requests that begin with @request, instead of the run of a container. */
typedef struct {
    const char *request; /* "METHOD /path", without the API version */
    const char *fields;  /* further header fields, each with its CRLF; NULL for none */
    const char *body;
    gsize length;       /* length of the body; 0 for its strlen() */
    const char *status; /* e.g. "404 Not Found"; NULL: 200 */
    gboolean upgrade;   /* status 101, followed by the body */
} FakeAnswer;

typedef struct {
    gint64 budget;       /* bytes to send in total before all connections break; -1 for no limit */
    gboolean stall;      /* after the budget, connections stay open and silent instead */
    gint64 corrupt;      /* the number of the byte to corrupt, from 1; 0 for none */
    gsize piece;         /* bytes per write; 0 for all at once */
    gulong delay;        /* microseconds before each write */
    const char *silent;  /* a path with this end gets no answer */
    const char *refused; /* a path with this end gets status 500 */
    gboolean mute;       /* only the ping is answered */
    guint dropped; /* the request, from 1, after which the connection is closed without an answer; 0
                      for none */
    const FakeAnswer *answers; /* ends with an entry without a request; NULL for none */
    gboolean podman;           /* only the events tell how the container ended */
    gboolean reads;            /* the container first writes a line of its input */
} FakeFaults;

/* The output and the exit code of the scripted container. */
#define FAKE_STDOUT "out: first line\nsecond line\n"
#define FAKE_STDERR "err: only line\n"
#define FAKE_EXIT_CODE 7

FakeEngine *fake_engine_new(const FakeFaults *faults);
void fake_engine_free(FakeEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeEngine, fake_engine_free)

const char *fake_engine_get_socket(FakeEngine *self);
gint64 fake_engine_get_sent(FakeEngine *self);
/* Returns whether a request with this method and end of the path has arrived. */
gboolean fake_engine_was_asked(FakeEngine *self, const char *method, const char *path_end);
guint fake_engine_get_n_connections(FakeEngine *self);
/* Returns the number of stalled connections that the client has not closed. */
guint fake_engine_get_n_stalled(FakeEngine *self);
