/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/state-folder.h"
#include "incremental/file-walk.h"
#include "incremental/incremental.h"
#include "incremental/overrides.h"
#include "run-events.h"
#include "tree.h"

#include <fcntl.h>
#include <sys/file.h>

static const Selection everything = {{NULL}};

static const char *const whole_build[] = {
    "::progress::type=plan,total=2",
    "::progress::type=plan_package,name=a,version=1.0.0,path=a,build_type=cmake,deb=r-a,deps=",
    "::progress::type=plan_package,name=b,version=2.0.0,path=b,build_type=cmake,deb=r-b,deps=a",
    "::progress::type=package_start,name=a",
    "::progress::type=artifact,name=a,path=debs/a.deb,size=5,sha256=00,kind=deb",
    "::progress::type=package_complete,name=a,success=true,ms=42,log=logs/a.log",
    "::progress::type=artifact,name=b,path=debs/b.deb,size=5,sha256=11,kind=deb",
    "::progress::type=package_skip,name=b,reason=cached",
    "::progress::type=repository,path=apt,count=2,signed=true",
    "::progress::type=build_complete,success=true,built=1,cached=1,failed=0,skipped=0,ms=60",
    NULL,
};

typedef struct {
    Tree tree;
    Config config;
    char *workspace;
} Fixture;

/* A workspace and the output of a build. */
static void
set_up(Fixture *f, gconstpointer data)
{
    g_autofree char *apt = NULL;

    tree_set_up(&f->tree, data);
    f->config.colcon_repo = tree_path(&f->tree, "ws");
    f->config.debian_dirs = tree_path(&f->tree, "dirs");
    f->config.output_dir = tree_path(&f->tree, "out");
    f->config.repository_dir = tree_path(&f->tree, "out");
    tree_put(&f->tree, "ws/src/a/package.xml", "<package/>");
    tree_put(&f->tree, "dirs/a/override.yaml", "x: y");
    tree_put(&f->tree, "out/debs/a.deb", "deb a");
    tree_put(&f->tree, "out/debs/b.deb", "deb b");
    apt = tree_path(&f->tree, "out/apt");
    g_assert_cmpint(g_mkdir(apt, 0755), ==, 0);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    g_free(f->config.colcon_repo);
    g_free(f->config.debian_dirs);
    g_free(f->config.output_dir);
    g_free(f->config.repository_dir);
    tree_tear_down(&f->tree, data);
}

static Incremental *
look(const Fixture *f)
{
    g_autoptr(GError) error = NULL;
    Incremental *incremental = incremental_new(&f->config, "sha256:1", "rolling", NULL, &error);

    g_assert_no_error(error);
    return incremental;
}

static void
on_event(const CddBuildEvent *event, gpointer user_data)
{
    g_ptr_array_add(user_data, g_strdup(cdd_build_event_get_line(event)));
}

static char *
replay(const Incremental *incremental, const Selection *selection)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    gboolean replayed = incremental_replay(incremental, selection, on_event, lines);

    g_assert_cmpint(replayed, ==, lines->len > 0);
    g_ptr_array_add(lines, NULL);
    return replayed ? g_strjoinv("\n", (char **)lines->pdata) : NULL;
}

static gboolean
is_up_to_date(const Fixture *f)
{
    g_autoptr(Incremental) incremental = look(f);
    g_autofree char *told = replay(incremental, &everything);

    return told != NULL;
}

static void
build(const Fixture *f)
{
    g_autoptr(Incremental) incremental = look(f);
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GError) error = NULL;

    apply_lines(state, whole_build);
    g_assert_true(incremental_begin(incremental, NULL, &error));
    g_assert_true(incremental_end(incremental, state, &error));
    g_assert_no_error(error);
}

static void
test_what_was_built_is_told_again(Fixture *f, gconstpointer data)
{
    g_autoptr(Incremental) incremental = NULL;
    g_autofree char *told = NULL;

    g_assert_false(is_up_to_date(f));
    build(f);
    incremental = look(f);
    told = replay(incremental, &everything);
    g_assert_cmpstr(told, ==,
                    "::progress::type=plan,total=2\n"
                    "::progress::type=plan_package,name=a,version=1.0.0,path=a,build_type=cmake,"
                    "deb=r-a,deps=\n"
                    "::progress::type=plan_package,name=b,version=2.0.0,path=b,build_type=cmake,"
                    "deb=r-b,deps=a\n"
                    "::progress::type=artifact,name=a,path=debs/a.deb,size=5,sha256=00,kind=deb\n"
                    "::progress::type=package_skip,name=a,reason=cached,log=logs/a.log\n"
                    "::progress::type=artifact,name=b,path=debs/b.deb,size=5,sha256=11,kind=deb\n"
                    "::progress::type=package_skip,name=b,reason=cached\n"
                    "::progress::type=repository,path=apt,count=2,signed=true");
}

static void
test_a_part_of_what_is_up_to_date_is_too(Fixture *f, gconstpointer data)
{
    const Selection a = {.lists[SELECTION_SELECT] = (char *[]){(char *)"a", NULL}};
    const Selection unknown = {.lists[SELECTION_SELECT] = (char *[]){(char *)"c", NULL}};
    g_autoptr(Incremental) incremental = NULL;
    g_autofree char *told = NULL;
    g_autofree char *none = NULL;

    build(f);
    incremental = look(f);
    told = replay(incremental, &a);
    g_assert_nonnull(strstr(told, "type=plan,total=1\n"));
    g_assert_null(strstr(told, "name=b"));
    none = replay(incremental, &unknown);
    g_assert_null(none);
}

static void
test_each_change_is_seen(Fixture *f, gconstpointer data)
{
    build(f);
    g_assert_true(is_up_to_date(f));
    tree_put(&f->tree, "ws/src/a/new.c", "");
    g_assert_false(is_up_to_date(f));
    build(f);
    tree_put(&f->tree, "dirs/a/override.yaml", "x: z");
    g_assert_false(is_up_to_date(f));
    build(f);
    f->config.run_tests = TRUE;
    g_assert_false(is_up_to_date(f));
    build(f);
    f->config.environment = (char *[]){(char *)"B=1", (char *)"A=1", NULL};
    g_assert_false(is_up_to_date(f));
    build(f);
    /* The same values in another order, and settings without effect, are no change. */
    f->config.environment = (char *[]){(char *)"A=1", (char *)"B=1", NULL};
    f->config.parallel_jobs = 7;
    f->config.network_mode = (char *)"none";
    g_assert_true(is_up_to_date(f));
}

static void
test_another_image_or_distribution_is_a_change(Fixture *f, gconstpointer data)
{
    g_autoptr(Incremental) image = NULL;
    g_autoptr(Incremental) distro = NULL;
    g_autofree char *told = NULL;
    g_autofree char *told_too = NULL;

    build(f);
    image = incremental_new(&f->config, "sha256:2", "rolling", NULL, NULL);
    told = replay(image, &everything);
    g_assert_null(told);
    distro = incremental_new(&f->config, "sha256:1", "jazzy", NULL, NULL);
    told_too = replay(distro, &everything);
    g_assert_null(told_too);
}

static void
test_what_was_made_must_still_be_there(Fixture *f, gconstpointer data)
{
    g_autofree char *deb = tree_path(&f->tree, "out/debs/a.deb");
    g_autofree char *copy = tree_path(&f->tree, "out/copy.deb");
    g_autofree char *apt = tree_path(&f->tree, "out/apt");

    build(f);
    tree_put(&f->tree, "out/debs/a.deb", "other");
    g_assert_false(is_up_to_date(f));
    build(f);
    /* A link to the same file is not a package of ours. */
    g_assert_cmpint(rename(deb, copy), ==, 0);
    g_assert_cmpint(symlink("../copy.deb", deb), ==, 0);
    g_assert_false(is_up_to_date(f));
    g_assert_cmpint(unlink(deb), ==, 0);
    g_assert_false(is_up_to_date(f));
    g_assert_cmpint(rename(copy, deb), ==, 0);
    g_assert_true(is_up_to_date(f));
    g_assert_cmpint(rmdir(apt), ==, 0);
    g_assert_false(is_up_to_date(f));
}

static void
test_a_damaged_repository_is_made_again(Fixture *f, gconstpointer data)
{
    g_autofree char *index = NULL;

    tree_put(&f->tree, "out/apt/dists/x/Release", "Suite: x");
    tree_put(&f->tree, "out/apt/pool/a.deb", "deb a");
    index = tree_path(&f->tree, "out/apt/dists/x/Release");
    build(f);
    g_assert_true(is_up_to_date(f));
    tree_put(&f->tree, "out/apt/pool/a.deb", "deb");
    g_assert_false(is_up_to_date(f));
    build(f);
    g_assert_true(is_up_to_date(f));
    g_assert_cmpint(unlink(index), ==, 0);
    g_assert_false(is_up_to_date(f));
}

/* A repository that offers what was built. */
static void
put_repository(const Fixture *f)
{
    tree_put(&f->tree, "out/apt/dists/x/Release", "Suite: x");
    tree_put(&f->tree, "out/apt/pool/a.deb", "deb a");
    tree_put(&f->tree, "out/apt/pool/b.deb", "deb b");
    tree_put(&f->tree, "out/apt/dists/x/main/binary-amd64/Packages",
             "Package: a\nFilename: pool/a.deb\nSize: 5\nSHA256: 00\n\n"
             "Package: b\nFilename: pool/b.deb\nSize: 5\nSHA256: 11\n");
}

/* The build of a target, whose repository has the packages of others, too. */
static void
make_target(Fixture *f)
{
    g_free(f->config.output_dir);
    f->config.output_dir = tree_path(&f->tree, "out/targets/t");
    f->config.target = (char *)"t";
    tree_put(&f->tree, "out/targets/t/debs/a.deb", "deb a");
    tree_put(&f->tree, "out/targets/t/debs/b.deb", "deb b");
    put_repository(f);
}

/* What the build of another target adds. */
static void
put_other_target(const Fixture *f)
{
    tree_put(&f->tree, "out/targets/u/debs/c.deb", "deb c");
    tree_put(&f->tree, "out/apt/pool/c.deb", "deb c");
    tree_put(&f->tree, "out/apt/dists/y/Release", "Suite: y");
    tree_put(&f->tree, "out/apt/dists/y/main/binary-arm64/Packages",
             "Filename: pool/c.deb\nSHA256: 22\n");
    tree_put(&f->tree, "out/apt/dists/x/Release", "Suite: x\nDate: later");
}

static void
test_another_target_may_change_the_repository(Fixture *f, gconstpointer data)
{
    make_target(f);
    build(f);
    g_assert_true(is_up_to_date(f));
    put_other_target(f);
    g_assert_true(is_up_to_date(f));
}

static void
test_a_target_may_change_the_repository_of_a_plain_build(Fixture *f, gconstpointer data)
{
    g_autofree char *deb = tree_path(&f->tree, "out/apt/pool/b.deb");

    put_repository(f);
    build(f);
    g_assert_true(is_up_to_date(f));
    put_other_target(f);
    g_assert_true(is_up_to_date(f));
    /* A build after that of the target remembers as much. */
    build(f);
    tree_put(&f->tree, "out/apt/dists/x/Release", "Suite: x\nDate: last");
    g_assert_true(is_up_to_date(f));
    g_assert_cmpint(unlink(deb), ==, 0);
    g_assert_false(is_up_to_date(f));
}

static void
test_what_a_shared_repository_lost_is_made_again(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *path;
        const char *text;
    } damages[] = {
        {"out/apt/pool/a.deb", "deb"},
        {"out/apt/dists/x/main/binary-amd64/Packages", "Filename: pool/a.deb\nSHA256: 00\n"},
        {"out/apt/dists/x/main/binary-amd64/Packages",
         "Filename: pool/a.deb\nSHA256: 00\n\nFilename: ../targets/t/debs/b.deb\nSHA256: 22\n"},
    };
    g_autofree char *release = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
        make_target(f);
        build(f);
        g_assert_true(is_up_to_date(f));
        tree_put(&f->tree, damages[i].path, damages[i].text);
        g_assert_false(is_up_to_date(f));
        /* Nothing is remembered of a build that the repository does not offer. */
        build(f);
        g_assert_false(is_up_to_date(f));
    }
    make_target(f);
    build(f);
    release = tree_path(&f->tree, "out/apt/dists/x/Release");
    g_assert_cmpint(unlink(release), ==, 0);
    g_assert_false(is_up_to_date(f));
}

/* As a container does while it saves generated files. */
static int
hold_overrides(const Fixture *f)
{
    int fd = open(f->config.debian_dirs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
    return fd;
}

static gboolean
release(gpointer fd)
{
    g_assert_cmpint(close(*(int *)fd), ==, 0);
    return G_SOURCE_REMOVE;
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_it_waits_for_overrides_that_are_being_saved(Fixture *f, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(Incremental) refused = NULL;
    g_autoptr(GError) error = NULL;
    int fd = hold_overrides(f);
    gint64 started = 0;

    g_timeout_add(100, cancel, cancellable);
    refused = incremental_new(&f->config, "sha256:1", "rolling", cancellable, &error);
    g_assert_null(refused);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_timeout_add(100, release, &fd);
    started = g_get_monotonic_time();
    build(f);
    g_assert_cmpint(g_get_monotonic_time() - started, >=, 90 * 1000);
    g_assert_true(is_up_to_date(f));
}

/* Only the container knows the link's target. */
static void
test_with_a_linked_override_it_cannot_be_told(Fixture *f, gconstpointer data)
{
    g_autofree char *link = tree_path(&f->tree, "dirs/a/linked.yaml");

    build(f);
    g_assert_true(is_up_to_date(f));
    g_assert_cmpint(symlink("../common.yaml", link), ==, 0);
    build(f);
    g_assert_false(is_up_to_date(f));
}

static void
test_a_build_that_has_not_ended_is_none(Fixture *f, gconstpointer data)
{
    g_autoptr(Incremental) incremental = NULL;

    build(f);
    incremental = look(f);
    g_assert_true(incremental_begin(incremental, NULL, NULL));
    g_assert_false(is_up_to_date(f));
}

/* A file that is edited during a build was not built. */
static void
test_what_changes_during_a_build_is_not_taken_for_built(Fixture *f, gconstpointer data)
{
    g_autoptr(Incremental) incremental = look(f);
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, whole_build);
    tree_put(&f->tree, "ws/src/a/package.xml", "<package>later</package>");
    g_assert_true(incremental_end(incremental, state, NULL));
    g_assert_false(is_up_to_date(f));
}

/* A container may report anything. */
static void
test_nothing_is_remembered_that_is_not_in_the_output(Fixture *f, gconstpointer data)
{
    static const char *const artifacts[] = {
        "::progress::type=artifact,name=a,path=debs/../../ws/src/a/package.xml,size=10",
        "::progress::type=artifact,name=a,path=/etc/passwd,size=10",
        "::progress::type=artifact,name=a,path=debs/.hidden,size=5",
        "::progress::type=artifact,name=a,path=debs/a.deb,size=6",
        "::progress::type=artifact,name=a,path=debs/missing.deb,size=5",
        "::progress::type=artifact,name=a,size=5",
        "::progress::type=package_skip,name=c,reason=dep_failed",
        "::progress::type=repository,path=../ws",
    };

    tree_put(&f->tree, "out/debs/.hidden", "deb h");
    for (size_t i = 0; i < G_N_ELEMENTS(artifacts); i++) {
        g_autoptr(Incremental) incremental = look(f);
        g_autoptr(RunState) state = run_state_new();

        apply_lines(state, whole_build);
        apply_lines(state, (const char *const[]){artifacts[i], NULL});
        g_assert_true(incremental_begin(incremental, NULL, NULL));
        g_assert_true(incremental_end(incremental, state, NULL));
        g_assert_false(is_up_to_date(f));
    }
}

static void
test_a_spoilt_state_is_as_good_as_none(Fixture *f, gconstpointer data)
{
    static const char *const names[] = {"sources", "overrides", "helpers", "last-build.json"};
    g_autofree char *deep = g_strnfill(100000, '[');
    const char *const texts[] = {"",
                                 "x",
                                 "{}",
                                 "[]",
                                 "{\"format\": 1}",
                                 deep,
                                 "{\"format\":1,\"key\":\"k\",\"repository\":{\"path\":3},"
                                 "\"packages\":[3]}"};

    for (size_t i = 0; i < G_N_ELEMENTS(names) * G_N_ELEMENTS(texts); i++) {
        const char *name = names[i % G_N_ELEMENTS(names)];
        g_autofree char *path = g_strconcat("out/.colcon-deb/", name, NULL);

        build(f);
        tree_put(&f->tree, path, texts[i / G_N_ELEMENTS(names)]);
        g_assert_cmpint(is_up_to_date(f), ==, !g_str_equal(name, "last-build.json"));
    }
}

static void
test_the_state_is_no_way_out(Fixture *f, gconstpointer data)
{
    g_autofree char *directory = tree_path(&f->tree, "out/.colcon-deb");
    g_autofree char *elsewhere = tree_path(&f->tree, "elsewhere");
    g_autofree char *victim = tree_write(&f->tree, "elsewhere/victim", "mine");
    g_autofree char *sources = tree_path(&f->tree, "elsewhere/sources");
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(symlink(elsewhere, directory), ==, 0);
    g_assert_null(incremental_new(&f->config, "sha256:1", "rolling", NULL, &error));
    g_assert_nonnull(error);
    g_assert_false(g_file_test(sources, G_FILE_TEST_EXISTS));
    /* Nor are links in it followed. */
    g_assert_cmpint(unlink(directory), ==, 0);
    g_assert_cmpint(mkdir(directory, 0755), ==, 0);
    g_clear_pointer(&sources, g_free);
    sources = tree_path(&f->tree, "out/.colcon-deb/sources");
    g_assert_cmpint(symlink(victim, sources), ==, 0);
    build(f);
    g_assert_true(g_file_get_contents(victim, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "mine");
}

static void
test_the_lists_are_only_written_when_they_say_more(Fixture *f, gconstpointer data)
{
    g_autofree char *sources = tree_path(&f->tree, "out/.colcon-deb/sources");
    g_autofree char *file = tree_path(&f->tree, "ws/src/a/package.xml");
    g_autofree char *text = NULL;
    g_autoptr(FileList) list = NULL;
    g_autofree char *aged = NULL;
    struct stat before;
    struct stat after;

    build(f);
    /* Makes the files older. */
    g_assert_true(g_file_get_contents(sources, &text, NULL, NULL));
    list = file_list_parse(g_strdup(text), strlen(text));
    list->taken += 10 * G_GINT64_CONSTANT(1000000000);
    aged = file_list_print(list);
    tree_put(&f->tree, "out/.colcon-deb/sources", aged);
    g_assert_cmpint(stat(sources, &before), ==, 0);
    g_assert_true(is_up_to_date(f));
    g_assert_cmpint(stat(sources, &after), ==, 0);
    g_assert_cmpuint(before.st_ino, ==, after.st_ino);
    /* Touched: nothing to build, and its new time is kept. */
    g_assert_cmpint(utimensat(AT_FDCWD, file, (struct timespec[2]){{1, 0}, {1, 0}}, 0), ==, 0);
    g_assert_true(is_up_to_date(f));
    g_assert_cmpint(stat(sources, &after), ==, 0);
    g_assert_cmpuint(before.st_ino, !=, after.st_ino);
}

static char *
digest_overrides(const Fixture *f)
{
    gboolean changed = FALSE;
    g_autoptr(FileList) list = file_walk(f->config.debian_dirs, NULL, &changed, NULL, NULL);

    return overrides_digest(f->config.debian_dirs, list);
}

static void
test_what_a_build_saved_is_no_override(Fixture *f, gconstpointer data)
{
    g_autofree char *before = digest_overrides(f);
    g_autofree char *saved = NULL;
    g_autofree char *edited = NULL;
    g_autofree char *added = NULL;
    g_autofree char *unmarked = NULL;
    g_autofree char *marker = tree_path(&f->tree, "dirs/a/debian/.colcon-deb-generated");

    tree_put(&f->tree, "dirs/a/debian/control", "one");
    tree_put(&f->tree, "dirs/a/debian/source/format", "one");
    tree_put(&f->tree, "dirs/a/debian/.colcon-deb-generated",
             "{\"edited\": {}, \"files\": {"
             "\"control\": \"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed\","
             "\"source/format\": "
             "\"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed\"}}");
    saved = digest_overrides(f);
    g_assert_cmpstr(saved, ==, before);
    tree_put(&f->tree, "dirs/a/debian/control", "two");
    edited = digest_overrides(f);
    g_assert_cmpstr(edited, !=, before);
    tree_put(&f->tree, "dirs/a/debian/control", "one");
    tree_put(&f->tree, "dirs/a/debian/postinst", "one");
    added = digest_overrides(f);
    g_assert_cmpstr(added, !=, before);
    /* Without its marker the directory is the user's. */
    g_assert_cmpint(unlink(marker), ==, 0);
    unmarked = digest_overrides(f);
    g_assert_cmpstr(unmarked, !=, added);
}

static void
test_deep_json_is_refused_before_it_is_parsed(void)
{
    g_autofree char *deep = g_strnfill(1000000, '[');
    static const char quoted[] = "{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"}";
    g_autoptr(JsonObject) object = json_text_parse_object(quoted, strlen(quoted));

    g_assert_nonnull(object);
    g_assert_null(json_text_get_string(object, "b"));
    g_assert_null(json_text_get_object(object, "a"));
    g_assert_cmpint(json_text_get_count(object, "a"), ==, -1);
    g_assert_null(json_text_parse_object(deep, strlen(deep)));
    g_assert_null(json_text_parse_object("[]", 2));
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/incremental/what-was-built-is-told-again", test_what_was_built_is_told_again);
    ADD("/incremental/a-part-of-what-is-up-to-date-is-too",
        test_a_part_of_what_is_up_to_date_is_too);
    ADD("/incremental/each-change-is-seen", test_each_change_is_seen);
    ADD("/incremental/another-image-or-distribution-is-a-change",
        test_another_image_or_distribution_is_a_change);
    ADD("/incremental/what-was-made-must-still-be-there", test_what_was_made_must_still_be_there);
    ADD("/incremental/a-damaged-repository-is-made-again", test_a_damaged_repository_is_made_again);
    ADD("/incremental/another-target-may-change-the-repository",
        test_another_target_may_change_the_repository);
    ADD("/incremental/a-target-may-change-the-repository-of-a-plain-build",
        test_a_target_may_change_the_repository_of_a_plain_build);
    ADD("/incremental/it-waits-for-overrides-that-are-being-saved",
        test_it_waits_for_overrides_that_are_being_saved);
    ADD("/incremental/what-a-shared-repository-lost-is-made-again",
        test_what_a_shared_repository_lost_is_made_again);
    ADD("/incremental/with-a-linked-override-it-cannot-be-told",
        test_with_a_linked_override_it_cannot_be_told);
    ADD("/incremental/a-build-that-has-not-ended-is-none", test_a_build_that_has_not_ended_is_none);
    ADD("/incremental/what-changes-during-a-build-is-not-taken-for-built",
        test_what_changes_during_a_build_is_not_taken_for_built);
    ADD("/incremental/nothing-is-remembered-that-is-not-in-the-output",
        test_nothing_is_remembered_that_is_not_in_the_output);
    ADD("/incremental/a-spoilt-state-is-as-good-as-none", test_a_spoilt_state_is_as_good_as_none);
    ADD("/incremental/the-state-is-no-way-out", test_the_state_is_no_way_out);
    ADD("/incremental/the-lists-are-only-written-when-they-say-more",
        test_the_lists_are_only_written_when_they_say_more);
    ADD("/incremental/what-a-build-saved-is-no-override", test_what_a_build_saved_is_no_override);
    g_test_add_func("/incremental/deep-json-is-refused-before-it-is-parsed",
                    test_deep_json_is_refused_before_it_is_parsed);
    return g_test_run();
}
