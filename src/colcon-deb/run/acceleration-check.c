/* SPDX-License-Identifier: Apache-2.0 */
#include "acceleration-check.h"

#include "../base/program-error.h"
#include "../image/acceleration-files.h"
#include "../image/acceleration-test.h"
#include "../image/acceleration.h"

static gboolean
test(const Engine *engine, GCancellable *cancellable, GError **error)
{
    g_autofree char *scripts = cdd_prepare_helper_scripts(NULL, error);
    guint cases = 0;

    if (scripts == NULL || !acceleration_test_run(&(AccelerationTest){.service = engine->service,
                                                                      .image = engine->image->id,
                                                                      .scripts = scripts,
                                                                      .cancellable = cancellable},
                                                  &cases, error))
        return FALSE;
    acceleration_set_tested(engine->image->id);
    return TRUE;
}

static gboolean
check_plain(const Engine *engine,
            const Config *config,
            AccelerationSay say,
            gpointer user_data,
            GError **error)
{
    g_autofree char *advice =
        g_strdup_printf("'colcon-deb image accelerate %s' lets its compilers run natively",
                        engine->image_reference);

    if (g_strcmp0(config->accelerate, "force") == 0) {
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "the image %s is emulated and not accelerated, and docker.accelerate is "
                    "\"force\"; %s",
                    engine->image_reference, advice);
        return FALSE;
    }
    if (acceleration_is_possible(engine, engine->image->architecture))
        say("info", advice, user_data);
    return TRUE;
}

gboolean
acceleration_check(const Engine *engine,
                   const Config *config,
                   gboolean is_native,
                   GCancellable *cancellable,
                   AccelerationSay say,
                   gpointer user_data,
                   GError **error)
{
    if (acceleration_is_present(engine->image) && !acceleration_runs(engine->info->architecture)) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                    "the image %s is accelerated for engines on amd64, and this engine is on %s; "
                    "use an image without acceleration (image create --accelerate off)",
                    engine->image_reference, engine->info->architecture);
        return FALSE;
    }
    if (is_native || g_strcmp0(config->accelerate, "off") == 0)
        return TRUE;
    if (!acceleration_is_present(engine->image))
        return check_plain(engine, config, say, user_data, error);
    if (acceleration_is_tested(engine->image->id))
        return TRUE;
    if (!cdd_service_is_local(engine->service)) {
        say("warning",
            "the engine is on another machine, so the native programs of the image are not "
            "compared with the emulated ones",
            user_data);
        return TRUE;
    }
    say("info",
        "this image is used for the first time: comparing its native programs with the emulated "
        "ones",
        user_data);
    return test(engine, cancellable, error);
}
