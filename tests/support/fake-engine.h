/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * An engine that plays one run of a container: a script, for the faults that a real engine does not
 * produce on demand. It serves on threads of its own, since a server in the client's main context
 * would wait for itself.
 */
typedef struct FakeEngine FakeEngine;

typedef struct {
    gint64 budget;       /* bytes it sends in all before every connection breaks; -1: no end */
    gsize piece;         /* bytes a write; 0: all at once */
    const char *silent;  /* a path that ends so gets no answer */
    const char *refused; /* a path that ends so gets status 500 */
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
