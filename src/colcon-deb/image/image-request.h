/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * What a user asks of an image build, in the words of the command line, made into what the library
 * takes. Errors are usage errors and begin with the flag.
 */
typedef struct {
    char *context_dir;
    char *file; /* --file: a path, - for standard input, or NULL */
    char **tags;
    char *target;
    char *platform;
    char **build_args;
    char **labels;
    char **cache_from;
    gboolean no_cache;
    gboolean pull;
    char *network;
    char **extra_hosts;
    char **secrets;
    char **ssh;
    char *output;
    char *builder;
    char *compression;
    char *dockerfile_text; /* what was read from standard input */
    CddBuilder builder_kind;
    CddContextCompression compression_kind;
    guint64 source_date_epoch;
} BuildRequest;

/* Checks and completes what the command line has filled in. Reads standard input, if it is asked
 * to. */
gboolean build_request_prepare(BuildRequest *request, GError **error);

/* Borrows everything from @request. */
CddBuildContext build_request_get_context(const BuildRequest *request);

void build_request_clear(BuildRequest *request);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BuildRequest, build_request_clear)

/* The variable SOURCE_DATE_EPOCH, 0 if it is not set. */
gboolean build_request_read_epoch(guint64 *epoch, GError **error);
