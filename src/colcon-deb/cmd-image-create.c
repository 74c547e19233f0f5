/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A root file system becomes a builder image in two steps: mmdebstrap makes the first, or somebody
 * has it already, and a Dockerfile of four lines the second, since only a build gives an image of
 * another architecture that architecture.
 */
#include "await.h"
#include "bootstrap.h"
#include "build-request.h"
#include "command.h"
#include "engine.h"
#include "image-name.h"
#include "image-recipe.h"
#include "image-view.h"
#include "interrupt.h"
#include "options.h"
#include "owner.h"
#include "program-error.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    char *suite;
    char *arch;
    char **mirrors;
    char **packages;
    char *tag;
    char *cache;
    char *root_archive;
    char *bootstrap_image;
    gboolean no_cache;
} Flags;

typedef struct {
    const Flags *flags;
    const Config *config;
    const char *scripts; /* the directory of what runs in containers */
    Engine *engine;
    ImageView *view;
    Interrupt *interrupt;
    ImageRecipe *recipe;
    Scratch *scratch;
    char *tag;
    char *id;
} Creation;

static void
flags_clear(Flags *flags)
{
    g_free(flags->suite);
    g_free(flags->arch);
    g_strfreev(flags->mirrors);
    g_strfreev(flags->packages);
    g_free(flags->tag);
    g_free(flags->cache);
    g_free(flags->root_archive);
    g_free(flags->bootstrap_image);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Flags, flags_clear)

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
    return interrupt_get_cancellable(self->interrupt);
}

static void
on_interrupt(guint count, gpointer user_data)
{
    if (count == 1)
        image_view_warn(user_data, "stopping");
}

/* ---- before anything is fetched */

/* Under the name that 'colcon-deb build' looks for, if it runs on the engine's own machine. */
static char *
choose_tag(const Creation *self)
{
    const ImageArchitecture *architecture = self->recipe->architecture;

    if (self->flags->tag != NULL)
        return g_strdup(self->flags->tag);
    if (g_str_equal(architecture->image, self->engine->info->architecture))
        return g_strconcat(BUILDER_REPOSITORY ":", self->config->ros_distro, NULL);
    return g_strconcat(BUILDER_REPOSITORY ":", self->config->ros_distro, "-", architecture->debian,
                       NULL);
}

static gboolean
check_architecture(const Creation *self, GError **error)
{
    g_autoptr(CddArchitectureInfo) info = cdd_architecture_info_new(
        self->engine->info->architecture, self->recipe->architecture->image,
        !cdd_service_is_local(self->engine->service));
    g_autofree char *warning = NULL;

    if (!cdd_architecture_info_check(info, error))
        return FALSE;
    warning = cdd_architecture_info_performance_warning(info);
    if (warning != NULL)
        image_view_warn(self->view, warning);
    return TRUE;
}

static gboolean
make_recipe(Creation *self, GError **error)
{
    const Flags *flags = self->flags;
    g_autofree char *path = g_build_filename(self->scripts, "image", "packages", NULL);
    g_autofree char *list = NULL;

    if (!g_file_get_contents(path, &list, NULL, error))
        return FALSE;
    self->recipe = image_recipe_new(
        list, flags->suite, flags->arch != NULL ? flags->arch : self->engine->info->architecture,
        flags->mirrors, flags->packages, error);
    return self->recipe != NULL;
}

static BootstrapSetup
get_bootstrap(const Creation *self)
{
    return (BootstrapSetup){
        .recipe = self->recipe,
        .engine = self->engine,
        .image = self->flags->bootstrap_image,
        .scratch = self->scratch != NULL ? scratch_get_path(self->scratch) : NULL,
        .view = self->view,
        .interrupt = self->interrupt,
    };
}

/* The archive that an earlier call has left; NULL without --cache, and for --no-cache. */
static char *
find_kept(const Creation *self)
{
    g_autofree char *name = image_recipe_get_file_name(self->recipe);
    g_autofree char *path = NULL;

    if (self->flags->cache == NULL || self->flags->no_cache)
        return NULL;
    path = g_build_filename(self->flags->cache, name, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

/* ---- the root file system */

/* It gets its name when it is whole. */
static char *
keep_archive(const Creation *self, const char *archive, GError **error)
{
    const Owner owner = owner_of_caller();
    g_autofree char *name = image_recipe_get_file_name(self->recipe);
    g_autofree char *path = NULL;
    int fd = -1;
    gboolean given = FALSE;

    if (self->flags->cache == NULL)
        return g_strdup(archive);
    path = g_build_filename(self->flags->cache, name, NULL);
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
    gint64 started = g_get_monotonic_time();
    gboolean made = FALSE;

    image_view_step(self->view, label, CDD_BUILD_STEP_STARTED, 0);
    made = bootstrap_run(&setup, archive, error);
    image_view_step(self->view, label, made ? CDD_BUILD_STEP_DONE : CDD_BUILD_STEP_FAILED,
                    g_get_monotonic_time() - started);
    return made ? keep_archive(self, archive, error) : NULL;
}

/* Of the kept archive, how old it is: nothing in it is newer. */
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
    label = g_strdup_printf("root file system of %s, %s (--no-cache makes it anew)", date, archive);
    image_view_step(self->view, label, CDD_BUILD_STEP_CACHED, 0);
}

static char *
get_archive(Creation *self, GError **error)
{
    g_autofree char *kept = NULL;

    if (self->flags->root_archive != NULL)
        return g_strdup(self->flags->root_archive);
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

/* A second name where that is possible, since the archive is large; of the file, not of a link. */
static gboolean
link_archive(const Creation *self, const char *archive, const char *target, GError **error)
{
    g_autoptr(GFile) from = g_file_new_for_path(archive);
    g_autoptr(GFile) to = g_file_new_for_path(target);
    g_autoptr(GAsyncResult) done = NULL;

    if (linkat(AT_FDCWD, archive, AT_FDCWD, target, AT_SYMLINK_FOLLOW) == 0)
        return TRUE;
    g_file_copy_async(from, to, G_FILE_COPY_NONE, G_PRIORITY_DEFAULT, get_cancellable(self),
                      on_copied, self->view, await_ready, &done);
    return g_file_copy_finish(from, await(&done), error);
}

/* ADD unpacks it, whether or not it is compressed. The label comes first, since there are builders
 * that take the next steps of another architecture from their cache. */
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
                           self->recipe->architecture->debian, self->config->ros_distro,
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
           scratch_copy_tree(self->scratch, self->scripts, scripts, error);
}

static gboolean
build(Creation *self, GError **error)
{
    g_autofree char *directory = scratch_make_path(self->scratch, "context");
    g_autofree char *dockerfile = make_dockerfile(self);
    g_autofree char *platform = image_architecture_get_platform(self->recipe->architecture);
    gboolean is_own =
        g_str_equal(self->recipe->architecture->image, self->engine->info->architecture);
    CddBuildContext context = {
        .context_dir = directory,
        .dockerfile_text = dockerfile,
        .tags = (const char *const[]){self->tag, NULL},
        .platform = is_own ? NULL : platform,
        .no_cache = self->flags->no_cache,
        .network_mode = "none",
    };
    const CddOutputHandler handler = image_view_get_handler(self->view);
    g_autoptr(GAsyncResult) done = NULL;

    if (!build_request_read_epoch(&context.source_date_epoch, error))
        return FALSE;
    cdd_service_build_image_async(self->engine->service, &context, &handler, get_cancellable(self),
                                  await_ready, &done);
    self->id = cdd_service_build_image_finish(self->engine->service, await(&done), error);
    return self->id != NULL;
}

static CddImageInfo *
inspect(const Creation *self, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_inspect_image_async(self->engine->service, self->tag, get_cancellable(self),
                                    await_ready, &done);
    return cdd_service_inspect_image_finish(self->engine->service, await(&done), error);
}

static void
remove_image(const Creation *self, const char *image)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddRemovedImages) removed = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_remove_image_async(self->engine->service, image, FALSE, get_cancellable(self),
                                   await_ready, &done);
    removed = cdd_service_remove_image_finish(self->engine->service, await(&done), &error);
    if (removed == NULL)
        g_debug("%s", error->message);
}

/* There are engines that say of every image that it is for their own machine. */
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
    g_set_error(
        error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
        "the engine says that %s is for %s, and it was to be for %s; BuildKit, which Docker "
        "has, does it right",
        self->tag, info->architecture, wanted);
    return FALSE;
}

/* The image that had the name before is of no use without it. What something needs of it stays. */
static void
remove_old(const Creation *self, const CddImageInfo *old)
{
    if (old != NULL && !g_str_equal(old->id, self->id))
        remove_image(self, old->id);
}

static gboolean
make_scratch(Creation *self, GError **error)
{
    const Owner owner = owner_of_caller();

    /* Beside the archive, so that it is moved and linked, not copied. */
    if (self->flags->cache != NULL && !owner_make_directory(&owner, self->flags->cache, error))
        return FALSE;
    self->scratch = scratch_new(self->flags->cache, error);
    if (self->scratch == NULL)
        return FALSE;
    /* mmdebstrap works as other users, too. */
    return g_chmod(scratch_get_path(self->scratch), 0755) == 0 ||
           program_error_errno(error, errno, "%s", scratch_get_path(self->scratch));
}

static gboolean
create(Creation *self, GError **error)
{
    const BootstrapSetup setup = get_bootstrap(self);
    g_autoptr(CddImageInfo) old = inspect(self, NULL);
    g_autofree char *kept = find_kept(self);
    g_autofree char *archive = NULL;

    if (self->flags->root_archive == NULL && kept == NULL && !bootstrap_check(&setup, error))
        return FALSE;
    if (!make_scratch(self, error))
        return FALSE;
    archive = get_archive(self, error);
    if (archive == NULL || !make_context(self, archive, error) || !build(self, error) ||
        !check_image(self, error))
        return FALSE;
    remove_old(self, old);
    return TRUE;
}

/* ---- the command */

static char *
make_advice(const Creation *self)
{
    g_autofree char *usual = g_strconcat(BUILDER_REPOSITORY ":", self->config->ros_distro, NULL);

    if (g_str_equal(self->tag, usual))
        return g_strdup_printf(
            "Build packages in it with 'colcon-deb build WORKSPACE --ros-distro %s'",
            self->config->ros_distro);
    return g_strdup_printf("Build packages in it with 'colcon-deb build WORKSPACE --image %s'",
                           self->tag);
}

static gboolean
finish(Creation *self, gint64 started, GError *failure, GError **error)
{
    g_autofree char *advice = make_advice(self);
    const ImageResult result = {
        .id = failure == NULL ? self->id : NULL,
        .names = (const char *const[]){self->tag, NULL},
        .advice = advice,
        .error = failure,
        .duration = (g_get_monotonic_time() - started) / 1000,
    };

    image_view_end(self->view, &result);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
carry_out(Creation *self, GError **error)
{
    GError *failure = NULL;
    gint64 started = g_get_monotonic_time();

    if (!engine_get_info(self->engine, get_cancellable(self), error) || !make_recipe(self, error))
        return FALSE;
    self->tag = choose_tag(self);
    if (!image_name_check(self->tag, error) || !check_architecture(self, error))
        return FALSE;
    if (!create(self, &failure))
        interrupt_settle(self->interrupt, &failure);
    return finish(self, started, failure, error);
}

/* All that can be refused without an engine is refused before one is asked. */
static gboolean
check_flags(Flags *flags, const Config *config, GError **error)
{
    guint64 epoch = 0;

    if (config->ros_distro == NULL)
        return program_error_usage(error, "for which ROS distribution? Pass --ros-distro NAME, or "
                                          "set ros_distro in colcon-deb.yaml");
    if (flags->tag != NULL && !image_name_check(flags->tag, error)) {
        g_prefix_error(error, "--tag: ");
        return FALSE;
    }
    if (flags->bootstrap_image != NULL && !image_name_check(flags->bootstrap_image, error)) {
        g_prefix_error(error, "--bootstrap-image: ");
        return FALSE;
    }
    if (flags->root_archive != NULL && (flags->cache != NULL || flags->mirrors != NULL ||
                                        flags->packages != NULL || flags->bootstrap_image != NULL))
        return program_error_usage(error, "--root-archive: nothing is bootstrapped then; --cache, "
                                          "--mirror, --package and --bootstrap-image do not go "
                                          "with it");
    if (flags->root_archive != NULL && !g_file_test(flags->root_archive, G_FILE_TEST_IS_REGULAR))
        return program_error_usage(
            error, "--root-archive: %s %s", flags->root_archive,
            g_file_test(flags->root_archive, G_FILE_TEST_EXISTS) ? "is no file" : "does not exist");
    if (flags->cache != NULL) {
        g_autofree char *given = g_steal_pointer(&flags->cache);

        flags->cache = g_canonicalize_filename(given, NULL);
    }
    return build_request_read_epoch(&epoch, error);
}

static gboolean
run_create(const Options *options, Flags *flags, const char *progress, GError **error)
{
    g_autoptr(Config) config = options_load_config(options, error);
    g_autofree char *scripts = NULL;
    g_autoptr(Engine) engine = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autoptr(ImageView) view = NULL;
    g_auto(Creation) self = {.flags = flags, .config = config};
    gboolean plain = FALSE;
    gboolean created = FALSE;

    if (config == NULL || !image_view_read_progress(progress, &plain, error) ||
        !check_flags(flags, config, error))
        return FALSE;
    scripts = cdd_prepare_helper_scripts(NULL, error);
    engine = scripts != NULL ? engine_open(config, error) : NULL;
    if (engine == NULL)
        return FALSE;
    view = image_view_new(options, plain);
    interrupt = interrupt_new();
    interrupt_set_handler(interrupt, on_interrupt, view);
    self.scripts = scripts;
    self.engine = engine;
    self.view = view;
    self.interrupt = interrupt;
    created = carry_out(&self, error);
    interrupt_set_handler(interrupt, NULL, NULL);
    return created;
}

static gboolean
create_image(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_auto(Flags) flags = {0};
    g_autofree char *progress = NULL;
    const GOptionEntry extra[] = {
        {"suite", 0, 0, G_OPTION_ARG_FILENAME, &flags.suite,
         "the release of Debian or Ubuntu, as bookworm or noble [bookworm]", "NAME"},
        {"arch", 0, 0, G_OPTION_ARG_FILENAME, &flags.arch,
         "amd64, arm64, armhf... [the engine's own]", "NAME"},
        {"mirror", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &flags.mirrors,
         "where packages come from: an address, or a line of a sources.list; may be repeated "
         "[that of the distribution]",
         "MIRROR"},
        {"package", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &flags.packages,
         "one more package to install; may be repeated", "NAME"},
        {"tag", 't', 0, G_OPTION_ARG_FILENAME, &flags.tag,
         "the image's name [colcon-deb-builder: and the distribution, and -ARCH if it is not the "
         "engine's own]",
         "NAME[:TAG]"},
        {"cache", 0, 0, G_OPTION_ARG_FILENAME, &flags.cache,
         "keep the root file system there, and take it from there the next time", "DIR"},
        {"no-cache", 0, 0, G_OPTION_ARG_NONE, &flags.no_cache,
         "make everything anew, with what the mirror has now", NULL},
        {"root-archive", 0, 0, G_OPTION_ARG_FILENAME, &flags.root_archive,
         "a tar archive of a root file system that has the packages already", "FILE"},
        {"bootstrap-image", 0, 0, G_OPTION_ARG_FILENAME, &flags.bootstrap_image,
         "an image of Debian or Ubuntu in which mmdebstrap runs [this machine]", "REF"},
        {"progress", 0, 0, G_OPTION_ARG_FILENAME, &progress,
         "auto, plain: without a status line [auto]", "KIND"},
        {NULL},
    };

    if (!options_parse(&options, &cmd_image_create, extra, argc, argv, error))
        return FALSE;
    return options.help || run_create(&options, &flags, progress, error);
}

static const char *const keys[] = {
    "ros_distro", "docker.host", "docker.context", "docker.cert_path", NULL,
};

const Command cmd_image_create = {
    .parent = "image",
    .name = "create",
    .arguments = "",
    .keys = keys,
    .summary = "Make a ROS builder image from a Debian mirror, without a registry",
    .examples =
        "mmdebstrap makes the root file system: on this machine, as root or in a user namespace,\n"
        "or in a container of --bootstrap-image. A foreign architecture needs an emulator in the\n"
        "kernel (packages qemu-user-static and binfmt-support).\n"
        "\n"
        "Examples:\n"
        "  colcon-deb image create --ros-distro rolling\n"
        "  colcon-deb image create --ros-distro rolling --arch arm64 --cache ~/.cache/colcon-deb\n"
        "  colcon-deb image create --ros-distro rolling --bootstrap-image debian:12\n"
        "\n"
        "Exit status: 0 made, 1 something failed, 2 usage, 130 interrupted.\n",
    .run = create_image,
};
