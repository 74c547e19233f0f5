/* SPDX-License-Identifier: Apache-2.0 */
#include "image-recipe.h"

#include "../base/digest.h"
#include "../base/program-error.h"

#include <string.h>

enum {
    KEY_LENGTH = 16
};

static const char *const ubuntu_suites[] = {
    "focal", "jammy", "mantic", "noble", "oracular", "plucky", "questing", NULL,
};

static gboolean
check_word(const char *flag, const char *text, const char *others, GError **error)
{
    g_autofree char *allowed = g_strconcat(G_CSET_a_2_z, G_CSET_DIGITS, others, NULL);

    if (g_ascii_isalnum(*text) && strspn(text, allowed) == strlen(text))
        return TRUE;
    return program_error_usage(error,
                               "%s: \"%s\" is not a valid name: lower-case letters, digits and %s "
                               "only, beginning with a letter or digit",
                               flag, text, others);
}

static gboolean
check_mirrors(char **mirrors, GError **error)
{
    for (; mirrors != NULL && *mirrors != NULL; mirrors++)
        if (strpbrk(*mirrors, "\r\n") != NULL ||
            (strstr(*mirrors, "://") == NULL && !g_str_has_prefix(*mirrors, "file:") &&
             !g_str_has_prefix(*mirrors, "deb ")) ||
            **mirrors == '-')
            return program_error_usage(error,
                                       "--mirror: \"%s\" is neither an address, such as "
                                       "http://host/debian, nor a line of a sources.list",
                                       *mirrors);
    return TRUE;
}

/* Reads a line: a package, and optionally the only distribution that it is for. */
static void
add_line(GPtrArray *packages, const char *line, const char *distribution)
{
    g_auto(GStrv) words = g_strsplit_set(line, " \t\r", -1);
    const char *package = words[0];
    const char *only = package != NULL ? words[1] : NULL;

    if (package == NULL || *package == '\0' || *package == '#')
        return;
    if (only == NULL || *only == '\0' || g_str_equal(only, distribution))
        g_ptr_array_add(packages, g_strdup(package));
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char **
make_packages(const char *list, char **more, const char *distribution)
{
    g_autoptr(GPtrArray) packages = g_ptr_array_new();
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);

    for (char **line = lines; *line != NULL; line++)
        add_line(packages, *line, distribution);
    for (; more != NULL && *more != NULL; more++)
        g_ptr_array_add(packages, g_strdup(*more));
    g_ptr_array_sort(packages, compare_names);
    g_ptr_array_add(packages, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&packages), FALSE);
}

ImageRecipe *
image_recipe_new(const char *list,
                 const char *installer,
                 const char *suite,
                 const char *architecture,
                 char **mirrors,
                 char **packages,
                 GError **error)
{
    g_autoptr(ImageRecipe) recipe = g_new0(ImageRecipe, 1);

    recipe->installer = g_strdup(installer);
    recipe->suite = g_strdup(suite != NULL ? suite : "bookworm");
    recipe->is_ubuntu = g_strv_contains(ubuntu_suites, recipe->suite);
    recipe->architecture = architecture_find(architecture, ARCHITECTURE_DEBIAN, error);
    if (recipe->architecture == NULL)
        g_prefix_error(error, "--arch: ");
    if (recipe->architecture == NULL || !check_word("--suite", recipe->suite, "-.", error) ||
        !check_mirrors(mirrors, error))
        return NULL;
    for (char **package = packages; package != NULL && *package != NULL; package++)
        if (!check_word("--package", *package, "+-.", error))
            return NULL;
    recipe->mirrors = g_strdupv(mirrors);
    recipe->packages = make_packages(list, packages, recipe->is_ubuntu ? "ubuntu" : "debian");
    return g_steal_pointer(&recipe);
}

void
image_recipe_free(ImageRecipe *recipe)
{
    g_free(recipe->suite);
    g_strfreev(recipe->mirrors);
    g_strfreev(recipe->packages);
    g_free(recipe->installer);
    g_free(recipe);
}

/* apt's pattern for packages of the suite; mmdebstrap uses the same for its variant minbase. */
static char *
make_pattern(const ImageRecipe *recipe, const char *condition)
{
    return g_strdup_printf("?narrow(?or(?archive(^%s$),?codename(^%s$)),?architecture(%s),%s)",
                           recipe->suite, recipe->suite, recipe->architecture->debian, condition);
}

/* The hook's command: install-packages.sh ROOT PACKAGE... */
static char *
make_hook(const ImageRecipe *recipe)
{
    g_autofree char *required = make_pattern(recipe, "?and(?priority(required),?not(?essential))");
    g_autofree char *packages = g_strjoinv(" ", recipe->packages);

    return g_strdup_printf("--extract-hook=sh -c \"$" IMAGE_INSTALLER_VARIABLE
                           "\" install-packages.sh \"$1\" %s '%s'",
                           packages, required);
}

/*
 * mmdebstrap unpacks the essential packages and leaves the installation of all to its hook. In
 * another variant, it would run the root's dpkg for it, which an emulator executes.
 */
char **
image_recipe_get_arguments(const ImageRecipe *recipe, const char *target)
{
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    g_autofree char *essential = make_pattern(recipe, "?essential");
    g_autofree char *include = g_strconcat("--include=", essential, NULL);
    g_autofree char *hook = make_hook(recipe);
    g_autofree char *architecture =
        g_strconcat("--architectures=", recipe->architecture->debian, NULL);

    g_strv_builder_add_many(arguments, "--format=tar", "--variant=extract", include, architecture,
                            "--aptopt=APT::Install-Recommends \"false\"",
                            /* The kernel's emulator has been checked already. mmdebstrap would also
                             * check for its package, which a container does not need. */
                            "--skip=check/qemu", hook,
                            /* mmdebstrap copies this machine's files. */
                            "--extract-hook=rm -f \"$1/etc/hostname\" \"$1/etc/resolv.conf\"",
                            NULL);
    if (recipe->is_ubuntu)
        g_strv_builder_add(arguments, "--components=main,universe");
    g_strv_builder_add_many(arguments, recipe->suite, target, NULL);
    for (char **mirror = recipe->mirrors; mirror != NULL && *mirror != NULL; mirror++)
        g_strv_builder_add(arguments, *mirror);
    return g_strv_builder_end(arguments);
}

char *
image_recipe_get_file_name(const ImageRecipe *recipe)
{
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    g_auto(GStrv) arguments = image_recipe_get_arguments(recipe, "-");

    for (char **argument = arguments; *argument != NULL; argument++)
        digest_add_framed(digest, *argument);
    digest_add_framed(digest, recipe->installer);
    return g_strdup_printf("root-%s-%s-%.*s.tar", recipe->suite, recipe->architecture->debian,
                           KEY_LENGTH, g_checksum_get_string(digest));
}
