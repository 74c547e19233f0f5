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
#include "bootstrap.h"
#include "image-recipe.h"
#include "image-replace.h"
#include "image-request.h"
#include "image-role.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

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

static BootstrapSetup
get_bootstrap(const Creation *self)
{
    return (BootstrapSetup){
        .recipe = self->recipe,
        .engine = self->setup->engine,
        .image = self->setup->flags->bootstrap_image,
        .scratch = self->scratch != NULL ? scratch_get_path(self->scratch) : NULL,
        .view = self->setup->view,
        .interrupt = self->setup->interrupt,
    };
}

/* The archive of an earlier call; NULL without --cache, and for --no-cache. */
static char *
find_kept(const Creation *self)
{
    g_autofree char *name = image_recipe_get_file_name(self->recipe);
    g_autofree char *path = NULL;

    if (self->setup->flags->cache == NULL || self->setup->flags->no_cache)
        return NULL;
    path = g_build_filename(self->setup->flags->cache, name, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

/* ---- the root file system */

/* Renames the archive when it is complete. */
static char *
keep_archive(const Creation *self, const char *archive, GError **error)
{
    const Owner owner = owner_of_caller();
    g_autofree char *name = image_recipe_get_file_name(self->recipe);
    g_autofree char *path = NULL;
    int fd = -1;
    gboolean given = FALSE;

    if (self->setup->flags->cache == NULL)
        return g_strdup(archive);
    path = g_build_filename(self->setup->flags->cache, name, NULL);
    fd = g_open(archive, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    if (fd < 0) {
        program_error_errno(error, errno, "opening %s", archive);
        return NULL;
    }
    given = owner_give(&owner, fd, path, error);
    close(fd);
    if (!given)
        return NULL;
    if (g_rename(archive, path) == 0)
        return g_steal_pointer(&path);
    program_error_errno(error, errno, "keeping %s", path);
    return NULL;
}

static char *
bootstrap(Creation *self, GError **error)
{
    const ImageRecipe *recipe = self->recipe;
    const BootstrapSetup setup = get_bootstrap(self);
    g_autofree char *archive = scratch_make_path(self->scratch, "new.tar");
    g_autofree char *label =
        g_strdup_printf("bootstrapping %s %s for %s", recipe->is_ubuntu ? "Ubuntu" : "Debian",
                        recipe->suite, recipe->architecture->debian);
    gint64 started = clock_now();
    gboolean made = FALSE;

    image_view_step(self->setup->view, label, CDD_BUILD_STEP_STARTED, 0);
    made = bootstrap_run(&setup, archive, error);
    image_view_step(self->setup->view, label, made ? CDD_BUILD_STEP_DONE : CDD_BUILD_STEP_FAILED,
                    (clock_now() - started) * 1000);
    return made ? keep_archive(self, archive, error) : NULL;
}

/* Reports the age of the kept archive: nothing in it is newer. */
static void
tell_kept(const Creation *self, const char *archive)
{
    GStatBuf info;
    g_autofree char *label = NULL;
    g_autoptr(GDateTime) made = NULL;
    g_autofree char *date = NULL;

    if (g_stat(archive, &info) != 0)
        return;
    made = g_date_time_new_from_unix_local(info.st_mtime);
    date = g_date_time_format(made, "%Y-%m-%d");
    label =
        g_strdup_printf("root file system of %s, %s (--no-cache makes it again)", date, archive);
    image_view_step(self->setup->view, label, CDD_BUILD_STEP_CACHED, 0);
}

static char *
get_archive(Creation *self, GError **error)
{
    g_autofree char *kept = NULL;

    if (self->setup->flags->root_archive != NULL)
        return g_strdup(self->setup->flags->root_archive);
    kept = find_kept(self);
    if (kept == NULL)
        return bootstrap(self, error);
    tell_kept(self, kept);
    return g_steal_pointer(&kept);
}

/* ---- the image */

static void
on_copied(goffset done, goffset total, gpointer user_data)
{
    const CddBuildProgress progress = {.message = "copying the root file system",
                                       .current = (guint64)done,
                                       .total = (guint64)total};
    CddOutputHandler handler = image_view_get_handler(user_data);

    handler.on_progress(&progress, handler.user_data);
}

/* Makes a hard link if possible, since the archive is large; of the file, not of a symbolic
 * link. */
static gboolean
link_archive(const Creation *self, const char *archive, const char *target, GError **error)
{
    g_autoptr(GFile) from = g_file_new_for_path(archive);
    g_autoptr(GFile) to = g_file_new_for_path(target);
    g_autoptr(GAsyncResult) done = NULL;

    if (linkat(AT_FDCWD, archive, AT_FDCWD, target, AT_SYMLINK_FOLLOW) == 0)
        return TRUE;
    g_file_copy_async(from, to, G_FILE_COPY_NONE, G_PRIORITY_DEFAULT, get_cancellable(self),
                      on_copied, self->setup->view, await_ready, &done);
    return g_file_copy_finish(from, await(&done), error);
}

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
    g_autofree char *directory = scratch_make_path(self->scratch, "context");
    g_autofree char *root = g_build_filename(directory, "root.tar", NULL);
    g_autofree char *scripts = g_build_filename("context", "scripts", NULL);

    if (g_mkdir(directory, 0755) != 0)
        return program_error_errno(error, errno, "making %s", directory);
    return link_archive(self, archive, root, error) &&
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

static gboolean
create(Creation *self, GError **error)
{
    const BootstrapSetup setup = get_bootstrap(self);
    CddService *service = self->setup->engine->service;
    g_autofree char *old = image_replace_begin(service, self->tag, get_cancellable(self));
    g_autofree char *kept = find_kept(self);
    g_autofree char *archive = NULL;

    if (self->setup->flags->root_archive == NULL && kept == NULL && !bootstrap_check(&setup, error))
        return FALSE;
    if (!make_scratch(self, error))
        return FALSE;
    archive = get_archive(self, error);
    if (archive == NULL || !make_context(self, archive, error))
        return FALSE;
    if (!build(self, error)) {
        explain_archive(self, archive, error);
        return FALSE;
    }
    if (!check_image(self, error))
        return FALSE;
    image_replace_end(service, old, self->id, get_cancellable(self));
    return TRUE;
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
