/* SPDX-License-Identifier: Apache-2.0 */
#include "engine-image.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/image-name.h"
#include "../base/program-error.h"
#include "dockerfile.h"
#include "image-role.h"
#include "ros-release.h"

#include <string.h>

enum {
    RETRY_DELAY = 2000, /* milliseconds before the first retry; doubled for each further one */
    MAX_DOUBLINGS = 4,
    MAX_TURNS = 3, /* of two runs that pull one name for different platforms */
};

gboolean
engine_choose_image(Engine *engine, const Config *config, GError **error)
{
    if (config->platform != NULL)
        engine->architecture = architecture_find(config->platform, ARCHITECTURE_PLATFORM, NULL);
    if (config->image != NULL)
        engine->image_reference = g_strdup(config->image);
    else if (config->dockerfile != NULL)
        engine->image_reference =
            dockerfile_get_image_name(config->dockerfile, engine->architecture);
    else if (config->ros_distro != NULL)
        engine->image_reference =
            image_name_builder(config->ros_distro, engine->architecture,
                               engine->architecture != NULL ? engine->info->architecture : NULL);
    if (engine->image_reference != NULL)
        return image_name_check(engine->image_reference, error);
    return program_error_usage(
        error, "neither an image nor a ROS distribution is named; pass --ros-distro NAME "
               "(or --image REF), or set ros_distro in colcon-deb.yaml");
}

const char *
engine_get_image_distro(const Engine *engine)
{
    return g_environ_getenv(engine->image->environment, "ROS_DISTRO");
}

static gboolean
settle_distro(Engine *engine, const Config *config, GError **error)
{
    const char *own = engine_get_image_distro(engine);

    engine->ros_distro = config->ros_distro != NULL ? config->ros_distro : own;
    if (engine->ros_distro != NULL && *engine->ros_distro != '\0')
        return TRUE;
    return program_error_usage(
        error,
        "which ROS distribution? The image %s does not say (no ROS_DISTRO in it); pass "
        "--ros-distro NAME",
        engine->image_reference);
}

static char *
describe_platform(const CddImageInfo *image)
{
    const char *variant = image->variant != NULL ? image->variant : "";

    return g_strconcat("linux/", image->architecture, *variant != '\0' ? "/" : "", variant, NULL);
}

static gboolean
is_for_platform(const Engine *engine, GError **error)
{
    const CddImageInfo *image = engine->image;
    g_autofree char *wanted = NULL;
    g_autofree char *found = NULL;

    if (engine->architecture == NULL ||
        architecture_fits(engine->architecture, image->architecture, image->variant))
        return TRUE;
    wanted = architecture_get_platform(engine->architecture);
    found = describe_platform(image);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                "the image %s on the engine is for %s, and not for the platform %s",
                engine->image_reference, found, wanted);
    return FALSE;
}

gboolean
engine_look_up_image(Engine *engine,
                     const Config *config,
                     GCancellable *cancellable,
                     GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) cause = NULL;

    cdd_service_inspect_image_async(engine->service, engine->image_reference, cancellable,
                                    await_ready, &done);
    engine->image = cdd_service_inspect_image_finish(engine->service, await(&done), &cause);
    if (engine->image != NULL && is_for_platform(engine, error))
        return settle_distro(engine, config, error);
    if (engine->image != NULL) {
        g_clear_pointer(&engine->image, cdd_image_info_free);
        return FALSE;
    }
    if (!g_error_matches(cause, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND))
        engine_name_address(engine, &cause);
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

gboolean
engine_may_pull(const Config *config)
{
    if (config->dockerfile != NULL)
        return FALSE;
    if (config->pull == NULL || g_str_equal(config->pull, "missing"))
        return config->image != NULL;
    return g_str_equal(config->pull, "always");
}

static gboolean
pull_once(Engine *engine,
          const CddOutputHandler *handler,
          GCancellable *cancellable,
          GError **error)
{
    g_autofree char *message = g_strconcat("pulling ", engine->image_reference, NULL);
    g_autofree char *platform = NULL;
    g_autoptr(GAsyncResult) done = NULL;

    handler->on_progress(&(CddBuildProgress){.message = message}, handler->user_data);
    if (engine->architecture != NULL)
        platform = architecture_get_platform(engine->architecture);
    cdd_service_pull_image_async(engine->service, engine->image_reference, platform, handler,
                                 cancellable, await_ready, &done);
    return cdd_service_pull_image_finish(engine->service, await(&done), error);
}

/* Whether a retry can help. A missing image or missing rights stay so. */
static gboolean
may_pass(const GError *error)
{
    return !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_NOT_FOUND) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_UNAUTHORIZED) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
}

static gboolean
pull(Engine *engine,
     const Config *config,
     const CddOutputHandler *handler,
     GCancellable *cancellable,
     GError **error)
{
    for (guint attempt = 0;; attempt++) {
        g_autoptr(GError) cause = NULL;
        g_autofree char *message = NULL;

        if (pull_once(engine, handler, cancellable, &cause))
            return TRUE;
        if (attempt == config->retry || !may_pass(cause)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return FALSE;
        }
        message = g_strdup_printf("trying again: %s", cause->message);
        handler->on_progress(&(CddBuildProgress){.message = message}, handler->user_data);
        await_time(RETRY_DELAY << MIN(attempt, MAX_DOUBLINGS), cancellable);
    }
}

/* The architecture that a command must name: NULL if it is the engine's own. */
static const Architecture *
foreign_architecture(const Engine *engine)
{
    const Architecture *architecture = engine->architecture;

    return architecture != NULL && !g_str_equal(architecture->image, engine->info->architecture)
               ? architecture
               : NULL;
}

static void
set_missing_error(const Engine *engine, const Config *config, GError **error)
{
    g_autofree char *place = engine_describe(engine);
    g_autofree char *advice = config->image == NULL
                                  ? ros_release_advise(config->ros_distro, engine->image_reference,
                                                       foreign_architecture(engine))
                                  : NULL;

    if (advice != NULL)
        g_set_error(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND,
                    "the builder image %s is not on %s; %s, or name an image of your "
                    "own with --image",
                    engine->image_reference, place, advice);
    else
        g_set_error(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND,
                    "the image %s is not on %s, and docker.pull is \"never\"; load "
                    "it there, allow --pull missing, or name another with --image",
                    engine->image_reference, place);
}

void
engine_explain_image(const Engine *engine, const Config *config, GError **error)
{
    g_autofree char *advice = NULL;

    if (config->dockerfile == NULL &&
        g_error_matches(*error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND)) {
        g_clear_error(error);
        set_missing_error(engine, config, error);
        return;
    }
    if (!g_error_matches(*error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE))
        return;
    if (config->dockerfile != NULL) {
        program_error_append(error, "; does a FROM of %s name another platform?",
                             config->dockerfile);
    } else if (config->image != NULL) {
        program_error_append(error,
                             "; load one that is, allow --pull missing, or name another with "
                             "--image");
    } else {
        advice = ros_release_advise(config->ros_distro, engine->image_reference,
                                    foreign_architecture(engine));
        program_error_append(error, "; %s", advice);
    }
}

static gboolean
build_image(Engine *engine,
            const Config *config,
            const CddOutputHandler *handler,
            GCancellable *cancellable,
            GError **error)
{
    /* Also for the engine's own architecture: the name of a base image may stand for an image that
     * was pulled for another one. */
    g_autofree char *platform =
        engine->architecture != NULL ? architecture_get_platform(engine->architecture) : NULL;

    return dockerfile_build(engine->service, config, engine->image_reference, platform, handler,
                            cancellable, error);
}

/* A name stands for one image. Another run may pull it for another platform at the same time, and
 * take the name away. */
static gboolean
pull_and_look_up(Engine *engine,
                 const Config *config,
                 const CddOutputHandler *handler,
                 GCancellable *cancellable,
                 GError **error)
{
    for (guint turn = 1;; turn++) {
        g_autoptr(GError) cause = NULL;

        if (!pull(engine, config, handler, cancellable, error)) {
            program_error_append(
                error, "; is the name right?%s",
                g_strcmp0(config->pull, "always") == 0
                    ? " An image that is already on the engine is used with --pull missing"
                    : "");
            return FALSE;
        }
        if (engine_look_up_image(engine, config, cancellable, &cause))
            return TRUE;
        if (turn == MAX_TURNS || !g_error_matches(cause, CDD_ERROR, CDD_ERROR_INCOMPATIBLE)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return FALSE;
        }
    }
}

/* A pull that failed does not say why it was tried. */
static gboolean
add_cause(const GError *cause, GError **error)
{
    if (cause != NULL && g_error_matches(cause, CDD_ERROR, CDD_ERROR_INCOMPATIBLE) &&
        !g_error_matches(*error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE))
        g_prefix_error(error, "%s; ", cause->message);
    return FALSE;
}

gboolean
engine_get_image(Engine *engine,
                 const Config *config,
                 const CddOutputHandler *handler,
                 GCancellable *cancellable,
                 GError **error)
{
    gboolean always = g_strcmp0(config->pull, "always") == 0;
    g_autoptr(GError) cause = NULL;

    if (config->dockerfile != NULL) {
        if (!build_image(engine, config, handler, cancellable, error))
            return FALSE;
        if (engine_look_up_image(engine, config, cancellable, &cause))
            return TRUE;
    } else {
        if (!always && engine_look_up_image(engine, config, cancellable, &cause))
            return TRUE;
        if (always || (engine_may_pull(config) &&
                       (g_error_matches(cause, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND) ||
                        g_error_matches(cause, CDD_ERROR, CDD_ERROR_INCOMPATIBLE))))
            return pull_and_look_up(engine, config, handler, cancellable, error) ||
                   add_cause(cause, error);
    }
    engine_explain_image(engine, config, &cause);
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

gboolean
engine_check_platform(Engine *engine,
                      const Config *config,
                      GCancellable *cancellable,
                      GError **error)
{
    const Architecture *architecture =
        config->platform != NULL ? architecture_find(config->platform, ARCHITECTURE_PLATFORM, NULL)
                                 : NULL;
    g_autoptr(CddArchitectureInfo) info = NULL;

    if (architecture == NULL)
        return TRUE;
    if (!engine_get_info(engine, cancellable, error))
        return FALSE;
    info = cdd_architecture_info_new(engine->info->architecture, architecture->image,
                                     !cdd_service_is_local(engine->service));
    return cdd_architecture_info_check(info, error);
}

GPtrArray *
engine_warn_of_emulation(const CddArchitectureInfo *info)
{
    GPtrArray *warnings = g_ptr_array_new_with_free_func(g_free);
    char *slow = cdd_architecture_info_performance_warning(info);
    char *old = cdd_architecture_info_emulator_warning(info);

    if (slow != NULL)
        g_ptr_array_add(warnings, slow);
    if (old != NULL)
        g_ptr_array_add(warnings, old);
    return warnings;
}

gboolean
engine_check_architecture(const Engine *engine,
                          GPtrArray **warnings,
                          GCancellable *cancellable,
                          GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddArchitectureInfo) info = NULL;

    cdd_check_architecture_compatibility_async(engine->service, engine->image->id, cancellable,
                                               await_ready, &done);
    info = cdd_check_architecture_compatibility_finish(engine->service, await(&done), error);
    if (info == NULL || !cdd_architecture_info_check(info, error))
        return FALSE;
    *warnings = engine_warn_of_emulation(info);
    return TRUE;
}
