/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer/file-plan.h"

#include <string.h>

enum {
    TIME = 5
};

/* A digest that is made of one letter. */
static void
add(FileList *list, FileKind kind, const char *path, char content)
{
    char digest[DIGEST_LENGTH + 1];
    FileEntry *entry = NULL;

    memset(digest, content, DIGEST_LENGTH);
    digest[DIGEST_LENGTH] = '\0';
    entry = file_list_add(list, kind, path, digest);
    entry->mode = kind == FILE_REGULAR ? 0644 : 0;
    entry->mtime = kind == FILE_REGULAR ? TIME : 0;
    entry->size = kind == FILE_REGULAR ? 10 : 0;
    if (kind == FILE_LINK)
        entry->target = "target";
}

static void
assert_plan(const FilePlan *plan, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const struct {
        const char *name;
        const GPtrArray *entries;
    } parts[] = {
        {"removed", plan->removed}, {"sent", plan->sent},       {"attributes", plan->attributes},
        {"links", plan->links},     {"folders", plan->folders}, {"unreadable", plan->unreadable},
    };

    for (guint i = 0; i < plan->kept->len; i++) {
        const FileReuse *reuse = &g_array_index(plan->kept, FileReuse, i);

        g_string_append_printf(text, "kept %s>%s ", reuse->from->path, reuse->to->path);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        for (guint k = 0; k < parts[i].entries->len; k++)
            g_string_append_printf(text, "%s %s ", parts[i].name,
                                   ((const FileEntry *)parts[i].entries->pdata[k])->path);
    for (guint i = 0; i < plan->repeated->len; i++) {
        const FileReuse *reuse = &g_array_index(plan->repeated, FileReuse, i);

        g_string_append_printf(text, "repeated %s>%s ", reuse->from->path, reuse->to->path);
    }
    g_assert_cmpstr(g_strchomp(text->str), ==, expected);
}

static void
test_equal(void)
{
    g_autoptr(FileList) wanted = file_list_new(0);
    g_autoptr(FileList) copy = file_list_new(0);
    g_autoptr(FilePlan) plan = NULL;
    g_autofree char *digest = NULL;
    g_autofree char *other = NULL;

    for (guint i = 0; i < 2; i++) {
        FileList *list = i == 0 ? wanted : copy;

        add(list, FILE_REGULAR, "a", 'a');
        add(list, FILE_LINK, "b", 'b');
        add(list, FILE_DIRECTORY, "c", 'c');
    }
    /* Inodes and times of change differ, and bits that do not count. */
    file_list_get(copy, 0)->inode = 7;
    file_list_get(copy, 0)->ctime = 8;
    file_list_get(copy, 0)->mode |= 04000;
    plan = file_plan_new(wanted, copy, 0777);
    g_assert_true(file_plan_is_empty(plan));
    digest = file_plan_digest(wanted, 0777);
    other = file_plan_digest(copy, 0777);
    g_assert_cmpstr(digest, ==, other);
    g_free(other);
    other = file_plan_digest(copy, 07777);
    g_assert_cmpstr(digest, !=, other);
}

static void
test_changes(void)
{
    g_autoptr(FileList) wanted = file_list_new(0);
    g_autoptr(FileList) copy = file_list_new(0);
    g_autoptr(FilePlan) plan = NULL;

    add(wanted, FILE_REGULAR, "changed", 'a');
    add(wanted, FILE_DIRECTORY, "empty", 'd');
    add(wanted, FILE_LINK, "link", 'l');
    add(wanted, FILE_REGULAR, "mode", 'm');
    file_list_get(wanted, 3)->mode = 0755;
    add(wanted, FILE_REGULAR, "new", 'n');
    add(wanted, FILE_REGULAR, "new-twice", 'n');
    add(wanted, FILE_REGULAR, "same-as-old", 'o');
    add(wanted, FILE_REGULAR, "unreadable", 'u');
    g_strlcpy(file_list_get(wanted, 7)->digest, FILE_DIGEST_UNKNOWN, DIGEST_LENGTH);
    add(wanted, FILE_PIPE, "z-pipe", '-');
    add(copy, FILE_REGULAR, "changed", 'b');
    add(copy, FILE_REGULAR, "link", 'l');
    add(copy, FILE_REGULAR, "mode", 'm');
    add(copy, FILE_REGULAR, "old", 'o');
    add(copy, FILE_SOCKET, "socket", '-');
    plan = file_plan_new(wanted, copy, 0777);
    g_assert_cmpuint(plan->size, ==, 20);
    assert_plan(plan,
                "kept old>same-as-old removed old sent changed sent new attributes mode links "
                "link folders empty unreadable unreadable repeated new>new-twice");
}

/* Better none than an old one. */
static void
test_unreadable(void)
{
    g_autoptr(FileList) wanted = file_list_new(0);
    g_autoptr(FileList) copy = file_list_new(0);
    g_autoptr(FilePlan) plan = NULL;

    add(wanted, FILE_REGULAR, "file", 'a');
    g_strlcpy(file_list_get(wanted, 0)->digest, FILE_DIGEST_UNKNOWN, DIGEST_LENGTH);
    add(copy, FILE_REGULAR, "file", 'b');
    plan = file_plan_new(wanted, copy, 0777);
    assert_plan(plan, "removed file unreadable file");
}

static void
test_a_time_alone(void)
{
    g_autoptr(FileList) wanted = file_list_new(0);
    g_autoptr(FileList) copy = file_list_new(0);
    g_autoptr(FilePlan) plan = NULL;

    add(wanted, FILE_REGULAR, "file", 'a');
    add(wanted, FILE_LINK, "link", 'l');
    add(copy, FILE_REGULAR, "file", 'a');
    add(copy, FILE_LINK, "link", 'l');
    file_list_get(copy, 0)->mtime++;
    file_list_get(copy, 1)->mtime++;
    plan = file_plan_new(wanted, copy, 0777);
    assert_plan(plan, "attributes file links link");
}

static void
test_kinds_that_change(void)
{
    g_autoptr(FileList) wanted = file_list_new(0);
    g_autoptr(FileList) copy = file_list_new(0);
    g_autoptr(FilePlan) plan = NULL;

    add(wanted, FILE_REGULAR, "a", 'a');
    add(wanted, FILE_REGULAR, "b/below", 'b');
    add(copy, FILE_REGULAR, "a/below", 'c');
    add(copy, FILE_REGULAR, "b", 'd');
    plan = file_plan_new(wanted, copy, 0777);
    assert_plan(plan, "removed a/below removed b sent a sent b/below");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/file-plan/equal", test_equal);
    g_test_add_func("/file-plan/changes", test_changes);
    g_test_add_func("/file-plan/unreadable", test_unreadable);
    g_test_add_func("/file-plan/a-time-alone", test_a_time_alone);
    g_test_add_func("/file-plan/kinds-that-change", test_kinds_that_change);
    return g_test_run();
}
