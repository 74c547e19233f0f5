/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ignore file, then NUL and a path. The patterns must match the same when parsed again as a
 * list. A directory that may be skipped must contain nothing that is kept.
 */
#include "fuzz.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

/* Only paths with valid names and a valid length. */
#define MAX_PATH_LENGTH 300

static void
check_below(CddIgnore *ignore, const char *path)
{
    g_autofree char *above = g_path_get_dirname(path);

    if (*path != '/' && strstr(path, "..") == NULL && cdd_ignore_matches_all_below(ignore, above))
        g_assert_true(cdd_ignore_matches(ignore, path));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\0', size);
    size_t length = end == NULL ? size : (size_t)(end - data);
    g_autoptr(CddIgnore) ignore = cdd_ignore_parse((const char *)data, (gssize)length, NULL, NULL);
    g_autoptr(CddIgnore) again = NULL;
    g_autofree char *path = NULL;

    if (ignore == NULL)
        return 0;
    again = cdd_ignore_new(cdd_ignore_get_patterns(ignore), NULL);
    g_assert_nonnull(again);
    path = end == NULL ? g_strdup("a/b")
                       : g_strndup((const char *)end + 1, MIN(size - length - 1, MAX_PATH_LENGTH));
    g_assert_true(cdd_ignore_matches(ignore, path) == cdd_ignore_matches(again, path));
    check_below(ignore, path);
    return 0;
}
