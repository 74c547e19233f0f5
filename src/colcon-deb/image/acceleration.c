/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An accelerated image is a builder image for another architecture, and a layer of native programs
 * in the place of its most expensive ones. The engine makes that layer from a native root file
 * system of the image's suite; nothing of the image is executed meanwhile. The functions follow in
 * the order in which they run.
 */
#include "acceleration.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/image-name.h"
#include "../base/owner.h"
#include "../base/program-error.h"
#include "acceleration-files.h"
#include "acceleration-report.h"
#include "acceleration-test.h"
#include "image-replace.h"
#include "image-role.h"
#include "root-archive.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

enum {
    MAX_ARCHIVE_AGE = 24 * 60 * 60 /* seconds; mirrors change daily */
};

static const char native_architecture[] = "amd64";

/* Architectures whose packages were proven to be the same, and the names of their compilers. */
static const struct {
    const char *image;
    const char *triplet;
} targets[] = {
    {"arm64", "aarch64-linux-gnu"},
};

typedef struct {
    const Acceleration *setup;
    CddImageInfo *image;
    char *suite;
    const char *triplet;
    ImageRecipe *recipe;
    char *cache;
    Scratch *scratch;
    AccelerationReport *report;
    char *id;
} Work;

static void
work_clear(Work *self)
{
    g_clear_pointer(&self->image, cdd_image_info_free);
    g_clear_pointer(&self->recipe, image_recipe_free);
    g_clear_pointer(&self->scratch, scratch_free);
    g_clear_pointer(&self->report, acceleration_report_free);
    g_free(self->suite);
    g_free(self->cache);
    g_free(self->id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static GCancellable *
get_cancellable(const Work *self)
{
    return interrupt_get_cancellable(self->setup->interrupt);
}

static CddService *
get_service(const Work *self)
{
    return self->setup->engine->service;
}

/* ---- before anything is fetched */

static const char *
find_triplet(const char *architecture)
{
    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++)
        if (g_str_equal(targets[i].image, architecture))
            return targets[i].triplet;
    return NULL;
}

gboolean
acceleration_runs(const char *engine_architecture)
{
    return g_str_equal(cdd_architecture_normalize(engine_architecture), native_architecture);
}

gboolean
acceleration_is_possible(const Engine *engine, const char *architecture)
{
    return acceleration_runs(engine->info->architecture) && cdd_service_is_local(engine->service) &&
           find_triplet(architecture) != NULL;
}

static const char *
get_label(const CddImageInfo *image, const char *name)
{
    return g_environ_getenv(image->labels, name);
}

gboolean
acceleration_is_present(const CddImageInfo *image)
{
    return get_label(image, ACCELERATOR_LABEL) != NULL;
}

static gboolean
inspect(Work *self, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_inspect_image_async(get_service(self), self->setup->image, get_cancellable(self),
                                    await_ready, &done);
    self->image = cdd_service_inspect_image_finish(get_service(self), await(&done), error);
    return self->image != NULL;
}

static gboolean
check_engine(const Work *self, GError **error)
{
    const Engine *engine = self->setup->engine;

    if (acceleration_is_possible(engine, self->image->architecture))
        return TRUE;
    if (g_str_equal(self->image->architecture, engine->info->architecture))
        return program_error_usage(error,
                                   "the image %s is for %s, as the engine's machine: nothing "
                                   "is emulated",
                                   self->setup->image, self->image->architecture);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
                "an image for %s on a machine of %s%s cannot be accelerated: only arm64 on amd64, "
                "on an engine of this machine, can",
                self->image->architecture, engine->info->architecture,
                cdd_service_is_local(engine->service) ? "" : " elsewhere");
    return FALSE;
}

static gboolean
choose_suite(Work *self, GError **error)
{
    const char *label = get_label(self->image, SUITE_LABEL);

    self->suite = g_strdup(self->setup->suite != NULL ? self->setup->suite : label);
    if (self->suite != NULL)
        return TRUE;
    return program_error_usage(error,
                               "the image %s does not say of which release of Debian it is: the "
                               "label " SUITE_LABEL " is missing; pass --suite NAME",
                               self->setup->image);
}

static gboolean
read_script(const Work *self, const char *room, const char *name, char **text, GError **error)
{
    g_autofree char *path = g_build_filename(self->setup->scripts, room, name, NULL);

    return g_file_get_contents(path, text, NULL, error);
}

/* The list of packages with the names of this compiler. */
static gboolean
make_recipe(Work *self, GError **error)
{
    g_autofree char *list = NULL;
    g_autofree char *installer = NULL;
    g_auto(GStrv) parts = NULL;
    g_autofree char *named = NULL;

    if (!read_script(self, "accelerator", "packages", &list, error) ||
        !read_script(self, "image", "install-packages.sh", &installer, error))
        return FALSE;
    parts = g_strsplit(list, "@TRIPLET@", -1);
    named = g_strjoinv(self->triplet, parts);
    self->recipe = image_recipe_new(named, installer, self->suite, native_architecture,
                                    self->setup->mirrors, NULL, error);
    return self->recipe != NULL;
}

static gboolean
make_scratch(Work *self, GError **error)
{
    const Owner owner = owner_of_caller();

    self->cache =
        self->setup->cache != NULL ? g_strdup(self->setup->cache) : acceleration_get_cache(error);
    if (self->cache == NULL || !owner_make_directory(&owner, self->cache, error))
        return FALSE;
    self->scratch = scratch_new(self->cache, error);
    if (self->scratch == NULL)
        return FALSE;
    /* mmdebstrap also runs as other users. */
    return g_chmod(scratch_get_path(self->scratch), 0755) == 0 ||
           program_error_errno(error, errno, "%s", scratch_get_path(self->scratch));
}

/* ---- the native root file system */

static RootArchive
get_archive(const Work *self, gboolean again)
{
    return (RootArchive){
        .bootstrap = {.recipe = self->recipe,
                      .engine = self->setup->engine,
                      .image = self->setup->bootstrap_image,
                      .scratch = scratch_get_path(self->scratch),
                      .view = self->setup->view,
                      .interrupt = self->setup->interrupt},
        .cache = self->cache,
        .no_cache = again,
        .scratch = self->scratch,
    };
}

/* ---- the layer */

static gboolean
copy_program(const char *directory, const char *name, const char *context, GError **error)
{
    g_autofree char *from = g_build_filename(directory, name, NULL);
    g_autofree char *to = g_build_filename(context, "accelerator", name, NULL);
    g_autoptr(GFile) source = g_file_new_for_path(from);
    g_autoptr(GFile) target = g_file_new_for_path(to);

    return g_file_copy(source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error);
}

/* A context for each attempt: its name is a part of the archive's. */
static char *
make_context(const Work *self, const RootArchive *archive, const char *root, GError **error)
{
    const char *name = archive->no_cache ? "new" : "context";
    g_autofree char *context = scratch_make_path(self->scratch, name);
    g_autofree char *target = g_build_filename(context, "tools.tar", NULL);
    g_autofree char *source = g_build_filename(self->setup->scripts, "accelerator", NULL);
    g_autofree char *copy = g_build_filename(name, "accelerator", NULL);
    g_autofree char *programs = acceleration_find_programs(error);

    if (programs == NULL)
        return NULL;
    if (g_mkdir(context, 0755) != 0) {
        program_error_errno(error, errno, "making %s", context);
        return NULL;
    }
    if (!root_archive_link(archive, root, target, error) ||
        !scratch_copy_tree(self->scratch, source, copy, error) ||
        !copy_program(programs, "wrapper", context, error) ||
        !copy_program(programs, "machine.so", context, error))
        return NULL;
    return g_steal_pointer(&context);
}

/* The engine builds the target "report", and then the last one, for which it reuses the steps. */
static char *
make_dockerfile(const Work *self)
{
    return g_strdup_printf("FROM %s AS base\n"
                           "FROM --platform=linux/%s scratch AS tools\n"
                           "ADD tools.tar /\n"
                           "COPY accelerator /accelerator\n"
                           "RUN --mount=type=bind,from=base,target=/base "
                           "python3 /accelerator/assemble.py %s %s /base /out\n"
                           "FROM scratch AS report\n"
                           "COPY --from=tools /out/report /\n"
                           "FROM base\n"
                           "COPY --from=tools /out/layer /\n",
                           self->setup->image, native_architecture, self->image->architecture,
                           self->triplet);
}

static char *
build(const Work *self, const CddBuildContext *context, GError **error)
{
    const CddOutputHandler handler = image_view_get_handler(self->setup->view);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_build_image_async(get_service(self), context, &handler, get_cancellable(self),
                                  await_ready, &done);
    return cdd_service_build_image_finish(get_service(self), await(&done), error);
}

/* Makes the layer on the engine and reads what is in it. */
static gboolean
make_report(Work *self, const char *directory, GError **error)
{
    g_autofree char *dockerfile = make_dockerfile(self);
    g_autofree char *platform = g_strconcat("linux/", self->image->architecture, NULL);
    g_autofree char *place = g_strconcat(directory, ".report", NULL);
    g_autofree char *output = g_strconcat("type=local,dest=", place, NULL);
    const CddBuildContext context = {
        .context_dir = directory,
        .dockerfile_text = dockerfile,
        .platform = platform,
        .target = "report",
        .output = output,
        .network_mode = "none",
    };
    g_autofree char *id = build(self, &context, error);

    g_clear_pointer(&self->report, acceleration_report_free);
    self->report = id != NULL ? acceleration_report_read(place, error) : NULL;
    return self->report != NULL;
}

static char *
make_image(const Work *self, const char *directory, GError **error)
{
    g_autofree char *dockerfile = make_dockerfile(self);
    g_autofree char *platform = g_strconcat("linux/", self->image->architecture, NULL);
    g_autofree char *versions = g_strconcat(ACCELERATOR_LABEL "=", self->report->versions, NULL);
    g_autofree char *base = g_strconcat(ACCELERATOR_BASE_LABEL "=", self->image->id, NULL);
    g_autofree char *suite = g_strconcat(SUITE_LABEL "=", self->suite, NULL);
    const CddBuildContext context = {
        .context_dir = directory,
        .dockerfile_text = dockerfile,
        .platform = platform,
        .labels = (const char *const[]){versions, base, suite, NULL},
        .network_mode = "none",
    };

    return build(self, &context, error);
}

/* Makes the layer from that archive. */
static char *
try_archive(Work *self, gboolean again, GError **error)
{
    const RootArchive archive = get_archive(self, again);
    g_autofree char *root = root_archive_get(&archive, error);
    g_autofree char *context = root != NULL ? make_context(self, &archive, root, error) : NULL;

    return context != NULL && make_report(self, context, error) ? g_steal_pointer(&context) : NULL;
}

/* A refusal stands unless the archive is a kept one that may be older than the image. */
static gboolean
is_old(const char *path)
{
    GStatBuf status;

    return g_stat(path, &status) == 0 &&
           g_get_real_time() / G_USEC_PER_SEC - status.st_mtime > MAX_ARCHIVE_AGE;
}

/* A kept archive may be older than the image: then a new one is made. */
static char *
make_layer(Work *self, GError **error)
{
    const RootArchive first = get_archive(self, self->setup->no_cache);
    g_autofree char *kept = root_archive_find_kept(&first);
    g_autofree char *context = NULL;

    if (kept == NULL && !bootstrap_check(&first.bootstrap, error))
        return NULL;
    context = try_archive(self, self->setup->no_cache, error);
    if (context != NULL && self->report->refused != NULL && kept != NULL && is_old(kept)) {
        g_free(context);
        context = try_archive(self, TRUE, error);
    }
    if (context == NULL || self->report->refused == NULL)
        return g_steal_pointer(&context);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE, "the image %s cannot be accelerated: %s",
                self->setup->image, self->report->refused);
    return NULL;
}

/* ---- the test and the name */

static void
tell_report(const Work *self)
{
    g_autofree char *label = g_strdup_printf("%u programs run natively", self->report->replaced);

    image_view_step(self->setup->view, label, CDD_BUILD_STEP_DONE, 0);
    for (guint i = 0; i < self->report->emulated->len; i++) {
        g_autofree char *line = g_strconcat(self->report->emulated->pdata[i], "\n", NULL);

        image_view_output(self->setup->view, CDD_OUTPUT_STDOUT, line, strlen(line));
    }
}

static gboolean
run_self_test(const Work *self, GError **error)
{
    const AccelerationTest test = {
        .service = get_service(self),
        .image = self->id,
        .scripts = self->setup->scripts,
        .cancellable = get_cancellable(self),
    };
    static const char label[] = "comparing native with emulated programs, byte by byte";
    gint64 started = clock_now();
    guint cases = 0;
    gboolean passed = FALSE;

    image_view_step(self->setup->view, label, CDD_BUILD_STEP_STARTED, 0);
    passed = acceleration_test_run(&test, &cases, error);
    image_view_step(self->setup->view, label, passed ? CDD_BUILD_STEP_DONE : CDD_BUILD_STEP_FAILED,
                    clock_now() - started);
    if (passed)
        acceleration_set_tested(self->id);
    return passed;
}

static gboolean
give_name(const Work *self, GError **error)
{
    g_autofree char *old =
        image_replace_begin(get_service(self), self->setup->tag, get_cancellable(self));
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_tag_image_async(get_service(self), self->id, self->setup->tag,
                                get_cancellable(self), await_ready, &done);
    if (!cdd_service_tag_image_finish(get_service(self), await(&done), error))
        return FALSE;
    image_replace_end(get_service(self), old, self->id, get_cancellable(self));
    return TRUE;
}

/* Also after Ctrl-C. An image that was made before and has a name stays. */
static void
discard_image(const Work *self)
{
    image_replace_end(get_service(self), self->id, "", NULL);
}

static gboolean
prepare(Work *self, GError **error)
{
    if (!inspect(self, error) || !check_engine(self, error))
        return FALSE;
    if (acceleration_is_present(self->image))
        return program_error_usage(error, "the image %s is accelerated already",
                                   self->setup->image);
    self->triplet = find_triplet(self->image->architecture);
    return choose_suite(self, error) && make_recipe(self, error) && make_scratch(self, error);
}

gboolean
acceleration_run(const Acceleration *setup, char **id, GError **error)
{
    g_auto(Work) work = {.setup = setup};
    g_autofree char *context = NULL;

    if (!prepare(&work, error))
        return FALSE;
    context = make_layer(&work, error);
    work.id = context != NULL ? make_image(&work, context, error) : NULL;
    if (work.id == NULL)
        return FALSE;
    tell_report(&work);
    if (!run_self_test(&work, error) || !give_name(&work, error)) {
        discard_image(&work);
        return FALSE;
    }
    *id = g_steal_pointer(&work.id);
    return TRUE;
}
