/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This program stands in the place of a program of an emulated system. It is native, so the kernel
 * starts it without the emulator. It executes the native program that does the same, or the
 * emulated one where the result could differ.
 *
 * It is static, because the emulated system has no native libraries, and it allocates nothing.
 */
#include "command.h"
#include "file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RULES ACCELERATOR "/rules"
#define EMULATED ACCELERATOR "/emulated"
#define PATCHED ACCELERATOR "/patched"
#define UNPATCHED ACCELERATOR "/unpatched"

enum {
    CANNOT_EXECUTE = 127 /* as shells do */
};

/* A program of this name cannot be changed so that it finds its libraries. */
static bool
needs_loader(const char *file)
{
    char mark[PATH_MAX];

    snprintf(mark, sizeof mark, UNPATCHED "/%s", strrchr(file, '/') + 1);
    return access(mark, F_OK) == 0;
}

static void
run_native(const Call *call)
{
    static Command command;
    static char rules[COMMAND_MAX_RULES];
    bool by_loader = needs_loader(call->path);

    if (!file_read(RULES, rules, sizeof rules) || !command_is_native(call, rules) ||
        !command_make(&command, call, rules, by_loader))
        return;
    execve(by_loader ? ACCELERATOR_LOADER : command.file, command.arguments, command.environment);
}

/* Of a program that finds itself by /proc, a copy that does not is used. A user may have copied
 * this program elsewhere, as "python3 -m venv --copies" does; its name tells which it was. */
static int
run_emulated(const Call *call)
{
    static const char *const places[] = {PATCHED, EMULATED, EMULATED "/usr/bin"};
    char file[PATH_MAX + sizeof EMULATED "/usr/bin"];

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(file, sizeof file, "%s%s", places[i],
                 i + 1 < sizeof places / sizeof places[0] ? call->path : strrchr(call->path, '/'));
        execve(file, call->arguments, call->environment);
    }
    fprintf(stderr, "colcon-deb: the emulated program %s cannot be executed: %s\n", file,
            strerror(errno));
    return CANNOT_EXECUTE;
}

int
main(int argc, char **argv)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    if (length <= 0 || path[0] != '/') {
        fprintf(stderr,
                "colcon-deb: /proc is not mounted, so the native program for %s cannot be "
                "found\n",
                argc > 0 ? argv[0] : "this call");
        return CANNOT_EXECUTE;
    }
    path[length] = '\0';

    const Call call = {path, argv, environ};
    run_native(&call);
    return run_emulated(&call);
}
