/* SPDX-License-Identifier: Apache-2.0 */
#include "introduction.h"

#include "../base/owner.h"
#include "../base/text.h"
#include "../config/colcon-files.h"
#include "../config/workspace.h"
#include "../events/host-event.h"

#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

static void add(GPtrArray *events, const char *level, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
add(GPtrArray *events, const char *level, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(events, host_event_log(level, message));
}

static void
add_engine_and_image(GPtrArray *events, const Engine *engine)
{
    g_ptr_array_add(events,
                    host_event_progress("run", "image", engine->image_reference, "arch",
                                        engine->image->architecture, "engine", engine->info->name,
                                        "engine_version", engine->info->version, "distro",
                                        engine->ros_distro, NULL));
    add(events, "info", "%s %s, image %s (%s), ROS %s", engine->info->name, engine->info->version,
        engine->image_reference, engine->image->architecture, engine->ros_distro);
}

static void
warn_of_another_distro(GPtrArray *events, const Engine *engine)
{
    const char *own = engine_get_image_distro(engine);

    if (own != NULL && !g_str_equal(own, engine->ros_distro))
        add(events, "warning", "the image is made for ROS %s, and this builds for %s", own,
            engine->ros_distro);
}

static void
warn_of_another_machine(GPtrArray *events, const Config *config, const Engine *engine)
{
    if (g_strcmp0(config->transfer, "bind") == 0 && !cdd_service_is_local(engine->service))
        add(events, "warning",
            "the engine at %s may be on another machine. With --transfer bind it must have the "
            "directories under the same paths",
            cdd_service_get_address(engine->service));
}

/* Root builds for itself, unless sudo or a rootless engine says for whom. */
static void
warn_of_change_of_owner(GPtrArray *events, const Config *config, const Engine *engine)
{
    const Owner owner = owner_of_caller();
    struct stat status;

    if (geteuid() != 0 || owner.change || engine->info->rootless ||
        stat(config->output_dir, &status) != 0 || status.st_uid == 0)
        return;
    add(events, "warning",
        "%s belongs to the user %u, and what root makes there will belong to root. Run the build "
        "as that user, or with sudo, which keeps the caller as owner",
        config->output_dir, (guint)status.st_uid);
}

static void
warn_of_little_space(GPtrArray *events, const Config *config)
{
    guint64 bytes = 0;
    g_autofree char *size = NULL;

    if (!workspace_free_space(config->output_dir, &bytes) || bytes >= WORKSPACE_LOW_SPACE)
        return;
    size = text_size(bytes);
    add(events, "warning", "only %s are free in %s", size, config->output_dir);
}

static void
warn_of_colcon_files(GPtrArray *events, const Config *config)
{
    g_autoptr(GPtrArray) sentences = colcon_files_describe(config->colcon_repo);

    for (guint i = 0; i < sentences->len; i++)
        g_ptr_array_add(events, host_event_progress("warning", "code", "colcon_meta", "msg",
                                                    sentences->pdata[i], NULL));
}

GPtrArray *
introduction_new(const Config *config, const Engine *engine, gboolean is_build)
{
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_build_event_free);

    add_engine_and_image(events, engine);
    warn_of_another_distro(events, engine);
    if (config->privileged)
        add(events, "warning",
            "the build is privileged: it has all rights on the engine's machine");
    warn_of_another_machine(events, config, engine);
    if (is_build) {
        warn_of_change_of_owner(events, config, engine);
        warn_of_little_space(events, config);
        warn_of_colcon_files(events, config);
    }
    return events;
}
