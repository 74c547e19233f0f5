/* SPDX-License-Identifier: Apache-2.0 */
#include "emulation-check.h"

#include "judgement.h"

#include <string.h>

static CddArchitectureInfo *
compare(const Engine *engine, const Architecture *architecture)
{
    return cdd_architecture_info_new(engine->info->architecture, architecture->image,
                                     !cdd_service_is_local(engine->service));
}

/* Returns whether that platform needs an emulator. */
static gboolean
report_need(CheckReport *report, const Engine *engine, const char *need)
{
    const char *platform = strchr(need, '=') + 1;
    g_autofree char *target = g_strndup(need, (gsize)(platform - need) - 1);
    const Architecture *architecture = architecture_find(platform, ARCHITECTURE_PLATFORM, NULL);
    g_autoptr(CddArchitectureInfo) info =
        architecture != NULL ? compare(engine, architecture) : NULL;

    if (info == NULL || !cdd_architecture_info_requires_emulation(info))
        return FALSE;
    check_report_add(report, judge_emulation(info, platform, *target != '\0' ? target : NULL));
    return TRUE;
}

static void
report_handlers(CheckReport *report, const Engine *engine)
{
    g_auto(GStrv) names = architecture_list_names(ARCHITECTURE_DEBIAN);
    g_autoptr(GPtrArray) infos =
        g_ptr_array_new_with_free_func((GDestroyNotify)cdd_architecture_info_free);

    for (char **name = names; *name != NULL; name++)
        g_ptr_array_add(infos,
                        compare(engine, architecture_find(*name, ARCHITECTURE_DEBIAN, NULL)));
    check_report_add(report, judge_no_emulation(infos, !cdd_service_is_local(engine->service)));
}

void
emulation_check(CheckReport *report, const Engine *engine, const char *const *platforms)
{
    gboolean any = FALSE;

    for (; *platforms != NULL; platforms++)
        any |= report_need(report, engine, *platforms);
    if (!any)
        report_handlers(report, engine);
}
