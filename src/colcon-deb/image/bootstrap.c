/* SPDX-License-Identifier: Apache-2.0 */
#include "bootstrap.h"

#include "../base/await.h"
#include "../base/folder.h"
#include "../base/program-error.h"
#include "image-role.h"
#include "own-containers.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
    TAIL_LINES = 8, /* of mmdebstrap's output, in the error */
    ARCHIVE_MODE = 0644,
    PATIENCE = 10, /* seconds between SIGTERM and SIGKILL */
};

static const char subuid_advice[] =
    " (you have no numbers for other users: 'sudo usermod --add-subuids 100000-165535 "
    "--add-subgids "
    "100000-165535 YOU', or run this as root, or name a --bootstrap-image)";

static const char ubuntu_keyring[] = "/usr/share/keyrings/ubuntu-archive-keyring.gpg";

/* The last lines of output, and the first that names an error. */
typedef struct {
    GQueue lines;
    GString *rest;
    char *cause;
} Tail;

static void
tail_add(Tail *tail, const char *line)
{
    if (*line == '\0')
        return;
    if (tail->cause == NULL && g_str_has_prefix(line, "E: "))
        tail->cause = g_strdup(line + strlen("E: "));
    g_queue_push_tail(&tail->lines, g_strdup(line));
    if (tail->lines.length > TAIL_LINES)
        g_free(g_queue_pop_head(&tail->lines));
}

static void
tail_clear(Tail *tail)
{
    g_queue_clear_full(&tail->lines, g_free);
    g_free(tail->cause);
    if (tail->rest != NULL)
        g_string_free(tail->rest, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tail, tail_clear)

/* Without subordinate ids, a user namespace of a normal user has one user only. */
static gboolean
is_about_subuids(const char *cause)
{
    return cause != NULL && strstr(cause, "/etc/sub") != NULL;
}

static gboolean
set_failure(const Tail *tail, const char *how, GError **error)
{
    g_autoptr(GString) words = g_string_new(NULL);

    for (const GList *line = tail->lines.head; line != NULL; line = line->next)
        g_string_append_printf(words, "\n%s", (const char *)line->data);
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "mmdebstrap %s%s%s%s%s%s", how,
                tail->cause != NULL ? ": " : "", tail->cause != NULL ? tail->cause : "",
                is_about_subuids(tail->cause) ? subuid_advice : "",
                words->len > 0 ? "; its last output:" : "", words->str);
    return FALSE;
}

gboolean
bootstrap_check(const BootstrapSetup *setup, GError **error)
{
    g_autofree char *program = g_find_program_in_path("mmdebstrap");

    if (setup->image != NULL)
        return TRUE;
    if (program == NULL) {
        g_set_error_literal(
            error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
            "there is no mmdebstrap on this machine: install it (apt-get install mmdebstrap), or "
            "name an image of Debian or Ubuntu on the engine in which it can run "
            "(--bootstrap-image REF)");
        return FALSE;
    }
    if (!setup->recipe->is_ubuntu || g_file_test(ubuntu_keyring, G_FILE_TEST_EXISTS))
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "the keys of Ubuntu's archive (%s) are not on this machine: install ubuntu-keyring",
                ubuntu_keyring);
    return FALSE;
}

/* ---- on this machine */

/* mmdebstrap and its children, as one process group: mmdebstrap alone would wait for them. */
typedef struct {
    GSubprocess *process;
    guint patience; /* the timer after which they are killed */
} Family;

static void
signal_family(const Family *family, int signal_number)
{
    const char *leader = g_subprocess_get_identifier(family->process);

    /* NULL if it has ended. */
    if (leader != NULL)
        kill(-(pid_t)g_ascii_strtoll(leader, NULL, 10), signal_number);
}

static gboolean
on_patience_lost(gpointer user_data)
{
    Family *family = user_data;

    family->patience = 0;
    signal_family(family, SIGKILL);
    return G_SOURCE_REMOVE;
}

static void
on_cancelled(GCancellable *cancellable, gpointer user_data)
{
    Family *family = user_data;

    signal_family(family, SIGTERM);
    family->patience = g_timeout_add_seconds(PATIENCE, on_patience_lost, family);
}

/*
 * Runs in the child. The child gets SIGKILL when this process ends. Its mounts, which it makes as
 * root, are in a mount namespace of its own, so that none stays if it is killed; a system may
 * refuse that, and then the mounts too.
 */
static void
lead_family(gpointer user_data)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (geteuid() == 0 && unshare(CLONE_NEWNS) == 0)
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static GSubprocess *
start(const BootstrapSetup *setup, const char *target, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_auto(GStrv) arguments = image_recipe_get_arguments(setup->recipe, target);
    g_autoptr(GPtrArray) command = g_ptr_array_new();

    g_ptr_array_add(command, (gpointer) "mmdebstrap");
    g_ptr_array_add(command, (gpointer)(geteuid() == 0 ? "--mode=root" : "--mode=unshare"));
    for (char **argument = arguments; *argument != NULL; argument++)
        g_ptr_array_add(command, *argument);
    g_ptr_array_add(command, NULL);
    g_subprocess_launcher_set_child_setup(launcher, lead_family, NULL, NULL);
    g_subprocess_launcher_setenv(launcher, IMAGE_INSTALLER_VARIABLE, setup->recipe->installer,
                                 TRUE);
    /* In a user namespace it runs as users who may not enter the caller's directories. */
    if (geteuid() == 0)
        g_subprocess_launcher_setenv(launcher, "TMPDIR", setup->scratch, TRUE);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)command->pdata, error);
}

static void
read_words(GSubprocess *process, ImageView *view, Tail *tail)
{
    g_autoptr(GDataInputStream) words =
        g_data_input_stream_new(g_subprocess_get_stderr_pipe(process));

    for (;;) {
        g_autoptr(GAsyncResult) done = NULL;
        g_autofree char *line = NULL;

        g_data_input_stream_read_line_async(words, G_PRIORITY_DEFAULT, NULL, await_ready, &done);
        line = g_data_input_stream_read_line_finish(words, await(&done), NULL, NULL);
        if (line == NULL)
            return;
        tail_add(tail, line);
        image_view_output(view, CDD_OUTPUT_STDERR, line, strlen(line));
        image_view_output(view, CDD_OUTPUT_STDERR, "\n", 1);
    }
}

static gboolean
run_here(const BootstrapSetup *setup, const char *target, GError **error)
{
    GCancellable *cancellable = interrupt_get_cancellable(setup->interrupt);
    g_autoptr(GSubprocess) process = start(setup, target, error);
    g_autoptr(GAsyncResult) done = NULL;
    g_auto(Tail) tail = {0};
    g_autofree char *how = NULL;
    Family family = {.process = process};
    gulong handler = 0;

    if (process == NULL)
        return FALSE;
    handler = g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled), &family, NULL);
    read_words(process, setup->view, &tail);
    g_subprocess_wait_async(process, NULL, await_ready, &done);
    g_subprocess_wait_finish(process, await(&done), NULL);
    g_cancellable_disconnect(cancellable, handler);
    g_clear_handle_id(&family.patience, g_source_remove);
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    if (g_subprocess_get_successful(process))
        return TRUE;
    how = g_subprocess_get_if_exited(process)
              ? g_strdup_printf("ended with exit code %d", g_subprocess_get_exit_status(process))
              : g_strdup_printf("was ended by signal %d", g_subprocess_get_term_sig(process));
    return set_failure(&tail, how, error);
}

/* ---- in a container */

typedef struct {
    const BootstrapSetup *setup;
    GCancellable *cancellable; /* of the container */
    Tail tail;
    int fd;
    int errno_of_write; /* 0 while no write of the archive has failed */
} Run;

/* The archive comes through standard output, so that a remote engine works. */
static void
on_archive(const void *data, gsize length, gpointer user_data)
{
    Run *run = user_data;

    if (run->errno_of_write != 0)
        return;
    run->errno_of_write = folder_write_all(run->fd, data, length);
    if (run->errno_of_write != 0)
        g_cancellable_cancel(run->cancellable);
}

static void
on_words(const void *data, gsize length, gpointer user_data)
{
    Run *run = user_data;
    const char *text = data;

    image_view_output(run->setup->view, CDD_OUTPUT_STDERR, data, length);
    for (gsize i = 0; i < length; i++) {
        if (text[i] != '\n') {
            g_string_append_c(run->tail.rest, text[i] != '\0' ? text[i] : ' ');
            continue;
        }
        tail_add(&run->tail, run->tail.rest->str);
        g_string_truncate(run->tail.rest, 0);
    }
}

static void
on_cancelled_run(GCancellable *cancellable, gpointer user_data)
{
    g_cancellable_cancel(user_data);
}

static const char script[] =
    "set -eu\n"
    "keys=$1; shift\n"
    "{\n"
    "    if ! command -v mmdebstrap || { [ -n \"$keys\" ] && [ ! -e \"$keys\" ]; }; then\n"
    "        apt-get update\n"
    "        apt-get install -y --no-install-recommends mmdebstrap ${keys:+ubuntu-keyring}\n"
    "    fi\n"
    "} >&2\n"
    "exec mmdebstrap --mode=root \"$@\"\n";

static char **
make_command(const ImageRecipe *recipe)
{
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();
    g_auto(GStrv) arguments = image_recipe_get_arguments(recipe, "-");

    g_strv_builder_add_many(command, "-c", script, "sh", recipe->is_ubuntu ? ubuntu_keyring : "",
                            NULL);
    g_strv_builder_addv(command, (const char **)arguments);
    return g_strv_builder_end(command);
}

static GPtrArray *
make_labels(void)
{
    GPtrArray *labels = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(labels, g_strdup(BOOTSTRAP_LABEL));
    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    return labels;
}

static CddContainerResult *
run_container(Run *run, GError **error)
{
    const BootstrapSetup *setup = run->setup;
    /* Needed to unpack a system and to run its scripts, without any mount. */
    static const char *const capabilities[] = {
        "CHOWN",  "DAC_OVERRIDE", "FOWNER", "FSETID",  "SETUID",
        "SETGID", "SYS_CHROOT",   "MKNOD",  "SETFCAP", NULL};
    g_auto(GStrv) command = make_command(setup->recipe);
    g_autoptr(GPtrArray) labels = make_labels();
    g_autofree char *installer =
        g_strconcat(IMAGE_INSTALLER_VARIABLE "=", setup->recipe->installer, NULL);
    const CddContainerSpec spec = {
        .image = setup->image,
        .entrypoint = (const char *const[]){"/bin/sh", NULL},
        .command = (const char *const *)command,
        .environment = (const char *const[]){"DEBIAN_FRONTEND=noninteractive", installer, NULL},
        .labels = (const char *const *)labels->pdata,
        .user = "0:0",
        .network_mode = CDD_NETWORK_HOST,
        .hardened = TRUE,
        .security = {.add_capabilities = capabilities},
        .open_stdin = TRUE,
        /* A waiting shell ignores SIGTERM, and nothing in the container is worth waiting for. */
        .stop_timeout = 1000,
    };
    const CddOutputHandler handler = {
        .on_stdout = on_archive, .on_stderr = on_words, .user_data = run};
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_run_container_async(setup->engine->service, &spec, &handler, run->cancellable,
                                    await_ready, &done);
    return cdd_service_run_container_finish(setup->engine->service, await(&done), error);
}

static gboolean
conclude(Run *run, const char *target, const CddContainerResult *result, GError **error)
{
    g_autofree char *how = NULL;

    if (run->errno_of_write == 0)
        run->errno_of_write = folder_close_file(run->fd);
    else
        close(run->fd);
    if (run->errno_of_write != 0) {
        g_clear_error(error);
        return program_error_errno(error, run->errno_of_write, "writing %s", target);
    }
    if (result == NULL || result->exit_code == 0)
        return result != NULL;
    how = g_strdup_printf("in a container of %s ended with exit code %" G_GINT64_FORMAT,
                          run->setup->image, result->exit_code);
    return set_failure(&run->tail, how, error);
}

static gboolean
run_in_container(const BootstrapSetup *setup, const char *target, GError **error)
{
    GCancellable *interrupted = interrupt_get_cancellable(setup->interrupt);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Run run = {.setup = setup, .cancellable = cancellable};
    g_autoptr(CddContainerResult) result = NULL;
    GError *failure = NULL;
    gulong handler = 0;
    gboolean succeeded = FALSE;

    run.fd = g_open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ARCHIVE_MODE);
    if (run.fd < 0)
        return program_error_errno(error, errno, "making %s", target);
    run.tail.rest = g_string_new(NULL);
    handler = g_cancellable_connect(interrupted, G_CALLBACK(on_cancelled_run), cancellable, NULL);
    result = run_container(&run, &failure);
    g_cancellable_disconnect(interrupted, handler);
    succeeded = conclude(&run, target, result, &failure);
    if (g_error_matches(failure, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND))
        g_prefix_error(&failure, "--bootstrap-image: ");
    if (failure != NULL)
        g_propagate_error(error, failure);
    tail_clear(&run.tail);
    return succeeded;
}

gboolean
bootstrap_run(const BootstrapSetup *setup, const char *target, GError **error)
{
    return setup->image != NULL ? run_in_container(setup, target, error)
                                : run_here(setup, target, error);
}
