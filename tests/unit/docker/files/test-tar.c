/* SPDX-License-Identifier: Apache-2.0 */
/* Tests packing and unpacking archives, above all malicious ones. */
#include "files/tar-pack.h"
#include "files/tar-unpack.h"
#include <archive.h>
#include <archive_entry.h>
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *root; /* contains the other two and must stay otherwise empty */
    char *source;
    char *target;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->root = g_dir_make_tmp("cdd-tar-XXXXXX", NULL);
    fixture->source = g_build_filename(fixture->root, "source", NULL);
    fixture->target = g_build_filename(fixture->root, "target", NULL);
    g_mkdir(fixture->source, 0755);
    g_mkdir(fixture->target, 0755);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", fixture->root);

    g_assert_cmpint(system(command), ==, 0);
    g_free(fixture->root);
    g_free(fixture->source);
    g_free(fixture->target);
}

/* An entry of a malicious archive. */
typedef struct {
    const char *name;
    mode_t type;
    const char *link; /* a symbolic link, or a hard link if the type is 0 */
    const char *contents;
    mode_t mode;
} Entry;

static CddByteQueue *
queue_of(const void *data, gsize length)
{
    CddByteQueue *queue = cdd_byte_queue_new();

    cdd_byte_queue_write(queue, data, length, NULL);
    cdd_byte_queue_end(queue);
    return queue;
}

static CddByteQueue *
archive_of(const Entry *entries, gsize n)
{
    struct archive *archive = archive_write_new();
    char bytes[64 * 1024];
    size_t used = 0;

    archive_write_set_format_gnutar(archive);
    archive_write_open_memory(archive, bytes, sizeof bytes, &used);
    for (gsize i = 0; i < n; i++) {
        struct archive_entry *entry = archive_entry_new();
        gsize length = entries[i].contents == NULL ? 0 : strlen(entries[i].contents);

        archive_entry_set_pathname(entry, entries[i].name);
        archive_entry_set_filetype(entry, entries[i].type);
        archive_entry_set_perm(entry, entries[i].mode == 0 ? 0644 : entries[i].mode);
        archive_entry_set_size(entry, (la_int64_t)length);
        if (entries[i].link != NULL && entries[i].type == AE_IFLNK)
            archive_entry_set_symlink(entry, entries[i].link);
        else if (entries[i].link != NULL)
            archive_entry_set_hardlink(entry, entries[i].link);
        g_assert_cmpint(archive_write_header(archive, entry), >=, ARCHIVE_WARN);
        if (length > 0)
            archive_write_data(archive, entries[i].contents, length);
        archive_entry_free(entry);
    }
    g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
    archive_write_free(archive);
    return queue_of(bytes, used);
}

static void
assert_refused(Fixture *fixture, const Entry *entries, gsize n, const char *reason)
{
    g_autoptr(CddByteQueue) queue = archive_of(entries, n);
    g_autoptr(GError) error = NULL;
    g_autofree char *outside = g_build_filename(fixture->root, "evil", NULL);

    g_assert_false(cdd_tar_unpack(queue, fixture->target, 0, NULL, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, reason));
    g_assert_false(g_file_test(outside, G_FILE_TEST_EXISTS));
}

static void
test_what_leads_out_is_refused(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *absolute = g_build_filename(fixture->root, "evil", NULL);
    const Entry up[] = {{.name = "../evil", .type = AE_IFREG, .contents = "x"}};
    const Entry deep_up[] = {{.name = "a/../../evil", .type = AE_IFREG, .contents = "x"}};
    const Entry from_root[] = {{.name = absolute, .type = AE_IFREG, .contents = "x"}};
    const Entry by_symlink[] = {{.name = "way", .type = AE_IFLNK, .link = ".."},
                                {.name = "way/evil", .type = AE_IFREG, .contents = "x"}};
    const Entry by_absolute_symlink[] = {{.name = "way", .type = AE_IFLNK, .link = fixture->root},
                                         {.name = "way/evil", .type = AE_IFREG, .contents = "x"}};
    const Entry by_hard_link[] = {{.name = "way", .link = "../source/secret"}};
    const Entry hard_link_by_symlink[] = {{.name = "way", .type = AE_IFLNK, .link = "../source"},
                                          {.name = "stolen", .link = "way/secret"}};
    const Entry device[] = {{.name = "disk", .type = AE_IFBLK}};
    const Entry pipe[] = {{.name = "pipe", .type = AE_IFIFO}};
    g_autofree char *secret = g_build_filename(fixture->source, "secret", NULL);
    g_autofree char *stolen = g_build_filename(fixture->target, "stolen", NULL);

    g_file_set_contents(secret, "secret", -1, NULL);
    assert_refused(fixture, up, 1, "leads out");
    assert_refused(fixture, deep_up, 1, "leads out");
    assert_refused(fixture, from_root, 1, "leads out");
    assert_refused(fixture, by_symlink, 2, "symlink");
    assert_refused(fixture, by_absolute_symlink, 2, "symlink");
    assert_refused(fixture, by_hard_link, 1, "outside");
    assert_refused(fixture, hard_link_by_symlink, 2, "");
    g_assert_false(g_file_test(stolen, G_FILE_TEST_EXISTS));
    assert_refused(fixture, device, 1, "device");
    assert_refused(fixture, pipe, 1, "device");
}

static void
test_a_bound_holds_for_all_files_together(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const Entry files[] = {{.name = "a", .type = AE_IFREG, .contents = "123456"},
                           {.name = "b", .type = AE_IFREG, .contents = "123456"}};
    g_autoptr(CddByteQueue) queue = archive_of(files, 2);
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_tar_unpack(queue, fixture->target, 10, NULL, &error));
    g_assert_nonnull(strstr(error->message, "exceed the size limit"));
    cdd_byte_queue_unref(queue);
    queue = archive_of(files, 2);
    g_assert_true(cdd_tar_unpack(queue, fixture->target, 12, NULL, NULL));
}

static void
test_rights_that_a_stranger_gives_are_dropped(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const Entry files[] = {{.name = "tool", .type = AE_IFREG, .contents = "x", .mode = 06755}};
    g_autoptr(CddByteQueue) queue = archive_of(files, 1);
    g_autofree char *path = g_build_filename(fixture->target, "tool", NULL);
    struct stat status;

    g_assert_true(cdd_tar_unpack(queue, fixture->target, 0, NULL, NULL));
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 07777, ==, 0755);
    g_assert_cmpuint(status.st_uid, ==, getuid());
}

/* Input that is not an archive must not harm either. */
static void
test_an_archive_cut_at_any_byte_never_harms(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const Entry files[] = {{.name = "d", .type = AE_IFDIR, .mode = 0755},
                           {.name = "d/f", .type = AE_IFREG, .contents = "contents"},
                           {.name = "l", .type = AE_IFLNK, .link = "d/f"}};
    g_autoptr(CddByteQueue) queue = archive_of(files, 3);
    const void *bytes;
    gsize length = cdd_byte_queue_read(queue, &bytes);

    for (gsize cut = 0; cut < length; cut++) {
        g_autoptr(CddByteQueue) part = queue_of(bytes, cut);
        g_autoptr(GError) error = NULL;
        gboolean ok = cdd_tar_unpack(part, fixture->target, 0, NULL, &error);

        g_assert_true(ok == (error == NULL));
    }
}

typedef struct {
    const char *path;
    const char *name;
    GString *skipped;
    CddByteQueue *queue;
    GError *error;
} Packing;

static void
on_skipped(const char *path, const char *what, gpointer user_data)
{
    g_string_append_printf(user_data, "%s: %s;", strrchr(path, '/') + 1, what);
}

static gpointer
pack(gpointer data)
{
    Packing *packing = data;
    const CddTarOptions options = {.skipped = on_skipped, .user_data = packing->skipped};

    cdd_tar_pack(packing->path, packing->name, &options, packing->queue, NULL, &packing->error);
    cdd_byte_queue_end(packing->queue);
    return NULL;
}

/* Returns what was skipped. */
static char *
move_tree(const char *from, const char *name, const char *to, GError **error)
{
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    Packing packing = {.path = from, .name = name, .skipped = g_string_new(NULL), .queue = queue};
    GThread *thread = g_thread_new("pack", pack, &packing);

    if (error == NULL)
        g_assert_true(cdd_tar_unpack(queue, to, 0, NULL, NULL));
    else
        cdd_tar_unpack(queue, to, 0, NULL, NULL);
    g_thread_join(thread);
    if (error != NULL)
        *error = packing.error;
    else
        g_assert_no_error(packing.error);
    return g_string_free(packing.skipped, FALSE);
}

static void
test_a_tree_arrives_as_it_was(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *script = g_strdup_printf(
        "cd '%s' && mkdir -p d/e && : >empty && echo text >'d/a name' && ln -s ../empty d/link && "
        "ln -s nowhere dangling && seq 200000 >d/e/large && chmod 751 d/e/large && "
        "touch -d @1000000000.123456789 d/e/large && printf x >\"$(printf 'umlaut-\\303\\244')\" "
        "&& "
        "mkdir -p \"$(printf '%%0200d' 1)/$(printf '%%0100d' 2)\" && "
        "touch -d @1.5 -h dangling",
        fixture->source);
    g_autofree char *compare = g_strdup_printf(
        "cd '%s' && find . ! -name . -printf '%%P %%M %%s %%l %%T@\\n' | "
        "grep -v ' d' | sort >../list-a; cd '%s/source' && find . ! -name . "
        "-printf '%%P %%M %%s %%l %%T@\\n' | grep -v ' d' | sort "
        ">../../list-b; "
        "diff -r --no-dereference '%s' '%s/source' && cmp ../../list-a ../../list-b",
        fixture->source, fixture->target, fixture->source, fixture->target);
    g_autofree char *skipped = NULL;

    g_assert_cmpint(system(script), ==, 0);
    skipped = move_tree(fixture->source, "source", fixture->target, NULL);
    g_assert_cmpstr(skipped, ==, "");
    g_assert_cmpint(system(compare), ==, 0);
}

static void
test_the_contents_of_a_directory_need_no_name(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *file = g_build_filename(fixture->source, "file", NULL);
    g_autofree char *arrived = g_build_filename(fixture->target, "file", NULL);

    g_autofree char *skipped = NULL;

    g_file_set_contents(file, "text", -1, NULL);
    skipped = move_tree(fixture->source, NULL, fixture->target, NULL);
    g_assert_true(g_file_test(arrived, G_FILE_TEST_IS_REGULAR));
}

static void
test_what_is_no_file_in_a_tree_is_skipped(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *script = g_strdup_printf(
        "cd '%s' && mkfifo a-pipe && echo text >file && "
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'",
        fixture->source);
    g_autofree char *file = g_build_filename(fixture->target, "source", "file", NULL);
    g_autofree char *pipe = g_build_filename(fixture->target, "source", "a-pipe", NULL);
    g_autofree char *skipped = NULL;

    g_assert_cmpint(system(script), ==, 0);
    skipped = move_tree(fixture->source, "source", fixture->target, NULL);
    g_assert_cmpstr(skipped, ==, "a-pipe: a pipe;socket: a socket;");
    g_assert_true(g_file_test(file, G_FILE_TEST_IS_REGULAR));
    g_assert_false(g_file_test(pipe, G_FILE_TEST_EXISTS));
}

static void
test_what_cannot_be_packed_is_named(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *script = g_strdup_printf(
        "cd '%s' && mkfifo a-pipe && "
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'",
        fixture->source);
    static const char *const names[] = {"missing", "a-pipe", "socket"};

    g_assert_cmpint(system(script), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(fixture->source, names[i], NULL);
        g_autofree char *skipped = NULL;
        g_autoptr(GError) error = NULL;

        skipped = move_tree(path, names[i], fixture->target, &error);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
        g_assert_nonnull(strstr(error->message, names[i]));
    }
}

#define ADD(path, func) g_test_add("/tar/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("what-leads-out-is-refused", test_what_leads_out_is_refused);
    ADD("a-bound-holds-for-all-files-together", test_a_bound_holds_for_all_files_together);
    ADD("rights-that-a-stranger-gives-are-dropped", test_rights_that_a_stranger_gives_are_dropped);
    ADD("an-archive-cut-at-any-byte-never-harms", test_an_archive_cut_at_any_byte_never_harms);
    ADD("a-tree-arrives-as-it-was", test_a_tree_arrives_as_it_was);
    ADD("the-contents-of-a-directory-need-no-name", test_the_contents_of_a_directory_need_no_name);
    ADD("what-is-no-file-in-a-tree-is-skipped", test_what_is_no_file_in_a_tree_is_skipped);
    ADD("what-cannot-be-packed-is-named", test_what_cannot_be_packed_is_named);
    return g_test_run();
}
