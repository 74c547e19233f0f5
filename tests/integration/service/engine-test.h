/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "await.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * Common code of tests with a real engine: the engine at CDD_TEST_HOST, the image CDD_TEST_IMAGE,
 * which has a shell, and blocking forms of common calls.
 */
typedef struct {
    CddService *service;
    const char *image;
    gboolean is_podman; /* for documented differences from Docker */
} EngineTest;

void engine_test_set_up(EngineTest *test, gconstpointer data);
/* Fails if a container of begin_container() still exists. */
void engine_test_tear_down(EngineTest *test, gconstpointer data);

#define ENGINE_TEST(path, func)                                                                    \
    g_test_add(path, EngineTest, NULL, engine_test_set_up, func, engine_test_tear_down)

gboolean engine_is_podman(CddService *service);

/* Asserts that two names mean one image; Podman adds the registry. */
void assert_same_image(const char *name, const char *other);

/* Starts a container that runs a shell script. end_container() kills and removes it. */
char *begin_container(EngineTest *test, const char *script);
void end_container(EngineTest *test, const char *id);

/* Collects what a handler receives. */
typedef struct {
    GString *out;
    GString *err;
} Output;

void output_init(Output *output);
void output_clear(Output *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Output, output_clear)
CddOutputHandler output_handler(Output *output);

/* Runs a shell script in a running container; returns the exit code. */
gint64 exec_shell(EngineTest *test, const char *id, const char *script, Output *output);
