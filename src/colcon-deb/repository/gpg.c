/* SPDX-License-Identifier: Apache-2.0 */
#include "gpg.h"

#include "../base/await.h"
#include "../base/folder.h"
#include "../base/program-error.h"
#include "../base/text.h"

/* Otherwise the agent would write into the home while it is being removed. */
static void
stop_agent(const char *home)
{
    g_autoptr(GSubprocess) process =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         NULL, "gpgconf", "--homedir", home, "--kill", "all", NULL);
    g_autoptr(GAsyncResult) done = NULL;

    if (process == NULL)
        return;
    g_subprocess_wait_async(process, NULL, await_ready, &done);
    g_subprocess_wait_finish(process, await(&done), NULL);
}

static void
remove_home(const char *home)
{
    g_autofree char *parent = g_path_get_dirname(home);
    g_autofree char *name = g_path_get_basename(home);
    g_autoptr(Folder) folder = folder_open(parent, NULL);

    stop_agent(home);
    if (folder != NULL)
        folder_clear(folder, name, NULL);
}

void
gpg_clear(Gpg *gpg)
{
    if (gpg->home != NULL)
        remove_home(gpg->home);
    g_clear_pointer(&gpg->home, g_free);
    g_clear_pointer(&gpg->passphrase_file, g_free);
}

gboolean
gpg_make_home(Gpg *gpg, GError **error)
{
    /* Mode 0700, as gpg wants it. */
    gpg->home = g_dir_make_tmp("colcon-deb-gpg-XXXXXX", error);
    return gpg->home != NULL;
}

static GPtrArray *
make_command(const Gpg *gpg, const char *const *arguments)
{
    GPtrArray *command = g_ptr_array_new();

    g_ptr_array_add(command, (gpointer) "gpg");
    g_ptr_array_add(command, (gpointer) "--batch");
    g_ptr_array_add(command, (gpointer) "--quiet");
    if (gpg->home != NULL) {
        g_ptr_array_add(command, (gpointer) "--homedir");
        g_ptr_array_add(command, gpg->home);
    }
    if (gpg->passphrase_file != NULL) {
        /* In a file: every user can read the arguments of a process. */
        g_ptr_array_add(command, (gpointer) "--pinentry-mode=loopback");
        g_ptr_array_add(command, (gpointer) "--passphrase-file");
        g_ptr_array_add(command, gpg->passphrase_file);
    }
    for (; *arguments != NULL; arguments++)
        g_ptr_array_add(command, (gpointer)*arguments);
    g_ptr_array_add(command, NULL);
    return command;
}

static GSubprocess *
start(const Gpg *gpg, const char *const *arguments, gboolean with_input, GError **error)
{
    GSubprocessFlags input = with_input ? G_SUBPROCESS_FLAGS_STDIN_PIPE : G_SUBPROCESS_FLAGS_NONE;
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        input | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr(GPtrArray) command = make_command(gpg, arguments);

    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C", TRUE);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)command->pdata, error);
}

/* gpg's output, without its name before each line. */
static void
set_failure(GError **error, const char *doing, GBytes *words)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(words, &length);
    g_autofree char *text = g_strndup(data, length);
    g_auto(GStrv) parts = g_strsplit(g_strstrip(text), "gpg: ", -1);
    g_autofree char *joined = g_strjoinv("", parts);
    g_autofree char *printable = text_printable(joined);

    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "%s: gpg says: %s", doing, printable);
}

static void
set_start_failure(GError **error, const char *doing, const GError *cause)
{
    if (g_error_matches(cause, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "%s: gpg is not installed; install gnupg, or build without a signing key",
                    doing);
    else
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "%s: %s", doing, cause->message);
}

GBytes *
gpg_run(const Gpg *gpg,
        const char *const *arguments,
        GBytes *input,
        const char *doing,
        GCancellable *cancellable,
        GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GSubprocess) process = start(gpg, arguments, input != NULL, &cause);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GBytes) output = NULL;
    g_autoptr(GBytes) words = NULL;

    if (process == NULL) {
        set_start_failure(error, doing, cause);
        return NULL;
    }
    g_subprocess_communicate_async(process, input, cancellable, await_ready, &done);
    if (!g_subprocess_communicate_finish(process, await(&done), &output, &words, error)) {
        g_subprocess_force_exit(process);
        g_prefix_error(error, "%s: ", doing);
        return NULL;
    }
    if (g_subprocess_get_if_exited(process) && g_subprocess_get_exit_status(process) == 0)
        return g_steal_pointer(&output);
    set_failure(error, doing, words);
    return NULL;
}
