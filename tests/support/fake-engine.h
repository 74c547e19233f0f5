/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * An engine that plays a script, for the faults that a real engine does not produce on demand: one
 * run of a container, and whatever answers a test adds. It serves on threads of its own, since a
 * server in the client's main context would wait for itself.
 */
typedef struct FakeEngine FakeEngine;

/* What is answered to requests that begin so, in place of the run of a container. */
typedef struct {
    const char *request; /* "METHOD /path", without the API version */
    const char *fields;  /* further header fields, each with its CRLF; NULL for none */
    const char *body;
    gsize length;       /* of the body; 0: its strlen() */
    const char *status; /* e.g. "404 Not Found"; NULL: 200 */
    gboolean upgrade;   /* 101, and the body is what comes behind it */
} FakeAnswer;

typedef struct {
    gint64 budget;       /* bytes it sends in all before every connection breaks; -1: no end */
    gboolean stall;      /* behind the budget connections stay open and silent instead */
    gint64 corrupt;      /* which of all bytes it sends comes out wrong, from 1; 0: none */
    gsize piece;         /* bytes a write; 0: all at once */
    gulong delay;        /* microseconds before each write */
    const char *silent;  /* a path that ends so gets no answer */
    const char *refused; /* a path that ends so gets status 500 */
    gboolean mute;       /* nothing but the ping is answered */
    guint dropped;       /* which request, from 1, is read and its connection closed; 0: none */
    const FakeAnswer *answers; /* up to one without a request; NULL for none */
    gboolean podman;           /* only its events tell how the container ended */
    gboolean reads;            /* the container writes a line that it was sent before all else */
} FakeFaults;

/* What the container of the script writes and how it ends. */
#define FAKE_STDOUT "out: first line\nsecond line\n"
#define FAKE_STDERR "err: only line\n"
#define FAKE_EXIT_CODE 7

FakeEngine *fake_engine_new(const FakeFaults *faults);
void fake_engine_free(FakeEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeEngine, fake_engine_free)

const char *fake_engine_get_socket(FakeEngine *self);
gint64 fake_engine_get_sent(FakeEngine *self);
/* Whether a request of this method whose path ends so has come. */
gboolean fake_engine_was_asked(FakeEngine *self, const char *method, const char *path_end);
guint fake_engine_get_n_connections(FakeEngine *self);
/* How many connections stay without the rest of an answer and have not been closed by the client.
 */
guint fake_engine_get_n_stalled(FakeEngine *self);
