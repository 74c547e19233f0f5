/* SPDX-License-Identifier: Apache-2.0 */
#include "platform.h"

#include "text.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

#define DEFAULT_OS "linux"
#define NAME_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-"
#define PART_CHARACTERS NAME_CHARACTERS "."

enum {
    MAX_SHOWN = 200,
    MAX_PARTS = 3,
};

/* The names that may stand alone. */
static const char *const systems[] = {
    "aix",   "android", "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios", "js",
    "linux", "nacl",    "netbsd", "openbsd",   "plan9",   "solaris", "windows", "zos", NULL};
static const char *const architectures[] = {
    "386",     "amd64",   "amd64p32", "arm",     "armbe",    "arm64",     "arm64be",
    "loong64", "mips",    "mipsle",   "mips64",  "mips64le", "mips64p32", "ppc",
    "ppc64",   "ppc64le", "riscv",    "riscv64", "s390",     "s390x",     "mips64p32le",
    "sparc",   "sparc64", "wasm",     NULL};

/* Other names of architectures. */
static const struct {
    const char *name;
    const char *architecture;
    const char *variant; /* replaces the given one; NULL to keep it, "" for none */
} aliases[] = {
    {"i386", "386", ""},        {"x86_64", "amd64", NULL}, {"x86-64", "amd64", NULL},
    {"aarch64", "arm64", NULL}, {"armhf", "arm", "v7"},    {"armel", "arm", "v6"},
};

void
cdd_platform_free(CddPlatform *self)
{
    if (self == NULL)
        return;
    g_free(self->os);
    g_free(self->architecture);
    g_free(self->variant);
    g_free(self);
}

/* NAME or NAME(VERSION), for Windows. */
static gboolean
is_system(const char *text)
{
    const char *version = strchr(text, '(');
    g_autofree char *name =
        g_strndup(text, version != NULL ? (gsize)(version - text) : strlen(text));

    return *name != '\0' && cdd_text_has_only(name, NAME_CHARACTERS) &&
           (version == NULL ||
            g_str_equal(version + 1 + strspn(version + 1, PART_CHARACTERS "+%"), ")"));
}

static const char *
find_fault(char **parts)
{
    guint n_parts = g_strv_length(parts);

    if (n_parts == 0)
        return "it is empty";
    if (n_parts > MAX_PARTS)
        return "it has more than three parts";
    for (guint i = 0; i < n_parts; i++) {
        if (*parts[i] == '\0')
            return "one of its parts is empty";
        if (i == 0 ? !is_system(parts[i]) : !cdd_text_has_only(parts[i], PART_CHARACTERS))
            return "it has a character that no platform has";
    }
    return NULL;
}

static void
set_system(CddPlatform *self, const char *name)
{
    self->os = g_ascii_strdown(name, -1);
    if (g_str_equal(self->os, "macos")) {
        g_free(self->os);
        self->os = g_strdup("darwin");
    }
}

static void
set_architecture(CddPlatform *self, const char *name)
{
    self->architecture = g_ascii_strdown(name, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (!g_str_equal(aliases[i].name, self->architecture))
            continue;
        g_free(self->architecture);
        self->architecture = g_strdup(aliases[i].architecture);
        if (aliases[i].variant != NULL) {
            g_free(self->variant);
            self->variant = g_strdup(aliases[i].variant);
        }
        return;
    }
}

/* Returns whether the variant lacks its "v". Docker adds it to these only. */
static gboolean
lacks_v(const char *architecture, const char *variant)
{
    if (g_str_equal(architecture, "arm64"))
        return g_str_equal(variant, "8");
    return g_str_equal(architecture, "arm") && strlen(variant) == 1 &&
           strchr("5678", *variant) != NULL;
}

/* The usual variant is left out, unless it was asked for. */
static void
normalize_variant(CddPlatform *self, gboolean given)
{
    const char *variant = self->variant != NULL ? self->variant : "";

    if (lacks_v(self->architecture, variant)) {
        char *whole = g_strconcat("v", variant, NULL);

        g_free(self->variant);
        self->variant = whole;
    } else if (*variant == '\0' ||
               (g_str_equal(self->architecture, "amd64") && g_str_equal(variant, "v1")) ||
               (g_str_equal(self->architecture, "arm") && g_str_equal(variant, "v7") && !given)) {
        g_clear_pointer(&self->variant, g_free);
    }
}

static gboolean
is_among(const char *const *names, const char *name)
{
    g_autofree char *plain = g_strndup(name, strcspn(name, "("));

    return g_strv_contains(names, plain);
}

/* Without a slash, the name must be known. */
static gboolean
take_word(CddPlatform *self, const char *word)
{
    set_system(self, word);
    if (is_among(systems, self->os))
        return TRUE;
    g_free(self->os);
    self->os = g_strdup(DEFAULT_OS);
    set_architecture(self, word);
    normalize_variant(self, FALSE);
    return is_among(architectures, self->architecture);
}

CddPlatform *
cdd_platform_parse(const char *text, GError **error)
{
    g_autoptr(CddPlatform) self = g_new0(CddPlatform, 1);
    g_auto(GStrv) parts = g_strsplit(text, "/", -1);
    g_autofree char *shown = NULL;
    const char *fault = find_fault(parts);

    if (fault == NULL && parts[1] == NULL && !take_word(self, parts[0])) {
        fault = "it is the name of no operating system and of no architecture";
    } else if (fault == NULL && parts[1] != NULL) {
        set_system(self, parts[0]);
        self->variant = parts[2] != NULL ? g_ascii_strdown(parts[2], -1) : NULL;
        set_architecture(self, parts[1]);
        normalize_variant(self, parts[2] != NULL);
    }
    if (fault == NULL)
        return g_steal_pointer(&self);
    shown = cdd_text_clean(text, strlen(text), MAX_SHOWN, CDD_TEXT_ONE_LINE);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "the platform \"%s\" is not valid: %s; write os/arch or os/arch/variant, for "
                "example linux/arm64",
                shown, fault);
    return NULL;
}

gboolean
cdd_platform_normalize(const char *text, char **normal, GError **error)
{
    g_autoptr(CddPlatform) self = text != NULL ? cdd_platform_parse(text, error) : NULL;

    *normal =
        self != NULL ? g_strjoin("/", self->os, self->architecture, self->variant, NULL) : NULL;
    return self != NULL || text == NULL;
}
