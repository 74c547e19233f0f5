/* SPDX-License-Identifier: Apache-2.0 */
#include "run/standby-key.h"
#include "run/standby-settings.h"
#include "tree.h"

#include <glib/gstdio.h>
#include <sys/mount.h>

static const char *const environment[] = {"BUILD_TYPE=Release", "FORCE=0", "VERBOSE=0", NULL};

/* A container of a build whose sources are at @sources. */
static CddContainerSpec *
make_spec(const char *sources)
{
    const CddVolumeMount volumes[] = {
        {.host_path = sources, .container_path = "/workspace/src", .read_only = TRUE},
        {.volume = "ccache", .container_path = "/var/cache/colcon-deb/ccache"},
    };
    const CddContainerSpec spec = {
        .image = "sha256:base",
        .entrypoint = (const char *const[]){"/scripts/entrypoint.sh", NULL},
        .command = (const char *const[]){"build", NULL},
        .environment = environment,
        .labels = (const char *const[]){"a=b", NULL},
        .volumes = volumes,
        .n_volumes = G_N_ELEMENTS(volumes),
        .working_dir = "/workspace",
        .user = "0:0",
        .network_mode = CDD_NETWORK_HOST,
    };

    return cdd_container_spec_copy(&spec);
}

static const StandbyFiles files = {.helpers = "helpers", .network_files = TRUE};

static void
assert_another_key(const CddContainerSpec *spec, const StandbyFiles *those, const char *key)
{
    g_autofree char *other = standby_key(spec, those);

    g_assert_cmpstr(other, !=, key);
}

static void
test_the_same_container_has_the_same_key(Tree *tree, gconstpointer data)
{
    g_autoptr(CddContainerSpec) spec = make_spec(tree->root);
    g_autoptr(CddContainerSpec) again = make_spec(tree->root);
    g_autofree char *key = standby_key(spec, &files);
    g_autofree char *same = NULL;

    cdd_container_spec_set_labels(again, (const char *const[]){"another=process", NULL});
    same = standby_key(again, &files);
    g_assert_cmpstr(key, ==, same);
}

static void
test_each_part_of_the_container_counts(Tree *tree, gconstpointer data)
{
    static const char *const entrypoint[] = {"/x", NULL};
    static const char *const capabilities[] = {"CHOWN", NULL};
    static const CddDeviceRequest gpus = {.count = -1};
    static const CddDeviceRequest gpu = {.count = 1};
    g_autoptr(CddContainerSpec) spec = make_spec(tree->root);
    g_autofree char *key = standby_key(spec, &files);
    g_autofree char *with_gpus = NULL;
    CddVolumeMount volumes[] = {spec->volumes[0], spec->volumes[1]};
    CddContainerSpec other = *spec;

#define ASSERT_COUNTS(member, value)                                                               \
    do {                                                                                           \
        other.member = (value);                                                                    \
        assert_another_key(&other, &files, key);                                                   \
        other = *spec;                                                                             \
    } while (FALSE)

    assert_another_key(spec, &(StandbyFiles){.helpers = "other", .network_files = TRUE}, key);
    ASSERT_COUNTS(image, "sha256:layer");
    ASSERT_COUNTS(platform, "linux/arm64");
    ASSERT_COUNTS(working_dir, "/");
    ASSERT_COUNTS(user, "1:1");
    ASSERT_COUNTS(entrypoint, entrypoint);
    ASSERT_COUNTS(network_mode, CDD_NETWORK_NONE);
    ASSERT_COUNTS(network, "other");
    ASSERT_COUNTS(security.privileged, TRUE);
    ASSERT_COUNTS(security.no_new_privileges, TRUE);
    ASSERT_COUNTS(security.add_capabilities, capabilities);
    ASSERT_COUNTS(security.drop_capabilities, capabilities);
    ASSERT_COUNTS(security.user_ns_mode, "host");
    ASSERT_COUNTS(n_volumes, 1);
#undef ASSERT_COUNTS

    other.volumes = volumes;
    volumes[0].read_only = FALSE;
    assert_another_key(&other, &files, key);
    volumes[0].read_only = TRUE;
    volumes[0].host_path = "/elsewhere";
    assert_another_key(&other, &files, key);
    volumes[0] = spec->volumes[0];
    volumes[1].volume = "other";
    assert_another_key(&other, &files, key);

    other = *spec;
    other.device_requests = &gpus;
    other.n_device_requests = 1;
    with_gpus = standby_key(&other, &files);
    g_assert_cmpstr(with_gpus, !=, key);
    other.device_requests = &gpu;
    assert_another_key(&other, &files, with_gpus);
}

static char *
key_with(const char *sources, const char *const *settings)
{
    g_autoptr(CddContainerSpec) spec = make_spec(sources);

    cdd_container_spec_set_environment(spec, settings);
    return standby_key(spec, &files);
}

static void
test_settings_count_but_not_the_options_of_one_build(Tree *tree, gconstpointer data)
{
    g_autofree char *key = key_with(tree->root, environment);
    g_autofree char *options =
        key_with(tree->root, (const char *const[]){"BUILD_TYPE=Release", "FORCE=1", "VERBOSE=1",
                                                   "PACKAGES_SELECT=a b", "PACKAGES_UP_TO=c",
                                                   "PACKAGES_ABOVE=d", "SOURCE_LIST=1",
                                                   "MEMORY_SHARE=2", NULL});
    g_autofree char *setting = key_with(
        tree->root, (const char *const[]){"BUILD_TYPE=Debug", "FORCE=0", "VERBOSE=0", NULL});
    g_autofree char *variable =
        key_with(tree->root, (const char *const[]){"BUILD_TYPE=Release", "FORCED=1", NULL});

    g_assert_cmpstr(options, ==, key);
    g_assert_cmpstr(setting, !=, key);
    g_assert_cmpstr(variable, !=, key);
}

/* A volume that was removed and made again has the same name. */
static void
test_copies_that_were_made_again_count(Tree *tree, gconstpointer data)
{
    g_autoptr(CddContainerSpec) spec = make_spec(tree->root);
    const StandbyFiles first = {.helpers = "helpers", .copies = "first"};
    const StandbyFiles second = {.helpers = "helpers", .copies = "second"};
    const StandbyFiles local = {.helpers = "helpers", .copies = "first", .network_files = TRUE};
    g_autofree char *key = standby_key(spec, &first);
    g_autofree char *same = standby_key(spec, &first);

    g_assert_cmpstr(key, ==, same);
    assert_another_key(spec, &second, key);
    assert_another_key(spec, &local, key);
}

/* Its container would go on with the one before it. */
static void
test_a_directory_that_was_made_again_counts(Tree *tree, gconstpointer data)
{
    g_autofree char *path = g_build_filename(tree->root, "src", NULL);
    g_autofree char *aside = g_build_filename(tree->root, "aside", NULL);
    g_autofree char *first = NULL;
    g_autofree char *with_file = NULL;
    g_autofree char *file = NULL;

    g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
    first = key_with(path, environment);
    file = tree_write(tree, "src/file", "");
    with_file = key_with(path, environment);
    g_assert_cmpstr(with_file, ==, first);
    g_assert_cmpint(g_rename(path, aside), ==, 0);
    g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
    {
        g_autoptr(CddContainerSpec) spec = make_spec(path);

        assert_another_key(spec, &files, first);
    }
}

/* Its container would not see that. */
static void
test_what_is_mounted_below_counts(Tree *tree, gconstpointer data)
{
    g_autofree char *path = g_build_filename(tree->root, "a b", "c", NULL);
    g_autofree char *key = NULL;
    g_autofree char *mounted = NULL;
    g_autofree char *after = NULL;

    g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
    key = key_with(tree->root, environment);
    if (mount("none", path, "tmpfs", 0, NULL) != 0) {
        g_test_skip("only root can mount");
        return;
    }
    mounted = key_with(tree->root, environment);
    g_assert_cmpint(umount(path), ==, 0);
    after = key_with(tree->root, environment);
    g_assert_cmpstr(mounted, !=, key);
    g_assert_cmpstr(after, ==, key);
}

static void
test_all_settings_begin_a_build(Tree *tree, gconstpointer data)
{
    const char *const settings[] = {"BUILD_TYPE=Release", "FORCE=1", "A=x=\"y\"\n", "B=", NULL};
    g_autofree char *line = standby_settings_print(settings);
    g_autoptr(GPtrArray) fixed = standby_settings_of_container(settings);

    g_assert_cmpstr(line, ==,
                    "go {\"BUILD_TYPE\":\"Release\",\"FORCE\":\"1\",\"A\":\"x=\\\"y\\\"\\n\","
                    "\"B\":\"\"}");
    g_assert_cmpuint(fixed->len, ==, 4);
    g_assert_cmpstr(fixed->pdata[0], ==, settings[0]);
    g_assert_cmpstr(fixed->pdata[1], ==, settings[2]);
    g_assert_null(fixed->pdata[3]);
}

/* A name that no setting has would never be left out. */
static void
test_the_options_of_one_build_are_settings(Tree *tree, gconstpointer data)
{
    static const char *const names[] = {"BASE_PATHS",
                                        "PACKAGES_IGNORE",
                                        "PACKAGES_IGNORE_REGEX",
                                        "PACKAGES_SELECT_REGEX",
                                        "PACKAGES_SKIP",
                                        "PACKAGES_SKIP_REGEX",
                                        "FORCE",
                                        "MEMORY_SHARE",
                                        "PACKAGES_ABOVE",
                                        "PACKAGES_SELECT",
                                        "PACKAGES_UP_TO",
                                        "SOURCE_LIST",
                                        "VERBOSE"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *entry = g_strconcat(names[i], "=1", NULL);
        g_autoptr(GPtrArray) fixed =
            standby_settings_of_container((const char *const[]){entry, NULL});

        g_assert_true(cdd_build_setting_is_reserved(names[i]));
        g_assert_false(cdd_build_setting_affects_packages(names[i]));
        g_assert_cmpuint(fixed->len, ==, 1);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/standby-key/the-same-container-has-the-same-key",
              test_the_same_container_has_the_same_key);
    TREE_TEST("/standby-key/each-part-of-the-container-counts",
              test_each_part_of_the_container_counts);
    TREE_TEST("/standby-key/settings-count-but-not-the-options-of-one-build",
              test_settings_count_but_not_the_options_of_one_build);
    TREE_TEST("/standby-key/copies-that-were-made-again-count",
              test_copies_that_were_made_again_count);
    TREE_TEST("/standby-key/a-directory-that-was-made-again-counts",
              test_a_directory_that_was_made_again_counts);
    TREE_TEST("/standby-key/what-is-mounted-below-counts", test_what_is_mounted_below_counts);
    TREE_TEST("/standby-key/all-settings-begin-a-build", test_all_settings_begin_a_build);
    TREE_TEST("/standby-key/the-options-of-one-build-are-settings",
              test_the_options_of_one_build_are_settings);
    return g_test_run();
}
