/* SPDX-License-Identifier: Apache-2.0 */
#include "root-archive.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/owner.h"
#include "../base/program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

char *
root_archive_find_kept(const RootArchive *archive)
{
    g_autofree char *name = image_recipe_get_file_name(archive->bootstrap.recipe);
    g_autofree char *path = NULL;

    if (archive->cache == NULL || archive->no_cache)
        return NULL;
    path = g_build_filename(archive->cache, name, NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

/* Renames the archive when it is complete. */
static char *
keep(const RootArchive *archive, const char *made, GError **error)
{
    const Owner owner = owner_of_caller();
    g_autofree char *name = image_recipe_get_file_name(archive->bootstrap.recipe);
    g_autofree char *path = NULL;
    int fd = -1;
    gboolean given = FALSE;

    if (archive->cache == NULL)
        return g_strdup(made);
    path = g_build_filename(archive->cache, name, NULL);
    fd = g_open(made, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    if (fd < 0) {
        program_error_errno(error, errno, "opening %s", made);
        return NULL;
    }
    given = owner_give(&owner, fd, path, error);
    close(fd);
    if (!given)
        return NULL;
    if (g_rename(made, path) == 0)
        return g_steal_pointer(&path);
    program_error_errno(error, errno, "keeping %s", path);
    return NULL;
}

static char *
make(const RootArchive *archive, GError **error)
{
    const ImageRecipe *recipe = archive->bootstrap.recipe;
    ImageView *view = archive->bootstrap.view;
    g_autofree char *target = scratch_make_path(archive->scratch, "new.tar");
    g_autofree char *label =
        g_strdup_printf("bootstrapping %s %s for %s", recipe->is_ubuntu ? "Ubuntu" : "Debian",
                        recipe->suite, recipe->architecture->debian);
    gint64 started = clock_now();
    gboolean made = FALSE;

    image_view_step(view, label, CDD_BUILD_STEP_STARTED, 0);
    made = bootstrap_run(&archive->bootstrap, target, error);
    image_view_step(view, label, made ? CDD_BUILD_STEP_DONE : CDD_BUILD_STEP_FAILED,
                    clock_now() - started);
    return made ? keep(archive, target, error) : NULL;
}

/* Reports the age of the kept archive: nothing in it is newer. */
static void
tell_kept(const RootArchive *archive, const char *path)
{
    GStatBuf info;
    g_autofree char *label = NULL;
    g_autoptr(GDateTime) made = NULL;
    g_autofree char *date = NULL;

    if (g_stat(path, &info) != 0)
        return;
    made = g_date_time_new_from_unix_local(info.st_mtime);
    date = g_date_time_format(made, "%Y-%m-%d");
    label = g_strdup_printf("root file system of %s, %s (--no-cache makes it again)", date, path);
    image_view_step(archive->bootstrap.view, label, CDD_BUILD_STEP_CACHED, 0);
}

char *
root_archive_get(const RootArchive *archive, GError **error)
{
    g_autofree char *kept = root_archive_find_kept(archive);

    if (kept == NULL)
        return make(archive, error);
    tell_kept(archive, kept);
    return g_steal_pointer(&kept);
}

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
gboolean
root_archive_link(const RootArchive *archive, const char *path, const char *target, GError **error)
{
    g_autoptr(GFile) from = g_file_new_for_path(path);
    g_autoptr(GFile) to = g_file_new_for_path(target);
    g_autoptr(GAsyncResult) done = NULL;

    if (linkat(AT_FDCWD, path, AT_FDCWD, target, AT_SYMLINK_FOLLOW) == 0)
        return TRUE;
    g_file_copy_async(from, to, G_FILE_COPY_NONE, G_PRIORITY_DEFAULT,
                      interrupt_get_cancellable(archive->bootstrap.interrupt), on_copied,
                      archive->bootstrap.view, await_ready, &done);
    return g_file_copy_finish(from, await(&done), error);
}
