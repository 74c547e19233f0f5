/* SPDX-License-Identifier: Apache-2.0 */
/* Tests build contexts: which files are found, and the archive. */
#include "files/context.h"

#include <archive.h>
#include <archive_entry.h>
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    char *root;
    char *context;
} Fixture;

static void
run(const Fixture *fixture, const char *script)
{
    g_autofree char *command = g_strdup_printf("cd '%s' && %s", fixture->context, script);

    g_assert_cmpint(system(command), ==, 0);
}

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *made = g_dir_make_tmp("cdd-context-XXXXXX", NULL);

    fixture->root = realpath(made, NULL);
    fixture->context = g_build_filename(fixture->root, "context", NULL);
    g_assert_cmpint(g_mkdir(fixture->context, 0755), ==, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", fixture->root);

    g_assert_cmpint(system(command), ==, 0);
    free(fixture->root);
    g_free(fixture->context);
}

/* Packs into a queue, as for an upload. */

typedef struct {
    const CddContext *context;
    const CddTarOptions *options;
    CddByteQueue *queue;
    GError *error;
} Packing;

static gpointer
pack(gpointer data)
{
    Packing *packing = data;

    cdd_context_pack(packing->context, packing->options, packing->queue, NULL, &packing->error);
    cdd_byte_queue_end(packing->queue);
    return NULL;
}

static GBytes *
pack_bytes(const CddContext *context, const CddTarOptions *options, GError **error)
{
    static const CddTarOptions none;
    GByteArray *bytes = g_byte_array_new();
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    Packing packing = {
        .context = context, .options = options == NULL ? &none : options, .queue = queue};
    GThread *thread = g_thread_new("pack", pack, &packing);
    const void *piece;
    gsize length;

    while ((length = cdd_byte_queue_read(queue, &piece)) > 0)
        g_byte_array_append(bytes, piece, (guint)length);
    g_thread_join(thread);
    if (error == NULL)
        g_assert_no_error(packing.error);
    else
        *error = packing.error;
    return g_byte_array_free_to_bytes(bytes);
}

/* Returns "NAME" or "NAME=CONTENTS" for each entry, as an independent reader sees it. */
static char *
list_archive(GBytes *bytes)
{
    struct archive *archive = archive_read_new();
    GString *list = g_string_new(NULL);
    struct archive_entry *entry;
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);

    archive_read_support_filter_all(archive);
    archive_read_support_format_tar(archive);
    archive_read_set_option(archive, "tar", "hdrcharset", "BINARY");
    g_assert_cmpint(archive_read_open_memory(archive, data, length), ==, ARCHIVE_OK);
    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        char contents[64] = "";

        g_string_append_printf(list, "%s%s", list->len == 0 ? "" : " ",
                               archive_entry_pathname(entry));
        if (archive_entry_hardlink(entry) != NULL)
            g_string_append_printf(list, "==%s", archive_entry_hardlink(entry));
        else if (archive_entry_symlink(entry) != NULL)
            g_string_append_printf(list, "->%s", archive_entry_symlink(entry));
        else if (archive_read_data(archive, contents, sizeof contents - 1) > 0)
            g_string_append_printf(list, "=%s", contents);
        g_assert_cmpint(archive_entry_uid(entry), ==, 0);
        g_assert_cmpint(archive_entry_gid(entry), ==, 0);
        g_assert_cmpint(archive_entry_mtime_nsec(entry), ==, 0);
        g_assert_cmpstr(archive_entry_uname(entry), ==, "");
    }
    archive_read_free(archive);
    return g_string_free(list, FALSE);
}

static void
assert_packed(const CddContext *context, const char *expected)
{
    g_autoptr(GBytes) bytes = pack_bytes(context, NULL, NULL);
    g_autofree char *list = list_archive(bytes);

    g_assert_cmpstr(list, ==, expected);
}

static CddContext *
open_context(const Fixture *fixture, const char *dockerfile, const char *text)
{
    g_autoptr(GError) error = NULL;
    CddContext *context = cdd_context_open(fixture->context, dockerfile, text, &error);

    g_assert_no_error(error);
    return context;
}

static void
assert_refused(const char *directory, const char *dockerfile, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(cdd_context_open(directory, dockerfile, NULL, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_nonnull(strstr(error->message, words));
}

static void
test_what_is_not_there_is_named(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *missing = g_build_filename(fixture->root, "missing", NULL);
    g_autofree char *dockerfile = g_build_filename(fixture->context, "Dockerfile", NULL);
    g_autofree char *broken = g_build_filename(fixture->context, ".dockerignore:2: ", NULL);

    assert_refused(missing, NULL, "/missing cannot be used as build context: No such file");
    assert_refused(fixture->context, NULL, "/context/Dockerfile does not exist, ");
    assert_refused(fixture->context, "a/b", "/context/a/b does not exist, ");
    assert_refused(fixture->context, missing, "/missing does not exist, ");
    run(fixture,
        "mkdir d && printf 'FROM scratch\\n' >Dockerfile && printf 'a\\n[\\n' >.dockerignore "
        "&& truncate -s 5M large");
    assert_refused(fixture->context, "d", "/context/d is a directory");
    assert_refused(dockerfile, NULL,
                   "/Dockerfile cannot be used as build context: it is not a dir");
    assert_refused(fixture->context, "large", "/large is larger than 4096 KiB");
    assert_refused(fixture->context, NULL, broken);
    run(fixture, "truncate -s 2M .dockerignore");
    assert_refused(fixture->context, NULL, ".dockerignore is larger than 1024 KiB");
}

/* Only the Dockerfile is sent, and COPY . does not see it. */
static void
test_a_dockerfile_alone_is_a_context(Fixture *fixture G_GNUC_UNUSED,
                                     gconstpointer data G_GNUC_UNUSED)
{
    GError *error = NULL;
    g_autoptr(CddContext) context = cdd_context_open(NULL, NULL, "FROM a\n", &error);
    g_autofree char *expected = NULL;

    g_assert_no_error(error);
    g_assert_null(context->directory);
    g_assert_cmpuint(context->n_definition, ==, 1);
    g_assert_cmpstr(context->definition[0].name, ==, "Dockerfile");
    expected = g_strdup_printf("%s=FROM a\n .dockerignore=.dockerignore\n%s\n",
                               context->dockerfile_name, context->dockerfile_name);
    assert_packed(context, expected);
}

static void
test_the_dockerfile_is_found(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContext) by_default = NULL;
    g_autoptr(CddContext) by_path = NULL;
    g_autoptr(CddContext) by_link = NULL;
    g_autoptr(CddContext) small = NULL;
    g_autofree char *absolute = g_build_filename(fixture->context, "d/File", NULL);

    run(fixture, "mkdir d && echo one >Dockerfile && echo two >d/File && ln -s d/File link");
    by_default = open_context(fixture, NULL, NULL);
    g_assert_cmpstr(by_default->dockerfile_name, ==, "Dockerfile");
    by_path = open_context(fixture, absolute, NULL);
    g_assert_cmpstr(by_path->dockerfile_name, ==, "d/File");
    g_assert_cmpmem(g_bytes_get_data(by_path->dockerfile, NULL), 4, "two\n", 4);
    by_link = open_context(fixture, "link", NULL);
    g_assert_cmpstr(by_link->dockerfile_name, ==, "d/File");
    run(fixture, "mv Dockerfile dockerfile");
    small = open_context(fixture, NULL, NULL);
    g_assert_cmpstr(small->dockerfile_name, ==, "dockerfile");
}

static void
test_what_is_left_out_but_needed_is_sent(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContext) context = NULL;

    run(fixture, "mkdir -p a b && printf x >a/x && printf y >b/y && printf F >Dockerfile && "
                 "printf '*\\n!b' >.dockerignore");
    context = open_context(fixture, NULL, NULL);
    g_assert_true(cdd_ignore_matches(context->ignore, "Dockerfile"));
    assert_packed(context, ".dockerignore=*\n!b Dockerfile=F b/ b/y=y");
}

static void
test_a_dockerfile_with_wildcards_in_its_name_is_sent(Fixture *fixture,
                                                     gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContext) context = NULL;

    run(fixture, "printf F >'Docker[f]*' && printf 1 >Dockerf1 && printf '*' >.dockerignore");
    context = open_context(fixture, "Docker[f]*", NULL);
    assert_packed(context, ".dockerignore=* Docker[f]*=F");
}

static void
test_the_dockerfile_has_an_ignore_file_of_its_own(Fixture *fixture,
                                                  gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContext) context = NULL;

    run(fixture, "printf F >Other && printf a >a && printf b >b && printf 'a' >.dockerignore && "
                 "printf 'b\\nOther' >Other.dockerignore");
    context = open_context(fixture, "Other", NULL);
    g_assert_true(g_str_has_suffix(context->ignore_path, "/Other.dockerignore"));
    assert_packed(context, ".dockerignore=b\nOther\n.dockerignore\n Other=F "
                           "Other.dockerignore=b\nOther a=a");
}

static void
test_a_dockerfile_from_elsewhere_is_added(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *outside = g_build_filename(fixture->root, "File", NULL);
    g_autofree char *expected = NULL;
    g_autoptr(CddContext) context = NULL;
    g_autoptr(CddContext) by_text = NULL;

    run(fixture, "printf a >a && printf F >../File");
    context = open_context(fixture, outside, NULL);
    g_assert_true(g_str_has_prefix(context->dockerfile_name, ".dockerfile."));
    expected = g_strdup_printf("%s=F .dockerignore=.dockerignore\n%s\n a=a",
                               context->dockerfile_name, context->dockerfile_name);
    assert_packed(context, expected);
    by_text = open_context(fixture, NULL, "F");
    g_assert_cmpstr(by_text->dockerfile_name, ==, context->dockerfile_name);
    assert_packed(by_text, expected);
}

static void
test_an_ignore_file_is_extended_for_an_added_dockerfile(Fixture *fixture,
                                                        gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *expected = NULL;
    g_autoptr(CddContext) context = NULL;

    run(fixture, "printf a >a && printf b >b && printf '*\\n!b' >.dockerignore");
    context = open_context(fixture, NULL, "F");
    expected = g_strdup_printf("%s=F .dockerignore=*\n!b\n%s\n b=b", context->dockerfile_name,
                               context->dockerfile_name);
    assert_packed(context, expected);
}

/* The archive */

static void
on_skipped(const char *path, const char *what, gpointer user_data)
{
    g_string_append_printf(user_data, "%s: %s;", strrchr(path, '/') + 1, what);
}

static void
test_all_kinds_of_files(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GString) skipped = g_string_new(NULL);
    const CddTarOptions options = {.skipped = on_skipped, .user_data = skipped};
    g_autoptr(CddContext) context = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *list = NULL;

    run(fixture, "printf 1 >b && ln b a && ln b c && ln -s nowhere link && mkfifo pipe && "
                 "mkdir empty && printf 2 >\"$(printf '\\377')\" && printf 3 >d\\ e");
    context = open_context(fixture, NULL, "F");
    bytes = pack_bytes(context, &options, NULL);
    list = list_archive(bytes);
    g_assert_nonnull(strstr(list, " a=1 b==a c==a d e=3 empty/ link->nowhere \xFF=2"));
    g_assert_cmpstr(skipped->str, ==, "pipe: a pipe;");
}

static void
test_the_same_tree_is_the_same_archive(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const CddTarOptions options = {.latest_time = 1000000000};
    g_autoptr(CddContext) context = NULL;
    g_autoptr(GBytes) first = NULL;
    g_autoptr(GBytes) second = NULL;
    g_autofree char *list = NULL;

    run(fixture, "mkdir d && printf x >d/x && printf y >y && truncate -s 1M d/sparse && "
                 "printf z >\"$(printf 'umlaut-\\303\\244')\"");
    context = open_context(fixture, NULL, "F");
    first = pack_bytes(context, &options, NULL);
    run(fixture, "touch d d/x y");
    second = pack_bytes(context, &options, NULL);
    g_assert_true(g_bytes_equal(first, second));
    list = list_archive(first);
    g_assert_nonnull(strstr(list, "d/x=x"));
    for (int compression = CDD_CONTEXT_COMPRESSION_GZIP;
         compression <= CDD_CONTEXT_COMPRESSION_ZSTD; compression++) {
        const CddTarOptions packed = {.latest_time = 1000000000,
                                      .compression = (CddContextCompression)compression};
        g_autoptr(GBytes) one = pack_bytes(context, &packed, NULL);
        g_autoptr(GBytes) other = pack_bytes(context, &packed, NULL);
        g_autofree char *unpacked = list_archive(one);

        g_assert_true(g_bytes_equal(one, other));
        g_assert_cmpuint(g_bytes_get_size(one), <, g_bytes_get_size(first));
        g_assert_cmpstr(unpacked, ==, list);
    }
}

static void
test_holes_are_left_out(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContext) context = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *path = g_build_filename(fixture->root, "archive", NULL);
    g_autofree char *compare = g_strdup_printf(
        "mkdir ../out && tar -C ../out -xf '%s' 2>/dev/null && cmp sparse ../out/sparse && "
        "cmp hole ../out/hole && cmp end ../out/end && cmp full ../out/full && "
        "test $(stat -c %%b ../out/sparse) -lt 2048",
        path);

    run(fixture, "truncate -s 20M sparse && printf middle | dd of=sparse bs=1 seek=9999999 "
                 "conv=notrunc status=none && truncate -s 3M hole && truncate -s 1000001 end && "
                 "printf tail >>end && seq 10000 >full");
    context = open_context(fixture, NULL, "F");
    bytes = pack_bytes(context, NULL, NULL);
    g_assert_cmpuint(g_bytes_get_size(bytes), <, 200000);
    g_assert_true(g_file_set_contents(path, g_bytes_get_data(bytes, NULL),
                                      (gssize)g_bytes_get_size(bytes), NULL));
    run(fixture, compare);
}

/* Reads a part of the archive, lets the file change, and reads on. */
static char *
pack_while_changing(const Fixture *fixture, const char *change)
{
    static const CddTarOptions none;
    g_autoptr(CddContext) context = NULL;
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    Packing packing = {.options = &none, .queue = queue};
    const void *piece;
    GThread *thread;
    char *message;

    run(fixture, "rm -f file && head -c 4M /dev/urandom >file");
    context = open_context(fixture, NULL, "F");
    packing.context = context;
    thread = g_thread_new("pack", pack, &packing);
    /* More than the heads of the entries, so the file is being read. */
    for (gsize length = 0; length < 512 * 1024;)
        length += cdd_byte_queue_read(queue, &piece);
    run(fixture, change);
    while (cdd_byte_queue_read(queue, &piece) > 0)
        ;
    g_thread_join(thread);
    g_assert_error(packing.error, CDD_ERROR, CDD_ERROR_FAILED);
    message = g_strdup(packing.error->message);
    g_clear_error(&packing.error);
    return message;
}

static void
test_a_file_that_changes_its_size_is_an_error(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *shorter = pack_while_changing(fixture, "truncate -s 3M file");
    g_autofree char *longer = pack_while_changing(fixture, "printf more >>file");

    g_assert_nonnull(strstr(shorter, "/context/file: it became shorter while it was read"));
    g_assert_nonnull(strstr(longer, "/context/file: it became longer while it was read"));
}

/* If this is root, runs as an unprivileged user. */
static void
test_what_may_not_be_read_is_named(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContext) context = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    gboolean root = geteuid() == 0;

    run(fixture, "chmod 755 .. && printf x >secret && chmod 0 secret");
    context = open_context(fixture, NULL, "F");
    if (root)
        g_assert_cmpint(seteuid(65534), ==, 0);
    bytes = pack_bytes(context, NULL, &error);
    if (root)
        g_assert_cmpint(seteuid(0), ==, 0);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "/context/secret: Permission denied"));
}

static void
test_nobody_reads_any_more(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const CddTarOptions none;
    g_autoptr(CddContext) context = NULL;
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    g_autoptr(GError) error = NULL;

    run(fixture, "head -c 4M /dev/zero >file");
    context = open_context(fixture, NULL, "F");
    cdd_byte_queue_close(queue);
    g_assert_false(cdd_context_pack(context, &none, queue, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
test_packing_can_be_cancelled(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const CddTarOptions none;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(CddContext) context = open_context(fixture, NULL, "F");
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    g_autoptr(GError) error = NULL;

    run(fixture, "printf x >x");
    g_cancellable_cancel(cancellable);
    g_assert_false(cdd_context_pack(context, &none, queue, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, func) g_test_add("/context/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("what-is-not-there-is-named", test_what_is_not_there_is_named);
    ADD("a-dockerfile-alone-is-a-context", test_a_dockerfile_alone_is_a_context);
    ADD("the-dockerfile-is-found", test_the_dockerfile_is_found);
    ADD("what-is-left-out-but-needed-is-sent", test_what_is_left_out_but_needed_is_sent);
    ADD("a-dockerfile-with-wildcards-in-its-name-is-sent",
        test_a_dockerfile_with_wildcards_in_its_name_is_sent);
    ADD("the-dockerfile-has-an-ignore-file-of-its-own",
        test_the_dockerfile_has_an_ignore_file_of_its_own);
    ADD("a-dockerfile-from-elsewhere-is-added", test_a_dockerfile_from_elsewhere_is_added);
    ADD("an-ignore-file-is-extended-for-an-added-dockerfile",
        test_an_ignore_file_is_extended_for_an_added_dockerfile);
    ADD("all-kinds-of-files", test_all_kinds_of_files);
    ADD("the-same-tree-is-the-same-archive", test_the_same_tree_is_the_same_archive);
    ADD("holes-are-left-out", test_holes_are_left_out);
    ADD("a-file-that-changes-its-size-is-an-error", test_a_file_that_changes_its_size_is_an_error);
    ADD("what-may-not-be-read-is-named", test_what_may_not_be_read_is_named);
    ADD("nobody-reads-any-more", test_nobody_reads_any_more);
    ADD("packing-can-be-cancelled", test_packing_can_be_cancelled);
    return g_test_run();
}
