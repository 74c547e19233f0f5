/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CDD_IGNORE_MAX_SIZE:
 *
 * The maximum size of an ignore file, in bytes.
 *
 * Since: 0.1
 */
#define CDD_IGNORE_MAX_SIZE (1024 * 1024)

/**
 * CddIgnore:
 *
 * The patterns of a `.dockerignore` file, parsed and matched as Docker does. Matching is by bytes
 * and case-sensitive.
 *
 * - `*` matches any characters but a slash, `?` one character but a slash, `[a-z]` and `[^a-z]` one
 *   character of a class (`[!a]` matches `!` and `a`). A `\` escapes the next character.
 * - `**` matches any number of directories. Followed by a slash and `a`, it matches `a` and
 *   `x/y/a`; followed by `a` alone, any path that ends with `a`. After `a` and a slash, it matches
 *   everything below `a`, but not `a` itself.
 * - A pattern is relative to the context directory, with or without a leading slash. A pattern that
 *   matches a directory also matches everything below it.
 * - The last matching pattern decides. A leading `!` makes a pattern an exception: the path is
 *   kept.
 * - As in Docker, an exception for a directory keeps its contents only if an earlier pattern
 *   ignores the directory itself. If earlier patterns ignore only the files in `a`, `!a` keeps
 *   nothing, but `!a/b.c` keeps that file.
 * - The context directory itself is never ignored.
 *
 * The object is immutable, so several threads may share it.
 *
 * Since: 0.1
 */
typedef struct _CddIgnore CddIgnore;

#define CDD_TYPE_IGNORE (cdd_ignore_get_type())
CDD_API GType cdd_ignore_get_type(void);

/**
 * cdd_ignore_parse:
 * @text: the contents of a `.dockerignore` file; need not be UTF-8
 * @length: length in bytes, or -1 if @text is NUL-terminated
 * @name: (nullable): the file's name for error messages; %NULL for `.dockerignore`
 * @error: return location
 *
 * Parses an ignore file. A leading byte order mark is skipped, and a line whose first character is
 * `#` is a comment. White space around a pattern and after its `!` is removed. Patterns are
 * normalised (`./a//b/` becomes `a/b`).
 *
 * Returns: (transfer full): the patterns; or %NULL with %CDD_ERROR_INVALID_SPEC, naming file and
 *   line, for an invalid pattern, a lone `!`, a line longer than 64 KiB, a NUL byte, or a text
 *   larger than %CDD_IGNORE_MAX_SIZE
 *
 * Since: 0.1
 */
CDD_API CddIgnore *
cdd_ignore_parse(const char *text, gssize length, const char *name, GError **error);

/**
 * cdd_ignore_new:
 * @patterns: (nullable) (array zero-terminated=1): patterns; exceptions begin with `!`
 * @error: return location
 *
 * Makes patterns from a list, as BuildKit sends them. `#` has no special meaning. A leading slash
 * is part of the pattern, so such a pattern matches no path.
 *
 * Returns: (transfer full): the patterns; or %NULL with %CDD_ERROR_INVALID_SPEC, naming the invalid
 *   pattern
 *
 * Since: 0.1
 */
CDD_API CddIgnore *cdd_ignore_new(const char *const *patterns, GError **error);

/**
 * cdd_ignore_ref:
 * @self: patterns
 *
 * Returns: (transfer full): @self
 *
 * Since: 0.1
 */
CDD_API CddIgnore *cdd_ignore_ref(CddIgnore *self);

/**
 * cdd_ignore_unref:
 * @self: (transfer full) (nullable): patterns
 *
 * Drops a reference. The last one frees the patterns.
 *
 * Since: 0.1
 */
CDD_API void cdd_ignore_unref(CddIgnore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnore, cdd_ignore_unref)

/**
 * cdd_ignore_get_patterns:
 * @self: patterns
 *
 * Returns: (transfer none) (array zero-terminated=1): each as cdd_ignore_new() takes it
 *
 * Since: 0.1
 */
CDD_API const char *const *cdd_ignore_get_patterns(CddIgnore *self);

/**
 * cdd_ignore_matches:
 * @self: patterns
 * @path: (type filename): a path below the directory that the patterns are for, with slashes
 *
 * Matches a path. Each directory above @path is matched first, as in a walk from the top. The time
 * is bounded by the length of @path times the length of all patterns.
 *
 * Returns: whether @path is ignored; this says nothing about paths below it
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_ignore_matches(CddIgnore *self, const char *path);

/**
 * cdd_ignore_matches_all_below:
 * @self: patterns
 * @directory: (type filename): the path of a directory, as for cdd_ignore_matches()
 *
 * Decides whether a walk may skip a directory: the directory is ignored, and no later exception can
 * match a path below it. A skipped directory is never read. An ignored directory that is read is
 * sent only if something in it is sent.
 *
 * BuildKit works the same way: an exception for `keep` in any directory finds files in ignored
 * directories, where Docker's classic client does not look. There are two differences. BuildKit
 * reads every directory if any exception has a wildcard other than a last component of one or two
 * stars; this function still skips directories. An exception that ends with two such components
 * keeps exactly what it matches; BuildKit treats it as if those components were missing.
 *
 * Returns: whether the patterns ignore everything in @directory
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_ignore_matches_all_below(CddIgnore *self, const char *directory);

G_END_DECLS
