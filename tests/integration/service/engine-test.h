/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "await.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * What tests on a real engine share: the engine at CDD_TEST_HOST, the image CDD_TEST_IMAGE, which
 * has a shell, and the calls that every test makes, in a form that blocks.
 */
typedef struct {
    CddService *service;
    const char *image;
    gboolean is_podman; /* for what it documents to do in another way than Docker */
} EngineTest;

void engine_test_set_up(EngineTest *test, gconstpointer data);
/* Fails if a container that begin_container() made is still there. */
void engine_test_tear_down(EngineTest *test, gconstpointer data);

#define ENGINE_TEST(path, func)                                                                    \
    g_test_add(path, EngineTest, NULL, engine_test_set_up, func, engine_test_tear_down)

gboolean engine_is_podman(CddService *service);

/* Whether two names are of one image: Podman gives them with their registry. */
void assert_same_image(const char *name, const char *other);

/* A container that runs a shell script, started. Killed and removed by end_container(). */
char *begin_container(EngineTest *test, const char *script);
void end_container(EngineTest *test, const char *id);

/* What a handler has been given. */
typedef struct {
    GString *out;
    GString *err;
} Output;

void output_init(Output *output);
void output_clear(Output *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Output, output_clear)
CddOutputHandler output_handler(Output *output);

/* Runs a shell script in a container that runs; returns the exit code. */
gint64 exec_shell(EngineTest *test, const char *id, const char *script, Output *output);
