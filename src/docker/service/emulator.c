/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator.h"

#include <string.h>

enum {
    MAX_PROGRAM = 128 * 1024 * 1024, /* QEMU's have about 6 MB */
    MAX_VERSION = 32,
};

/* Of an entry, or of the file "status" for all. */
static char *
read_entry(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    char *entry = NULL;

    g_file_get_contents(path, &entry, NULL, NULL);
    return entry;
}

static char *
find_program(const char *entry)
{
    g_autoptr(GRegex) regex = g_regex_new("^interpreter (/.*)$", G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    return g_regex_match(regex, entry, 0, &match) ? g_match_info_fetch(match, 1) : NULL;
}

/* The text of --version stands in the program in one piece: "qemu-aarch64 version 8.2.1". So the
 * program need not run, which it could not on every machine. */
static char *
search_version(const char *content, gsize length, const char *name)
{
    g_autofree char *marker = g_strdup_printf("qemu-%s version ", name);
    const char *found = content != NULL ? memmem(content, length, marker, strlen(marker)) : NULL;
    const char *digits = found != NULL ? found + strlen(marker) : NULL;
    gsize rest = found != NULL ? length - (gsize)(digits - content) : 0;
    gsize n = 0;

    while (n < rest && n < MAX_VERSION && (g_ascii_isdigit(digits[n]) || digits[n] == '.'))
        n++;
    return n > 0 && g_ascii_isdigit(*digits) ? g_strndup(digits, n) : NULL;
}

static char *
find_version(const char *entry, const char *name)
{
    g_autofree char *program = find_program(entry);
    g_autoptr(GMappedFile) file = NULL;

    if (program == NULL || !g_file_test(program, G_FILE_TEST_IS_REGULAR))
        return NULL;
    file = g_mapped_file_new(program, FALSE, NULL);
    if (file == NULL || g_mapped_file_get_length(file) > MAX_PROGRAM)
        return NULL;
    return search_version(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), name);
}

/*
 * Debian and most other distributions name binfmt_misc entries after QEMU's programs. Without the
 * flag F the kernel would look for the program in the container, where it does not exist.
 */
CddEmulatorState
cdd_emulator_find(const char *directory, const char *name, char **version)
{
    g_autofree char *file = g_strconcat("qemu-", name, NULL);
    g_autofree char *entry = read_entry(directory, file);
    g_autofree char *all = read_entry(directory, "status");

    *version = NULL;
    if (entry == NULL)
        return CDD_EMULATOR_MISSING;
    if (!g_str_has_prefix(entry, "enabled") || (all != NULL && g_str_has_prefix(all, "disabled")))
        return CDD_EMULATOR_DISABLED;
    if (!g_regex_match_simple("^flags: [A-Z]*F", entry, G_REGEX_MULTILINE, 0))
        return CDD_EMULATOR_NOT_FIXED;
    *version = find_version(entry, name);
    return CDD_EMULATOR_USABLE;
}
