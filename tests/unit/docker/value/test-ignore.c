/* SPDX-License-Identifier: Apache-2.0 */
/* Tests which paths a .dockerignore file ignores, and that a walk agrees with single paths. */
#include "value/ignore.h"

#include "value/file-path.h"
#include "value/glob.h"
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

typedef struct {
    const char *text;
    const char *path;
    gboolean ignored;
} Case;

static const Case cases[] = {
    /* Whole names, relative to the top. */
    {"a", "a", TRUE},
    {"a", "b", FALSE},
    {"a", "A", FALSE},
    {"a", "ab", FALSE},
    {"a", "b/a", FALSE},
    {"a", "a/b", TRUE},
    {"a", "a/b/c/d", TRUE},
    {"a/b", "a", FALSE},
    {"a/b", "a/b", TRUE},
    {"a/b", "a/b/c", TRUE},
    {"a/b", "b", FALSE},
    {"a b", "a b", TRUE},
    {"\xC3\xA4", "\xC3\xA4", TRUE},
    {"a\xCC\x88", "\xC3\xA4", FALSE}, /* the same letter as two code points */
    {"\xFF", "\xFF", TRUE},
    {"\xFF", "\xFE", FALSE},

    /* Lines. */
    {"", "a", FALSE},
    {"\n\n", "a", FALSE},
    {"#a", "#a", FALSE},
    {"#a", "a", FALSE},
    {" #a", "#a", TRUE},
    {"\\#a", "#a", TRUE},
    {"a #b", "a", FALSE},
    {"a #b", "a #b", TRUE},
    {"  a\t", "a", TRUE},
    {"a\r\nb\r\n", "a", TRUE},
    {"a\r\nb\r\n", "b", TRUE},
    {"a\rb", "b", FALSE},
    {"\xEF\xBB\xBF"
     "a",
     "a", TRUE},
    {"\xEF\xBB\xBF#a", "a", FALSE},
    {"b\n\xEF\xBB\xBF"
     "a",
     "a", FALSE},
    {"\xC2\xA0"
     "a\xE3\x80\x80",
     "a", TRUE}, /* spaces outside of ASCII */
    {"\xE2\x80\x8B"
     "a",
     "a", FALSE}, /* not a space, despite its name */
    {"a\nb", "b", TRUE},
    {"a", "a\n", FALSE},

    /* Normalised paths. */
    {"/a", "a", TRUE},
    {"//a", "a", TRUE},
    {"./a", "a", TRUE},
    {"a/", "a", TRUE},
    {"a/", "a/b", TRUE},
    {"a//b", "a/b", TRUE},
    {"a/./b", "a/b", TRUE},
    {"a/../b", "b", TRUE},
    {"a/../b", "a/b", FALSE},
    {"../a", "a", FALSE},
    {"/../a", "a", TRUE},
    {"!/../a", "a", FALSE},
    {"a", "./a", TRUE},
    {"a/b", "a//b/", TRUE},
    {"a", "/a", TRUE},

    /* The top. */
    {".", ".", FALSE},
    {".", "a", FALSE},
    {"/", "a", FALSE},
    {"*", ".", FALSE},
    {"**", ".", FALSE},
    {"**", "", FALSE},
    {"..", "a", FALSE},
    {"./.", "a", FALSE},

    /* One star and one question mark. */
    {"*", "a", TRUE},
    {"*", "a/b", TRUE},
    {"*", ".a", TRUE},
    {"*.c", "a.c", TRUE},
    {"*.c", ".c", TRUE},
    {"*.c", "a.cc", FALSE},
    {"*.c", "b/a.c", FALSE},
    {"*.c", "a.c/b", TRUE},
    {"*/a", "b/a", TRUE},
    {"*/a", "a", FALSE},
    {"*/a", "b/c/a", FALSE},
    {"*/*/a", "b/c/a", TRUE},
    {"a*", "a", TRUE},
    {"a*b*c", "aXbYc", TRUE},
    {"a*b*c", "aXbYbZc", TRUE},
    {"a*b*c", "aXb/c", FALSE},
    {"*a*", "xay", TRUE},
    {"a/*", "a", FALSE},
    {"a/*", "a/b", TRUE},
    {"a/*", "a/b/c", TRUE},
    {"a?c", "abc", TRUE},
    {"a?c", "ac", FALSE},
    {"a?c", "a/c", FALSE},
    {"a?c",
     "a\xC3\xA4"
     "c",
     TRUE},
    {"a?c",
     "a\xFF"
     "c",
     TRUE},
    {"a??c",
     "a\xC3\xA4"
     "c",
     FALSE},
    {"a*c", "a\nc", TRUE},

    /* Two stars. */
    {"**", "a", TRUE},
    {"**", "a/b/c", TRUE},
    {"**/", "a", TRUE},
    {"**/", "a/b", TRUE},
    {"**/a", "a", TRUE},
    {"**/a", "b/a", TRUE},
    {"**/a", "b/c/a", TRUE},
    {"**/a", "b/a/c", TRUE},
    {"**/a", "ba", FALSE},
    {"**/a", "b/aa", FALSE},
    {"**/.foo", "bar.foo", FALSE},
    {"**/.foo", "bar/.foo", TRUE},
    {"**/.foo", ".foo", TRUE},
    {"**.foo", "bar.foo", TRUE},
    {"**.foo", "bar/x.foo", TRUE},
    {"**foo", "barfoo", TRUE},
    {"**foo", "bar/foo/x", TRUE},
    {"**/a/b", "a/b", TRUE},
    {"**/a/b", "x/a/b", TRUE},
    {"**/a/b", "xa/b", FALSE},
    {"**/*.c", "a.c", TRUE},
    {"**/*.c", "x/y/a.c", TRUE},
    {"**/*.c", "x/y/a.h", FALSE},
    {"**/*.c", "x\n/a.c", FALSE}, /* what matches directories does not match a newline */
    {"**/a*", "x/ba", FALSE},
    {"**/a*", "x/ab", TRUE},
    {"abc/**", "abc", FALSE},
    {"abc/**", "abc/d", TRUE},
    {"abc/**", "abc/d/e", TRUE},
    {"abc/**", "abcd", FALSE},
    {"abc/**", "x/abc/d", FALSE},
    {"a**", "a", TRUE},
    {"a**", "abc/d", TRUE},
    {"a**", "ba", FALSE},
    {"a**/", "ab", TRUE},
    {"a/**/b", "a/b", TRUE},
    {"a/**/b", "a/x/b", TRUE},
    {"a/**/b", "a/x/y/b", TRUE},
    {"a/**/b", "ab", FALSE},
    {"a/**/b", "a/xb", FALSE},
    {"a**b", "ab", TRUE},
    {"a**b", "axb", FALSE},
    {"a**b", "ax/b", TRUE},
    {"a**/b", "ax/y/b", TRUE},
    {"**/**", "a/b", TRUE},
    {"***", "a/b", TRUE},
    {"****", "a", TRUE},
    {"**/a/**", "a", FALSE},
    {"**/a/**", "a/b", TRUE},
    {"**/a/**", "x/a/b", TRUE},
    {"**/a/**", "x/a", FALSE},
    {"*/**", "a", FALSE},
    {"*/**", "a/b", TRUE},
    {"a/**/*.c", "a/b.c", TRUE},
    {"a/**/*.c", "a/x/y/b.c", TRUE},
    {"a/**/*.c", "b.c", FALSE},

    /* Classes. */
    {"[abc]", "b", TRUE},
    {"[abc]", "d", FALSE},
    {"[a-c]x", "bx", TRUE},
    {"[a-c]x", "dx", FALSE},
    {"[^a]", "b", TRUE},
    {"[^a]", "a", FALSE},
    {"[^a]", "\xC3\xA4", TRUE},
    {"[!a]", "a", TRUE},
    {"[!a]", "!", TRUE},
    {"[!a]", "b", FALSE},
    {"x[^a]y", "x/y", TRUE}, /* a class may match any character */
    {"[a\\]b]", "]", TRUE},
    {"[a\\-c]", "b", FALSE},
    {"[a\\-c]", "-", TRUE},
    {"[.]x", ".x", TRUE},
    {"[.]x", "ax", FALSE},
    {"[a.c]", "\\", FALSE},
    {"[[:digit:]]", "5", TRUE},
    {"[[:^digit:]]", "5", FALSE},
    {"[[:^word:]]", "a", FALSE},
    {"[[:word:]]", "_", TRUE},
    {"[\xC3\xA4-\xC3\xBC]", "\xC3\xB6", TRUE},
    {"a]", "a]", TRUE},
    {"[*]", "*", FALSE}, /* a star is translated inside a class, too */
    {"[*]", "[]", TRUE},
    {"[a?]", "a]", TRUE},
    {"[a?]", "a", FALSE},

    /* Characters with a special meaning in regular expressions. */
    {"a.b", "axb", FALSE},
    {"*a.b", "axb", FALSE},
    {"*a+", "aa", FALSE},
    {"*a+", "xa+", TRUE},
    {"*(a)", "x(a)", TRUE},
    {"*a$", "xa$", TRUE},
    {"*{a,b}", "xa", FALSE},
    {"*{a,b}", "x{a,b}", TRUE},
    {"*{", "x{", TRUE},
    {"*{1", "x{1", TRUE},
    {"*{01}", "x{01}", TRUE}, /* no number */
    {"*{1,02}", "x{1,02}", TRUE},
    {"*{,1}", "x{,1}", TRUE},
    {"*{-1}", "x{-1}", TRUE},
    {"*a\\{2}", "xa{2}", TRUE},
    {"a{2}", "a{2}", TRUE}, /* this kind needs no expression */
    {"a{2}", "aa", FALSE},
    {"**/a{2}", "x/a{2}", TRUE},
    {"*}", "x}", TRUE},

    /* Docker lets "|" through. The ^ and the $ around belong to the outermost alternatives. */
    {"a|b", "a|b", TRUE},
    {"a|b", "b", FALSE},
    {"**/a|b", "x/a|b", TRUE},
    {"**/a|b", "b", FALSE},
    {"a|b**", "a|bc", TRUE},
    {"a|b**", "a", FALSE},
    {"**/a|b**", "xb", TRUE},
    {"a**|b", "xb", TRUE},
    {"a]|b", "a]x", TRUE},
    {"a]|b", "xb", TRUE},
    {"foo|bar*", "foo", TRUE},
    {"foo|bar*", "foo-and-more", TRUE},
    {"foo|bar*", "x/foo", FALSE},
    {"foo|bar*", "xbary", TRUE},
    {"foo|bar*", "bar", TRUE},
    {"foo|bar*", "ba", FALSE},
    {"foo|bar*", "foo|bar", TRUE},
    {"*a|b", "b", TRUE},
    {"*a|b", "xab", TRUE},
    {"*a|b", "xa/c", TRUE},
    {"*a|b", "c", FALSE},
    {"x*|y|*z", "cyd", TRUE},
    {"x*|y|*z", "xc", TRUE},
    {"x*|y|*z", "cz", TRUE},
    {"x*|y|*z", "c", FALSE},
    {"a*|^b", "xb", FALSE},
    {"a*|^b", "b", TRUE},
    {"a*||b", "c", TRUE}, /* nothing is in every path */
    {"|a*", "c", TRUE},
    {"a*|", "c", TRUE},
    {"*[a|b]", "x|", TRUE},
    {"*a\\|b", "xa|b", TRUE},
    {"*a\\|b", "xa", FALSE},
    {"*\n!x|y*", "x1", FALSE},
    {"*\n!x|y*", "ay", FALSE},
    {"*\n!x|y*", "b", TRUE},

    /* A class behind a star, which Docker does not check before it makes an expression of it. */
    {"foo*[-_]bar", "foo-bar", TRUE},
    {"foo*[-_]bar", "fooX_bar", TRUE},
    {"foo*[-_]bar", "fooXbar", FALSE},
    {"foo*[_-]bar", "foo-bar", TRUE},
    {"foo*[a-]", "foo-", TRUE},
    {"foo*[a-]", "foob", FALSE},
    {"foo*[^-]", "fooa", TRUE},
    {"foo*[^-]", "foo-", FALSE},
    {"foo*[]a]", "foo]", TRUE},
    {"foo*[]-a]", "foo_", TRUE},
    {"foo*[+--]", "foo,", TRUE},
    {"foo*[a\\-c]", "foob", FALSE},
    {"foo*[a\\-c]", "foo-", TRUE},

    /* A letter after a "\" may stand for a class or for a control character. */
    {"a\\d", "a5", TRUE},
    {"a\\d", "ad", FALSE},
    {"a\\D", "ax", TRUE},
    {"a\\D", "a5", FALSE},
    {"*\\w", "x_", TRUE},
    {"*\\W", "x_", FALSE},
    {"*\\W", "x+", TRUE},
    {"a\\sb", "a b", TRUE},
    {"a\\Sb", "a b", FALSE},
    {"\\d*", "5", TRUE},
    {"[\\d]", "5", TRUE},
    {"[\\d]", "d", FALSE},
    {"[^\\w]", "+", TRUE},
    {"[^\\w]", "a", FALSE},
    {"[\\D]", "x", TRUE},
    {"a\\tb", "a\tb", TRUE},
    {"a\\tb", "atb", FALSE},
    {"[\\n]", "\n", TRUE},
    {"^a", "^a", TRUE}, /* this kind needs no expression */
    {"^a*", "ab", TRUE},
    {"^a*", "^ab", FALSE},
    {"*^a", "^a", FALSE},
    {"**/^a", "x/^a", TRUE},
    {"a\\*b", "a*b", TRUE},
    {"a\\*b", "axb", FALSE},
    {"a\\?", "a?", TRUE},
    {"a\\?", "ab", FALSE},
    {"\\[a]", "[a]", TRUE},
    {"\\a", "a", FALSE}, /* BEL */
    {"\\a", "\a", TRUE},
    {"\\_a", "_a", TRUE},
    {"a\\\\b", "a\\b", TRUE},
    {"a\\ b", "a b", TRUE},
    {"\\!a", "!a", TRUE},
    {"\\**", "*a", TRUE},
    {"a\\/b", "a/b", TRUE},

    /* Exceptions. */
    {"!a", "a", FALSE},
    {"a\n!a", "a", FALSE},
    {"!a\na", "a", TRUE},
    {"*\n!a", "a", FALSE},
    {"*\n!a", "b", TRUE},
    {"*\n!a", "a/b", FALSE},
    {"*\n!a\na/b", "a/b", TRUE},
    {"*\n!a\na/b", "a/c", FALSE},
    {"*\n!a\na/b\n!a/b/c", "a/b/c", FALSE},
    {"a\n!a/b", "a/b", FALSE},
    {"a\n!a/b", "a/c", TRUE},
    {"a\n!a/b", "a", TRUE},
    {"a\n! a/b", "a/b", FALSE},
    {"a\n!/a/b", "a/b", FALSE},
    {"a\n!./a//b/", "a/b", FALSE},
    {"a/**\n!a/*.md", "a/x.md", FALSE},
    {"a/**\n!a/*.md", "a/b/x.md", TRUE},
    {"*\n!**/keep", "x/y/keep", FALSE},
    {"*\n!**/keep", "x/y/other", TRUE},
    {"*.md\n!README*.md\nREADME-secret.md", "README.md", FALSE},
    {"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", TRUE},
    {"*.md\nREADME-secret.md\n!README*.md", "README-secret.md", FALSE},
    {"!!a", "!a", FALSE},
    {"*\n!!a", "!a", FALSE},
    {"*\n!!a", "a", TRUE},
    {"*\n/!a", "a", FALSE}, /* the ! comes first once the slash is removed */
    {"**\n!a/b", "a", TRUE},
    {"**\n!a/b", "a/b/c", FALSE},
    /* a is not ignored, so the exception is skipped for it and for its contents. */
    {"**/*.c\n!a", "a/b.c", TRUE},
    {"**/*.c\n!a/**", "a/b.c", FALSE},
    {"**/*.c\n!a/b.c", "a/b.c", FALSE},
    {"a*\n!a", "a/b.c", FALSE},
    /* a is ignored already, so the star is skipped for it and for its contents. */
    {"a\n!a/x\n*", "a/x", FALSE},
    {"*\n!a/x\n*", "a/x", FALSE},
    {"*\n!**/keep\n**/.git", "a/.git/keep", FALSE},
    {"b\n!**/keep\n**/.git", "a/.git/keep", TRUE},
    {"!a/x\n*", "a/x", TRUE},
};

static void
test_table(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CddIgnore) ignore = cdd_ignore_parse(cases[i].text, -1, NULL, &error);

        g_assert_no_error(error);
        if (cdd_ignore_matches(ignore, cases[i].path) != cases[i].ignored)
            g_error("\"%s\": %s is %sto be ignored", cases[i].text, cases[i].path,
                    cases[i].ignored ? "" : "not ");
    }
    g_assert_cmpuint(G_N_ELEMENTS(cases), >=, 120);
}

/* Patterns that filepath.Match refuses, or that no expression can be made from. */
static void
test_what_is_no_pattern_is_an_error_with_its_line(void)
{
    static const char *const broken[] = {
        "[",         "[]",    "[a",        "a\n[a-]", "[^]",        "[]a]",          "[-a]",
        "[a-]",      "a\\",   "x\n![",     "!",       "a\n! ",      "[Local-Only]/", "[z-a]",
        "[a\\]",     "**/[",  "a/[b/c",    "[\xFF]",  "[[:x:]]",    "[a-*]",         "a*/[b",
        "foo*[b-a]", "foo*[", "foo*[a\\]", "foo*\\",  "a*\\x41",    "\\b",           "a\\B",
        "\\A",       "\\z",   "\\pL",      "[\\pL]",  "\\Qa",       "\\1",           "\\0",
        "\\C",       "\\y",   "[\\b]",     "[a-\\d]", "\\\xC3\xA4", "*a{2}",         "*a{2,}",
        "*a{2,3}",   "*a{0}", "{2}*",      "a|{2}*",  "a**{2}x",    "\\d{2}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        const char *place = strchr(broken[i], '\n') == NULL ? "some/file:1: " : "some/file:2: ";

        g_assert_null(cdd_ignore_parse(broken[i], -1, "some/file", &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_true(g_str_has_prefix(error->message, place));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_null(strstr(error->message, "(null)"));
    }
}

static void
assert_refused(const char *text, gssize length, const char *reason)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(cdd_ignore_parse(text, length, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_nonnull(strstr(error->message, reason));
}

static void
test_what_is_too_long_is_an_error(void)
{
    g_autofree char *line = g_strnfill(64 * 1024, 'a');
    g_autofree char *text = g_strconcat("b\n", line, "\n", NULL);
    g_autofree char *large = g_strnfill(CDD_IGNORE_MAX_SIZE + 1, '\n');
    g_autoptr(CddIgnore) ignore = NULL;

    assert_refused(text, -1, ".dockerignore:2: ");
    assert_refused(large, -1, "1 MiB");
    assert_refused("a\nb\0c", 5, ".dockerignore:2: the line has a NUL");
    line[64 * 1024 - 1] = '\0';
    ignore = cdd_ignore_parse(line, -1, NULL, NULL);
    g_assert_true(cdd_ignore_matches(ignore, line));
}

static void
test_a_list_is_taken_as_it_is(void)
{
    const char *const list[] = {"#a", " b/ ", "", "/c", "!d", "e", "!e/./f", NULL};
    const char *const broken[] = {"a", "[", NULL};
    const char *const expected[] = {"#a", "b", "/c", "!d", "e", "!e/f", NULL};
    g_autoptr(CddIgnore) ignore = cdd_ignore_new(list, NULL);
    g_autoptr(CddIgnore) empty = cdd_ignore_new(NULL, NULL);
    g_autoptr(CddIgnore) again = cdd_ignore_ref(ignore);
    g_autoptr(GError) error = NULL;

    g_assert_cmpstrv((char **)cdd_ignore_get_patterns(again), (char **)expected);
    g_assert_true(cdd_ignore_matches(ignore, "#a"));
    g_assert_true(cdd_ignore_matches(ignore, "b/x"));
    g_assert_false(cdd_ignore_matches(ignore, "c"));
    g_assert_false(cdd_ignore_matches(ignore, "e/f"));
    g_assert_false(cdd_ignore_matches(empty, "a"));
    g_assert_null(cdd_ignore_new(broken, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_nonnull(strstr(error->message, "\"[\""));
}

static void
test_what_was_parsed_can_be_extended_as_a_list(void)
{
    g_autoptr(CddIgnore) ignore = cdd_ignore_parse("# c\n/*\n! b/\n", -1, NULL, NULL);
    const char *const expected[] = {"*", "!b", NULL};

    g_assert_cmpstrv((char **)cdd_ignore_get_patterns(ignore), (char **)expected);
}

/* Tests which directories a walk may skip. */
static void
test_all_below(void)
{
    static const Case below[] = {
        {"a", "a", TRUE},
        {"a", "b", FALSE},
        {"a", ".", FALSE},
        {"a\n!a/b", "a", FALSE},
        {"a\n!a/b", "a/c", TRUE},
        {"a\n!a/b/c", "a/b", FALSE},
        {"!a/b\na", "a", TRUE}, /* a later pattern ignores what is kept */
        {"a\n!ab/c", "a", TRUE},
        {"*\n!a/*.md", "a", FALSE},
        {"*\n!a/*.md", "b", TRUE},
        {"*\n!a/*.md", "a/b", TRUE},
        {"*\n!a/*/x", "a/b", FALSE},
        {"*\n!a/**", "a", FALSE},
        {"*\n!a**", "b", TRUE},
        {"*\n!**/keep", "a/b", FALSE},
        {"b\n!**/keep\n**/.git", "a/.git", TRUE},
        {"*\n!a/**/x", "a/b/c", FALSE},
        {"*\n!a/**/x", "b", TRUE},
        {"*\n![ab]/x", "a", FALSE},
        {"*\n![ab]/x", "c", TRUE},
        /* BuildKit does not look deeper than the path without the last two wildcards. */
        {"a\n!a/*/**", "a", FALSE},
        {"a\n!a/*/**", "a/b", TRUE},
        {"a\n!a/?/**", "a/b", FALSE},
        {"x\n!a|b/*", "x", TRUE},
        {"x\n!a|b/*\n!z?", "x", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(below); i++) {
        g_autoptr(CddIgnore) ignore = cdd_ignore_parse(below[i].text, -1, NULL, NULL);

        if (cdd_ignore_matches_all_below(ignore, below[i].path) != below[i].ignored)
            g_error("\"%s\": %s", below[i].text, below[i].path);
    }
}

/* With a backtracking matcher, these patterns would take forever and this test would not end. */
static void
test_no_pattern_takes_for_ever(void)
{
    g_autoptr(GString) pattern = g_string_new(NULL);
    g_autofree char *path = g_strnfill(1000, 'a');
    g_autoptr(CddIgnore) ignore = NULL;

    for (guint i = 0; i < 200; i++)
        g_string_append(pattern, "**a*a[a]");
    g_string_append(pattern, "[b]");
    ignore = cdd_ignore_parse(pattern->str, -1, NULL, NULL);
    g_assert_false(cdd_ignore_matches(ignore, path));
}

static void
test_paths_become_short(void)
{
    static const char *const paths[][2] = {
        {"", "."},
        {".", "."},
        {"/", "/"},
        {"//", "/"},
        {"a/b/..", "a"},
        {"a/..", "."},
        {"a/../..", ".."},
        {"../..", "../.."},
        {"/..", "/"},
        {"/../a", "/a"},
        {"a/./b", "a/b"},
        {"a//b/", "a/b"},
        {"..a", "..a"},
        {".../a", ".../a"},
        {"/a/..", "/"},
        {"../a/../b", "../b"},
        {"a/b/../../c", "c"},
        {"./..", ".."},
        {"/a/../../b", "/b"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *clean = cdd_file_path_clean(paths[i][0]);

        g_assert_cmpstr(clean, ==, paths[i][1]);
    }
}

static void
test_an_escaped_name_matches_itself_alone(void)
{
    static const char *const names[] = {"a*b", "[a]", "a\\b", "a?", "^a", "x-y", "a{b}"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *pattern = cdd_glob_escape(names[i]);
        const char *const list[] = {pattern, NULL};
        g_autoptr(CddIgnore) ignore = cdd_ignore_new(list, NULL);

        g_assert_true(cdd_ignore_matches(ignore, names[i]));
        g_assert_true(cdd_glob_matches(pattern, names[i]));
        g_assert_false(cdd_glob_matches(pattern, "axb"));
        g_assert_false(cdd_glob_has_wildcards(pattern));
    }
    g_assert_true(cdd_glob_matches("*[^b]?", "aaac"));
    g_assert_false(cdd_glob_matches("*b", "aaa"));
    g_assert_false(cdd_glob_matches("*", "a/b"));
    g_assert_true(cdd_glob_has_wildcards("a\\*b?"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ignore/table", test_table);
    g_test_add_func("/ignore/what-is-no-pattern-is-an-error-with-its-line",
                    test_what_is_no_pattern_is_an_error_with_its_line);
    g_test_add_func("/ignore/what-is-too-long-is-an-error", test_what_is_too_long_is_an_error);
    g_test_add_func("/ignore/a-list-is-taken-as-it-is", test_a_list_is_taken_as_it_is);
    g_test_add_func("/ignore/what-was-parsed-can-be-extended-as-a-list",
                    test_what_was_parsed_can_be_extended_as_a_list);
    g_test_add_func("/ignore/all-below", test_all_below);
    g_test_add_func("/ignore/no-pattern-takes-for-ever", test_no_pattern_takes_for_ever);
    g_test_add_func("/ignore/paths-become-short", test_paths_become_short);
    g_test_add_func("/ignore/an-escaped-name-matches-itself-alone",
                    test_an_escaped_name_matches_itself_alone);
    return g_test_run();
}
