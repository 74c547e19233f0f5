/* SPDX-License-Identifier: Apache-2.0 */
#include "architecture-name.h"

#include <colcon-deb-docker/cdd-architecture.h>

/* One row for each architecture: the name in images (GOARCH), QEMU's name, and other names. */
static const struct {
    const char *name;
    const char *qemu;
    const char *others; /* separated by spaces */
} architectures[] = {
    {"amd64", "x86_64", "x86_64 x86-64 x64"},
    {"arm64", "aarch64", "aarch64 arm64v8 arm64e"},
    {"arm", "arm", "armhf armel armv7l armv6l armv7 armv6"},
    {"386", "i386", "i386 i486 i586 i686 x86"},
    {"ppc64le", "ppc64le", "ppc64el powerpc64le"},
    {"s390x", "s390x", ""},
    {"riscv64", "riscv64", "riscv64gc"},
    {"mips64le", "mips64el", "mips64el"},
    {"loong64", "loongarch64", "loongarch64"},
};

static gboolean
has_word(const char *words, const char *word)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);

    return g_strv_contains((const char *const *)list, word);
}

const char *
cdd_architecture_normalize(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    for (gsize i = 0; i < G_N_ELEMENTS(architectures); i++) {
        if (g_str_equal(architectures[i].name, lower) || has_word(architectures[i].others, lower))
            return architectures[i].name;
    }
    return name;
}

const char *
cdd_architecture_get_qemu_name(const char *architecture)
{
    for (gsize i = 0; i < G_N_ELEMENTS(architectures); i++) {
        if (g_str_equal(architectures[i].name, architecture))
            return architectures[i].qemu;
    }
    return architecture;
}
