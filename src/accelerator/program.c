/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include "text.h"

typedef enum {
    NAME_IS,
    NAME_BEGINS,
    NAME_HAS,
    NAME_ENDS,
} NameTest;

/* The first row that fits decides. */
static const struct {
    NameTest test;
    const char *text;
    Program program;
} programs[] = {
    {NAME_IS, "cc1", {PROGRAM_COMPILER, "compiler"}},
    {NAME_IS, "cc1plus", {PROGRAM_COMPILER, "compiler"}},
    {NAME_IS, "lto1", {PROGRAM_ALWAYS, "lto"}},
    {NAME_IS, "lto-wrapper", {PROGRAM_ALWAYS, "lto"}},
    {NAME_ENDS, "ld.bfd", {PROGRAM_LINKER, "linker"}},
    {NAME_IS, "make", {PROGRAM_ALWAYS, "make"}},
    {NAME_IS, "perl", {PROGRAM_INTERPRETER, "perl"}},
    {NAME_BEGINS, "python3.", {PROGRAM_INTERPRETER, "python"}},
    {NAME_HAS, "-linux-gnu-gcc-", {PROGRAM_DRIVER, "driver"}},
    {NAME_HAS, "-linux-gnu-g++-", {PROGRAM_DRIVER, "driver"}},
    {NAME_HAS, "-linux-gnu-cpp-", {PROGRAM_PREPROCESSOR, "driver"}},
    /* Others only need the wrapper because their file cannot be changed to find its libraries. */
    {NAME_BEGINS, "", {PROGRAM_ALWAYS, "other"}},
};

static bool
fits(NameTest test, const char *name, const char *pattern)
{
    switch (test) {
    case NAME_IS:
        return text_is(name, pattern);
    case NAME_BEGINS:
        return text_begins(name, pattern);
    case NAME_HAS:
        return strstr(name, pattern) != NULL;
    case NAME_ENDS:
        return text_ends(name, pattern);
    }
    return false;
}

Program
program_find(const char *path)
{
    const char *name = text_base_name(path);

    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        if (*name != '\0' && fits(programs[i].test, name, programs[i].text))
            return programs[i].program;
    return (Program){PROGRAM_UNKNOWN, ""};
}
