/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <glib.h>
#include <string.h>

static Command command;

static char *
make(const char *path, const char *words, const char *variables, gboolean by_loader)
{
    g_auto(GStrv) arguments = g_strsplit(words, " ", -1);
    g_auto(GStrv) environment = g_strsplit(variables, " ", -1);
    const Call call = {path, arguments, environment};
    static const char rules[] = "python set A=native\n"
                                "make default MAKE_HOST=aarch64-unknown-linux-gnu\n"
                                "# a comment\n";
    g_autofree char *joined = NULL;
    g_autofree char *joined_variables = NULL;

    g_assert_true(command_make(&command, &call, rules, by_loader));
    joined = g_strjoinv(" ", command.arguments);
    joined_variables = g_strjoinv(" ", command.environment);
    return g_strconcat(command.file, ": ", joined, ": ", joined_variables, NULL);
}

static void
assert_made(const char *path,
            const char *words,
            const char *variables,
            gboolean by_loader,
            const char *expected)
{
    g_autofree char *made = make(path, words, variables, by_loader);

    g_assert_cmpstr(made, ==, expected);
}

static void
assert_not_made(const char *path, const char *words, const char *variables)
{
    g_auto(GStrv) arguments = g_strsplit(words, " ", -1);
    g_auto(GStrv) environment = g_strsplit(variables, " ", -1);
    const Call call = {path, arguments, environment};

    g_assert_false(command_make(&command, &call, "", FALSE));
}

#define IN "/usr/lib/colcon-deb/accelerator"

static void
test_arguments_are_kept(void)
{
    assert_made("/usr/bin/perl", "/usr/bin/perl -w x", "A=b", FALSE,
                IN "/programs/perl: /usr/bin/perl -w x: A=b");
}

static void
test_a_loader_comes_before_what_cannot_find_libraries(void)
{
    assert_made("/usr/libexec/gcc/aarch64-linux-gnu/14/cc1", "cc1 -quiet", "A=b", TRUE,
                IN "/programs/cc1: " IN "/lib/ld-linux-x86-64.so.2 --library-path " IN
                   "/lib --preload " IN "/lib/libcolcon-deb-machine.so --argv0 cc1 " IN
                   "/programs/cc1 -quiet: A=b");
}

static void
test_variables_are_set(void)
{
    assert_made("/usr/bin/python3.13", "python3 x", "A=b C=d", FALSE,
                IN "/programs/python3.13: python3 x: A=native C=d");
    assert_made("/usr/bin/python3.13", "python3 x", "AB=b", FALSE,
                IN "/programs/python3.13: python3 x: AB=b A=native");
    assert_made("/usr/bin/make", "make", "MAKE_HOST=mine", FALSE,
                IN "/programs/make: make: MAKE_HOST=mine");
    assert_made("/usr/bin/make", "make", "A=b", FALSE,
                IN "/programs/make: make: A=b MAKE_HOST=aarch64-unknown-linux-gnu");
}

/* What only a linker for its own machine reads. */
static void
test_the_search_path_of_a_linker_becomes_options(void)
{
    static const char path[] = "/usr/bin/aarch64-linux-gnu-ld.bfd";

    assert_made(path, "ld a.o", "LD_LIBRARY_PATH=/a:/b", FALSE,
                IN "/programs/aarch64-linux-gnu-ld.bfd: ld a.o -rpath-link /a:/b: "
                   "LD_LIBRARY_PATH=/a:/b");
    assert_made(path, "ld -rpath /r -rpath=/s a.o", "LD_LIBRARY_PATH=/a", FALSE,
                IN "/programs/aarch64-linux-gnu-ld.bfd: ld -rpath /r -rpath=/s a.o -rpath-link /r "
                   "-rpath-link /s -rpath-link /a: LD_LIBRARY_PATH=/a");
    assert_made(path, "ld a.o", "LD_RUN_PATH=/run", FALSE,
                IN "/programs/aarch64-linux-gnu-ld.bfd: ld a.o -rpath-link /run: LD_RUN_PATH=/run");
    assert_made(path, "ld -rpath-link /l a.o", "LD_RUN_PATH=/run", FALSE,
                IN "/programs/aarch64-linux-gnu-ld.bfd: ld -rpath-link /l a.o: LD_RUN_PATH=/run");
    assert_made(path, "ld -R /r a.o", "LD_RUN_PATH=/run", FALSE,
                IN "/programs/aarch64-linux-gnu-ld.bfd: ld -R /r a.o: LD_RUN_PATH=/run");
    assert_made(path, "ld a.o -rpath", "LD_LIBRARY_PATH=", FALSE,
                IN "/programs/aarch64-linux-gnu-ld.bfd: ld a.o -rpath: LD_LIBRARY_PATH=");
}

/* A response file may have a -rpath. Only the emulated linker looks it up by itself. */
static void
test_a_linker_with_a_search_path_and_a_response_file_runs_emulated(void)
{
    static const char path[] = "/usr/bin/aarch64-linux-gnu-ld.bfd";

    assert_not_made(path, "ld @objects", "LD_LIBRARY_PATH=/a");
    assert_not_made(path, "ld a.o @objects", "LD_RUN_PATH=/run");
    assert_made(path, "ld @objects", "A=b", FALSE,
                IN "/programs/aarch64-linux-gnu-ld.bfd: ld @objects: A=b");
}

static void
test_too_many_arguments_run_emulated(void)
{
    g_autofree char **arguments = g_new0(char *, COMMAND_MAX_ARGUMENTS + 2);
    char *const environment[] = {NULL};
    const Call call = {"/usr/bin/aarch64-linux-gnu-ld.bfd", arguments, environment};

    for (gsize i = 0; i <= COMMAND_MAX_ARGUMENTS; i++)
        arguments[i] = (char *)"a";
    g_assert_false(command_make(&command, &call, "", FALSE));
    arguments[COMMAND_MAX_ARGUMENTS - 1] = NULL;
    g_assert_true(command_make(&command, &call, "", FALSE));
    g_assert_false(command_make(&command, &call, "", TRUE));
}

static void
test_kinds_of_programs(void)
{
    static const struct {
        const char *path;
        ProgramKind kind;
    } cases[] = {
        {"/usr/bin/aarch64-linux-gnu-gcc-14", PROGRAM_DRIVER},
        {"/usr/bin/aarch64-linux-gnu-g++-14", PROGRAM_DRIVER},
        {"/usr/bin/aarch64-linux-gnu-cpp-14", PROGRAM_PREPROCESSOR},
        {"/usr/libexec/gcc/aarch64-linux-gnu/14/cc1plus", PROGRAM_COMPILER},
        {"/usr/bin/aarch64-linux-gnu-ld.bfd", PROGRAM_LINKER},
        {"/usr/bin/python3.13", PROGRAM_INTERPRETER},
        {"/usr/bin/perl", PROGRAM_INTERPRETER},
        {"/usr/bin/gawk", PROGRAM_ALWAYS},
        {"", PROGRAM_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(program_find(cases[i].path).kind, ==, cases[i].kind);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/command/arguments-are-kept", test_arguments_are_kept);
    g_test_add_func("/command/a-loader-comes-before-what-cannot-find-libraries",
                    test_a_loader_comes_before_what_cannot_find_libraries);
    g_test_add_func("/command/variables-are-set", test_variables_are_set);
    g_test_add_func("/command/the-search-path-of-a-linker-becomes-options",
                    test_the_search_path_of_a_linker_becomes_options);
    g_test_add_func("/command/a-linker-with-a-search-path-and-a-response-file-runs-emulated",
                    test_a_linker_with_a_search_path_and_a_response_file_runs_emulated);
    g_test_add_func("/command/too-many-arguments-run-emulated",
                    test_too_many_arguments_run_emulated);
    g_test_add_func("/command/kinds-of-programs", test_kinds_of_programs);
    return g_test_run();
}
