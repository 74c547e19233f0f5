/* SPDX-License-Identifier: Apache-2.0 */
#include "architecture.h"

#include "../base/nearest.h"
#include "../base/program-error.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

#define SYSTEM "linux/"

static const Architecture architectures[] = {
    {"amd64", "amd64", ""}, {"arm64", "arm64", ""},     {"armhf", "arm", "v7"},
    {"armel", "arm", "v5"}, {"i386", "386", ""},        {"ppc64el", "ppc64le", ""},
    {"s390x", "s390x", ""}, {"riscv64", "riscv64", ""},
};

/* Names that are neither in the table nor known to the library. */
static const struct {
    const char *name;
    const char *debian;
} others[] = {
    {"arm", "armhf"},
    {"armv7l", "armhf"},
    {"arm64/v8", "arm64"},
};

/* "arm/v7" */
static char *
short_name(const Architecture *architecture)
{
    return g_strconcat(architecture->image, *architecture->variant != '\0' ? "/" : "",
                       architecture->variant, NULL);
}

char *
architecture_get_platform(const Architecture *architecture)
{
    g_autofree char *name = short_name(architecture);

    return g_strconcat(SYSTEM, name, NULL);
}

static gboolean
has_name(const Architecture *architecture, const char *name)
{
    g_autofree char *image = short_name(architecture);

    if (g_str_equal(architecture->debian, name) || g_str_equal(image, name))
        return TRUE;
    /* The library does not distinguish the variants. */
    return *architecture->variant == '\0' &&
           g_str_equal(cdd_architecture_normalize(name), architecture->image);
}

char **
architecture_list_names(ArchitectureNames names)
{
    g_autoptr(GStrvBuilder) list = g_strv_builder_new();

    for (gsize i = 0; i < G_N_ELEMENTS(architectures); i++) {
        g_autofree char *platform = architecture_get_platform(&architectures[i]);

        g_strv_builder_add(list,
                           names == ARCHITECTURE_PLATFORM ? platform : architectures[i].debian);
    }
    return g_strv_builder_end(list);
}

static void
set_unknown_error(const char *name, ArchitectureNames names, GError **error)
{
    g_auto(GStrv) listed = architecture_list_names(names);
    g_auto(GStrv) debian = architecture_list_names(ARCHITECTURE_DEBIAN);
    g_autofree char *list = g_strjoinv(", ", listed);
    const char *nearest = nearest_word(name, (const char *const *)listed);

    if (nearest == NULL)
        nearest = nearest_word(name, (const char *const *)debian);
    if (nearest != NULL)
        program_error_usage(error, "\"%s\" is not one of %s; did you mean \"%s\"?", name, list,
                            nearest);
    else
        program_error_usage(error, "\"%s\" is not one of %s", name, list);
}

const Architecture *
architecture_find(const char *name, ArchitectureNames names, GError **error)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    const char *plain = g_str_has_prefix(lower, SYSTEM) ? lower + strlen(SYSTEM) : lower;

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_equal(others[i].name, plain))
            plain = others[i].debian;
    for (gsize i = 0; i < G_N_ELEMENTS(architectures); i++)
        if (has_name(&architectures[i], plain))
            return &architectures[i];
    set_unknown_error(name, names, error);
    return NULL;
}

gboolean
architecture_fits(const Architecture *architecture, const char *image, const char *variant)
{
    /* arm64 images may say v8. Only arm has several variants. */
    return g_str_equal(architecture->image, image) &&
           (*architecture->variant == '\0' || variant == NULL || *variant == '\0' ||
            g_str_equal(architecture->variant, variant));
}
