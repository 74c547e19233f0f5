/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A builder image is made in two steps: mmdebstrap makes a root file system, unless the user has
 * one, and a Dockerfile of four lines makes the image, since only a build sets the architecture of
 * an image for another machine. The functions follow in the order in which they run.
 */
#include "image-creation.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/image-name.h"
#include "../base/owner.h"
#include "../base/program-error.h"
#include "image-replace.h"
#include "image-request.h"
#include "image-role.h"
#include "root-archive.h"

#include <errno.h>
#include <glib/gstdio.h>

typedef struct {
    const ImageCreation *setup;
    ImageRecipe *recipe;
    Scratch *scratch;
    char *tag;
    char *id;
} Creation;

static void
creation_clear(Creation *self)
{
    g_clear_pointer(&self->recipe, image_recipe_free);
    g_clear_pointer(&self->scratch, scratch_free);
    g_free(self->tag);
    g_free(self->id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Creation, creation_clear)

static GCancellable *
get_cancellable(const Creation *self)
{
    return interrupt_get_cancellable(self->setup->interrupt);
}

/* ---- before anything is fetched */

/* The name that 'colcon-deb build' looks for, or with the platform 'build --platform'. */
static char *
choose_tag(const Creation *self)
{
    if (self->setup->flags->tag != NULL)
        return g_strdup(self->setup->flags->tag);
    return image_name_builder(self->setup->config->ros_distro, self->recipe->architecture,
                              self->setup->engine->info->architecture);
}

static gboolean
check_architecture(const Creation *self, GError **error)
{
    g_autoptr(CddArchitectureInfo) info = cdd_architecture_info_new(
        self->setup->engine->info->architecture, self->recipe->architecture->image,
        !cdd_service_is_local(self->setup->engine->service));
    g_autoptr(GPtrArray) warnings = NULL;

    if (!cdd_architecture_info_check(info, error))
        return FALSE;
    warnings = engine_warn_of_emulation(info);
    for (guint i = 0; i < warnings->len; i++)
        image_view_warn(self->setup->view, warnings->pdata[i]);
    return TRUE;
}

static gboolean
read_script(const Creation *self, const char *name, char **text, GError **error)
{
    g_autofree char *path = g_build_filename(self->setup->scripts, "image", name, NULL);

    return g_file_get_contents(path, text, NULL, error);
}

static gboolean
make_recipe(Creation *self, GError **error)
{
    const ImageCreationFlags *flags = self->setup->flags;
    g_autofree char *list = NULL;
    g_autofree char *installer = NULL;

    if (!read_script(self, "packages", &list, error) ||
        !read_script(self, "install-packages.sh", &installer, error))
        return FALSE;
    self->recipe = image_recipe_new(list, installer, flags->suite,
                                    flags->arch != NULL ? flags->arch
                                                        : self->setup->engine->info->architecture,
                                    flags->mirrors, flags->packages, error);
    return self->recipe != NULL;
}

static RootArchive
get_root_archive(const Creation *self)
{
    return (RootArchive){
        .bootstrap = {.recipe = self->recipe,
                      .engine = self->setup->engine,
                      .image = self->setup->flags->bootstrap_image,
                      .scratch = self->scratch != NULL ? scratch_get_path(self->scratch) : NULL,
                      .view = self->setup->view,
                      .interrupt = self->setup->interrupt},
        .cache = self->setup->flags->cache,
        .no_cache = self->setup->flags->no_cache,
        .scratch = self->scratch,
    };
}

/* ---- the image */

/* ADD unpacks the archive, compressed or not. The label comes first, because some builders reuse
 * cached steps of another architecture. */
static char *
make_dockerfile(const Creation *self)
{
    return g_strdup_printf("FROM scratch\n"
                           "LABEL colcon-deb.architecture=%s\n"
                           "ADD root.tar /\n"
                           "COPY scripts /tmp/colcon-deb\n"
                           "ENV ROS_DISTRO=%s\n"
                           "LABEL " BUILDER_LABEL " colcon-deb.suite=%s\n"
                           "RUN /bin/sh /tmp/colcon-deb/image/prepare.sh && "
                           "rm -rf /tmp/colcon-deb\n"
                           "CMD [\"/bin/bash\"]\n",
                           self->recipe->architecture->debian, self->setup->config->ros_distro,
                           self->recipe->suite);
}

static gboolean
make_context(const Creation *self, const char *archive, GError **error)
{
    const RootArchive source = get_root_archive(self);
    g_autofree char *directory = scratch_make_path(self->scratch, "context");
    g_autofree char *root = g_build_filename(directory, "root.tar", NULL);
    g_autofree char *scripts = g_build_filename("context", "scripts", NULL);

    if (g_mkdir(directory, 0755) != 0)
        return program_error_errno(error, errno, "making %s", directory);
    return root_archive_link(&source, archive, root, error) &&
           scratch_copy_tree(self->scratch, self->setup->scripts, scripts, error);
}

static gboolean
build(Creation *self, GError **error)
{
    g_autofree char *directory = scratch_make_path(self->scratch, "context");
    g_autofree char *dockerfile = make_dockerfile(self);
    g_autofree char *platform = architecture_get_platform(self->recipe->architecture);
    gboolean is_own =
        g_str_equal(self->recipe->architecture->image, self->setup->engine->info->architecture);
    CddBuildContext context = {
        .context_dir = directory,
        .dockerfile_text = dockerfile,
        .tags = (const char *const[]){self->tag, NULL},
        .platform = is_own ? NULL : platform,
        .no_cache = self->setup->flags->no_cache,
        .network_mode = "none",
    };
    const CddOutputHandler handler = image_view_get_handler(self->setup->view);
    g_autoptr(GAsyncResult) done = NULL;

    if (!image_request_read_epoch(&context.source_date_epoch, error))
        return FALSE;
    cdd_service_build_image_async(self->setup->engine->service, &context, &handler,
                                  get_cancellable(self), await_ready, &done);
    self->id = cdd_service_build_image_finish(self->setup->engine->service, await(&done), error);
    return self->id != NULL;
}

static CddImageInfo *
inspect(const Creation *self, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_inspect_image_async(self->setup->engine->service, self->tag, get_cancellable(self),
                                    await_ready, &done);
    return cdd_service_inspect_image_finish(self->setup->engine->service, await(&done), error);
}

static void
remove_image(const Creation *self, const char *image)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddRemovedImages) removed = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_remove_image_async(self->setup->engine->service, image, FALSE,
                                   get_cancellable(self), await_ready, &done);
    removed = cdd_service_remove_image_finish(self->setup->engine->service, await(&done), &error);
    if (removed == NULL)
        g_debug("%s", error->message);
}

/* Some engines report their own architecture for every image. */
static gboolean
check_image(const Creation *self, GError **error)
{
    g_autoptr(CddImageInfo) info = inspect(self, error);
    const char *wanted = self->recipe->architecture->image;

    if (info == NULL)
        return FALSE;
    if (g_str_equal(info->architecture, wanted))
        return TRUE;
    remove_image(self, self->tag);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                "the engine reports that the image %s is for %s, but it must be for %s; use an "
                "engine with BuildKit, such as Docker",
                self->tag, info->architecture, wanted);
    return FALSE;
}

static gboolean
make_scratch(Creation *self, GError **error)
{
    const Owner owner = owner_of_caller();

    /* In the directory of the archive, so that it can be renamed and linked, not copied. */
    if (self->setup->flags->cache != NULL &&
        !owner_make_directory(&owner, self->setup->flags->cache, error))
        return FALSE;
    self->scratch = scratch_new(self->setup->flags->cache, error);
    if (self->scratch == NULL)
        return FALSE;
    /* mmdebstrap also runs as other users. */
    return g_chmod(scratch_get_path(self->scratch), 0755) == 0 ||
           program_error_errno(error, errno, "%s", scratch_get_path(self->scratch));
}

/* An archive from elsewhere may not be a root file system, or may be incomplete. */
static void
explain_archive(const Creation *self, const char *archive, GError **error)
{
    const ImageCreationFlags *flags = self->setup->flags;

    if (g_cancellable_is_cancelled(get_cancellable(self)))
        return;
    if (flags->root_archive != NULL)
        g_prefix_error(error, "--root-archive: with the root file system %s: ", archive);
    else if (flags->cache != NULL)
        g_prefix_error(error,
                       "with the root file system %s (--no-cache makes it again): ", archive);
}

/* Whether the new image is to be accelerated: one that is emulated, unless the user says no. */
static gboolean
wants_acceleration(const Creation *self)
{
    const ImageCreation *setup = self->setup;
    const char *architecture = self->recipe->architecture->image;

    if (setup->flags->accelerate == ACCELERATE_FORCE)
        return TRUE;
    return setup->flags->accelerate == ACCELERATE_AUTO &&
           acceleration_is_possible(setup->engine, architecture) &&
           !g_str_equal(architecture, setup->engine->info->architecture);
}

/* The name goes to the accelerated image. Without "force" an image that cannot be accelerated
 * stays as it is.
 */
static gboolean
accelerate(Creation *self, GError **error)
{
    const ImageCreation *setup = self->setup;
    const Acceleration acceleration = {
        .image = self->tag,
        .tag = self->tag,
        .cache = setup->flags->cache,
        .mirrors = setup->flags->mirrors,
        .bootstrap_image = setup->flags->bootstrap_image,
        .no_cache = setup->flags->no_cache,
        .scripts = setup->scripts,
        .engine = setup->engine,
        .view = setup->view,
        .interrupt = setup->interrupt,
    };
    g_autoptr(GError) cause = NULL;
    g_autofree char *id = NULL;
    g_autofree char *message = NULL;

    if (!wants_acceleration(self))
        return TRUE;
    if (acceleration_run(&acceleration, &id, &cause)) {
        g_free(self->id);
        self->id = g_steal_pointer(&id);
        return TRUE;
    }
    if (setup->flags->accelerate == ACCELERATE_FORCE ||
        !g_error_matches(cause, CDD_ERROR, CDD_ERROR_INCOMPATIBLE)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    message = g_strdup_printf("%s; builds in this image are emulated, and slow", cause->message);
    image_view_warn(setup->view, message);
    return TRUE;
}

static gboolean
create(Creation *self, GError **error)
{
    const ImageCreationFlags *flags = self->setup->flags;
    RootArchive source = get_root_archive(self);
    CddService *service = self->setup->engine->service;
    g_autofree char *old = image_replace_begin(service, self->tag, get_cancellable(self));
    g_autofree char *kept = root_archive_find_kept(&source);
    g_autofree char *archive = NULL;

    if (flags->root_archive == NULL && kept == NULL && !bootstrap_check(&source.bootstrap, error))
        return FALSE;
    if (!make_scratch(self, error))
        return FALSE;
    source = get_root_archive(self);
    archive = flags->root_archive != NULL ? g_strdup(flags->root_archive)
                                          : root_archive_get(&source, error);
    if (archive == NULL || !make_context(self, archive, error))
        return FALSE;
    if (!build(self, error)) {
        explain_archive(self, archive, error);
        return FALSE;
    }
    if (!check_image(self, error))
        return FALSE;
    image_replace_end(service, old, self->id, get_cancellable(self));
    return accelerate(self, error);
}

static char *
make_advice(const Creation *self)
{
    const Architecture *architecture = self->recipe->architecture;
    const char *own = self->setup->engine->info->architecture;
    const char *distro = self->setup->config->ros_distro;
    g_autofree char *usual = image_name_builder(distro, architecture, own);
    g_autofree char *platform = architecture_get_platform(architecture);

    if (!g_str_equal(self->tag, usual))
        return g_strdup_printf("Build packages in it with 'colcon-deb build WORKSPACE --image %s'",
                               self->tag);
    if (g_str_equal(architecture->image, own))
        return g_strdup_printf(
            "Build packages in it with 'colcon-deb build WORKSPACE --ros-distro %s'", distro);
    return g_strdup_printf(
        "Build packages in it with 'colcon-deb build WORKSPACE --ros-distro %s --platform %s'",
        distro, platform);
}

static gboolean
finish(Creation *self, gint64 started, GError *failure, GError **error)
{
    g_autofree char *advice = make_advice(self);
    const ImageResult result = {
        .id = failure != NULL ? NULL : self->id,
        .names = (const char *const[]){self->tag, NULL},
        .advice = advice,
        .error = failure,
        .duration = clock_now() - started,
    };

    image_view_end(self->setup->view, &result);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

gboolean
image_creation_run(const ImageCreation *setup, GError **error)
{
    g_auto(Creation) creation = {.setup = setup};
    Creation *self = &creation;
    GError *failure = NULL;
    gint64 started = clock_now();

    if (!engine_get_info(self->setup->engine, get_cancellable(self), error) ||
        !make_recipe(self, error))
        return FALSE;
    self->tag = choose_tag(self);
    if (!image_name_check_new(self->tag, error) || !check_architecture(self, error))
        return FALSE;
    if (!create(self, &failure))
        interrupt_settle(self->setup->interrupt, &failure);
    return finish(self, started, failure, error);
}
