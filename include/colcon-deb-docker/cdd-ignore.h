/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CDD_IGNORE_MAX_SIZE:
 *
 * The size in bytes above which a text is taken for no ignore file.
 */
#define CDD_IGNORE_MAX_SIZE (1024 * 1024)

/**
 * CddIgnore:
 *
 * The patterns of a `.dockerignore` file, read and matched as Docker does: byte for byte, with
 * capital and small letters apart.
 *
 * - `*` is anything but a slash, `?` one character but a slash, `[a-z]` and `[^a-z]` one of a
 *   class (`[!a]` is one of `!` and `a`), and a `\` takes the next character as it is.
 * - `**` is any number of directories. With a slash and `a` behind it, it matches `a` and `x/y/a`;
 *   with only `a` behind it, whatever ends with `a`; behind `a` and a slash, all that is below `a`,
 *   but not `a` itself.
 * - A pattern begins at the directory's top, with or without a slash before it, and matches also
 *   all that is below what it matches.
 * - The last pattern that matches decides; one with a `!` before it says that the path is kept.
 * - As in Docker, one with a `!` that matches a directory keeps what is in it only if the directory
 *   itself is ignored by then: where only files are, `!a` keeps nothing, but `!a/b.c` does.
 * - The top itself is never ignored.
 *
 * It does not change, so several threads may use it.
 */
typedef struct _CddIgnore CddIgnore;

#define CDD_TYPE_IGNORE (cdd_ignore_get_type())
CDD_API GType cdd_ignore_get_type(void);

/**
 * cdd_ignore_parse:
 * @text: what a `.dockerignore` file holds; it need not be UTF-8
 * @length: how many bytes, or -1 when it ends with NUL
 * @name: (nullable): the file's name for errors; %NULL for `.dockerignore`
 * @error: return location
 *
 * A byte order mark at the begin is no part of it, a line with a `#` at its very begin is a
 * comment; white space around a pattern and behind its `!` is dropped, and the pattern made
 * as short as it can be (`./a//b/` is `a/b`).
 *
 * Returns: (transfer full): the patterns; or %NULL with %CDD_ERROR_INVALID_SPEC, naming file and
 *   line, for a pattern that is none, a `!` alone, a line above 64 KiB, a NUL byte, or a text
 *   above %CDD_IGNORE_MAX_SIZE
 */
CDD_API CddIgnore *
cdd_ignore_parse(const char *text, gssize length, const char *name, GError **error);

/**
 * cdd_ignore_new:
 * @patterns: (nullable) (array zero-terminated=1): patterns, those for what is kept with a `!`
 * @error: return location
 *
 * The same of a list, as BuildKit asks for files: `#` means nothing in it, and a slash at the
 * begin is one of the path, which no path has.
 *
 * Returns: (transfer full): the patterns; or %NULL with %CDD_ERROR_INVALID_SPEC, naming the one
 *   that is none
 */
CDD_API CddIgnore *cdd_ignore_new(const char *const *patterns, GError **error);

/**
 * cdd_ignore_ref:
 * @self: patterns
 *
 * Returns: (transfer full): @self
 */
CDD_API CddIgnore *cdd_ignore_ref(CddIgnore *self);

/**
 * cdd_ignore_unref:
 * @self: (transfer full) (nullable): patterns
 *
 * Releases patterns. With their last holder they go.
 */
CDD_API void cdd_ignore_unref(CddIgnore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnore, cdd_ignore_unref)

/**
 * cdd_ignore_get_patterns:
 * @self: patterns
 *
 * Returns: (transfer none) (array zero-terminated=1): each as cdd_ignore_new() takes it
 */
CDD_API const char *const *cdd_ignore_get_patterns(CddIgnore *self);

/**
 * cdd_ignore_matches:
 * @self: patterns
 * @path: (type filename): a path below the directory that the patterns are for, with slashes
 *
 * Looks at each directory above @path as a walk does that comes from the top. Time is bounded by
 * the lengths of the path and of all patterns, multiplied, whatever they are.
 *
 * Returns: whether @path is ignored: nothing that could be below it is looked at
 */
CDD_API gboolean cdd_ignore_matches(CddIgnore *self, const char *path);

/**
 * cdd_ignore_matches_all_below:
 * @self: patterns
 * @directory: (type filename): the path of a directory, as for cdd_ignore_matches()
 *
 * Whether a walk may pass by a directory: it is ignored, and no pattern with a `!` behind the one
 * that ignores it can match anything below it. Such a directory is never read; one that is ignored
 * and read is sent only if something in it is.
 *
 * That is how BuildKit does it, so that an exception for any directory's `keep` finds files in
 * directories that are ignored, where Docker's classic client does not look. It differs in what is
 * read only: BuildKit reads every directory as soon as one pattern with a `!` has a wildcard other
 * than a last component of one or two stars. And an exception that ends with two such components
 * keeps what it says, where BuildKit takes it for one without them.
 *
 * Returns: whether all that is in it is ignored, as far as the patterns say
 */
CDD_API gboolean cdd_ignore_matches_all_below(CddIgnore *self, const char *directory);

G_END_DECLS
