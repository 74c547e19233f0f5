/* SPDX-License-Identifier: Apache-2.0 */
#include "judgement.h"

#include "../base/shell-word.h"
#include "../base/text.h"
#include "../config/workspace.h"
#include "../image/leftover-words.h"

/* An image of a whole desktop distribution has about 3 GiB; dependencies and the tree of a build
 * come on top. */
#define LOW_ENGINE_SPACE (G_GUINT64_CONSTANT(5) << 30)

enum {
    /* Seconds. The engine's answer has whole seconds and takes a moment. Beyond this, make and apt
     * complain of files from the future. */
    MAX_CLOCK_DIFFERENCE = 10,
};

Finding *
judge_engine(const CddEngineInfo *info, const char *address, const char *choice)
{
    return finding_new(FINDING_OK, "engine", NULL, "%s %s, API %s, %s%s; %s", info->name,
                       info->version, info->api_version, address,
                       info->rootless ? ", rootless" : "", choice);
}

Finding *
judge_other_engine(const char *address, const char *option, const char *refusal)
{
    if (refusal != NULL)
        return finding_new(FINDING_OK, "other engine", NULL, "%s cannot be used: %s", address,
                           refusal);
    return finding_new(FINDING_OK, "other engine", NULL, "%s; %s chooses it", address, option);
}

static Finding *
judge_space(const char *check, const char *path, guint64 bytes, guint64 low, const char *cure)
{
    g_autofree char *size = text_size(bytes);
    gboolean is_low = bytes < low;

    return finding_new(is_low ? FINDING_WARNING : FINDING_OK, check, is_low ? cure : NULL,
                       "%s free in %s", size, path);
}

Finding *
judge_output_space(const char *path, guint64 bytes)
{
    return judge_space("output's disk", path, bytes, WORKSPACE_LOW_SPACE,
                       "make room, or choose another directory with --output-dir");
}

Finding *
judge_engine_space(const char *path, guint64 bytes)
{
    return judge_space("engine's disk", path, bytes, LOW_ENGINE_SPACE,
                       "colcon-deb clean --all; docker system prune removes what others have left");
}

Finding *
judge_clock(gint64 difference)
{
    g_autofree char *age = text_age(ABS(difference));

    if (ABS(difference) <= MAX_CLOCK_DIFFERENCE)
        return finding_new(FINDING_OK, "clock", NULL, "the engine and this machine agree");
    return finding_new(FINDING_WARNING, "clock",
                       "let both keep time from the network: timedatectl set-ntp true",
                       "the engine is %s %s this machine: tools take new files for old ones", age,
                       difference > 0 ? "ahead of" : "behind");
}

/* "QEMU 8.2.1", or less if its version is unknown. */
static char *
describe_emulator(const CddArchitectureInfo *info)
{
    return info->emulator_version != NULL ? g_strconcat("QEMU ", info->emulator_version, NULL)
                                          : g_strdup(info->emulator);
}

Finding *
judge_emulation(const CddArchitectureInfo *info, const char *platform, const char *target)
{
    g_autofree char *who = target != NULL ? g_strconcat(" (target ", target, ")", NULL) : NULL;
    const char *of = who != NULL ? who : "";
    g_autofree char *old = cdd_architecture_info_emulator_warning(info);
    g_autofree char *emulator = NULL;
    g_autoptr(GError) error = NULL;

    if (info->engine_is_remote)
        return finding_new(FINDING_SKIPPED, "emulation", NULL,
                           "%s%s: the engine is on another machine, whose emulators cannot be read",
                           platform, of);
    if (!cdd_architecture_info_check(info, &error))
        return finding_new(FINDING_FAILED, "emulation", NULL, "%s%s: %s", platform, of,
                           error->message);
    if (old != NULL)
        return finding_new(FINDING_WARNING, "emulation", NULL, "%s%s: %s", platform, of, old);
    emulator = describe_emulator(info);
    return finding_new(FINDING_OK, "emulation", NULL, "%s%s by %s; builds are slower", platform, of,
                       emulator);
}

static char *
describe_handler(const CddArchitectureInfo *info)
{
    switch (info->emulator_state) {
    case CDD_EMULATOR_USABLE:
        return describe_emulator(info);
    case CDD_EMULATOR_DISABLED:
        return g_strdup("disabled");
    default:
        return g_strdup("not in containers: it lacks the flag F");
    }
}

/* "arm64 (QEMU 7.2.0), riscv64 (disabled)"; NULL if there is no handler. */
static char *
list_handlers(const GPtrArray *foreign)
{
    GString *list = g_string_new(NULL);
    const char *last = NULL; /* two architectures of Debian are "arm" */

    for (guint i = 0; i < foreign->len; i++) {
        const CddArchitectureInfo *info = foreign->pdata[i];
        g_autofree char *handler = describe_handler(info);

        if (info->compatible || info->emulator_state == CDD_EMULATOR_MISSING ||
            g_strcmp0(last, info->image_arch) == 0)
            continue;
        last = info->image_arch;
        g_string_append_printf(list, "%s%s (%s)", list->len > 0 ? ", " : "", last, handler);
    }
    return g_string_free(list, list->len == 0);
}

Finding *
judge_no_emulation(const GPtrArray *foreign, gboolean engine_is_remote)
{
    g_autofree char *handlers = engine_is_remote ? NULL : list_handlers(foreign);

    if (handlers != NULL)
        return finding_new(FINDING_OK, "emulation", NULL, "not needed; there is one for %s",
                           handlers);
    return finding_new(FINDING_OK, "emulation", NULL, "not needed%s",
                       engine_is_remote ? "" : "; there is none");
}

Finding *
judge_network(const char *check, gboolean reached, const char *detail, const char *network_mode)
{
    if (reached)
        return finding_new(FINDING_OK, check, NULL, "%s", detail);
    if (g_strcmp0(network_mode, "none") == 0)
        return finding_new(FINDING_WARNING, check,
                           "nothing, if the image has all that the packages depend on",
                           "containers have no network (docker.network_mode: none): %s", detail);
    return finding_new(FINDING_FAILED, check,
                       "check the network of the engine's machine; behind a proxy, pass -e "
                       "http_proxy=URL -e https_proxy=URL",
                       "%s", detail);
}

/* The next build uses these again, so they are no fault. */
static gboolean
is_of_use(const Leftover *leftover)
{
    return leftover->use != NULL ||
           (leftover->kind != LEFTOVER_CONTAINER && leftover->kind != LEFTOVER_DIRECTORY);
}

Finding *
judge_leftovers(const GPtrArray *leftovers, const char *workspace)
{
    g_autofree char *counts = leftovers_count(leftovers);
    g_autoptr(GString) cure = g_string_new("colcon-deb clean");
    gboolean any = FALSE;

    if (workspace != NULL)
        shell_word_append(cure, workspace);
    for (guint i = 0; i < leftovers->len; i++)
        any |= !is_of_use(leftovers->pdata[i]);
    if (any)
        return finding_new(FINDING_WARNING, "leftovers", cure->str,
                           "%s of killed runs and of builds", counts);
    if (leftovers->len > 0)
        return finding_new(FINDING_OK, "leftovers", NULL, "%s, for the next build", counts);
    return finding_new(FINDING_OK, "leftovers", NULL, "none");
}
