/* SPDX-License-Identifier: Apache-2.0 */
/* Which files go to the engine, and which come back. */
#include "transfer/transfer-root.h"

typedef struct {
    const char *destination;
    const char *path;
    gboolean sends;
    gboolean receives;
} Case;

static const Case cases[] = {
    {"/workspace/src", "pkg/file", TRUE, FALSE},
    {"/workspace/src", ".colcon-deb.staging/file", FALSE, FALSE},
    {"/workspace/debian_dirs", "pkg/.git/config", FALSE, FALSE},
    {"/workspace/debian_dirs", ".git", FALSE, FALSE},
    {"/workspace/debian_dirs", "pkg/.gitignore", TRUE, TRUE},
    {"/workspace/debian_dirs", ".colcon-deb.receiving/file", FALSE, FALSE},
    {"/scripts", "entrypoint.sh", TRUE, FALSE},
    {"/scripts", "helpers/x.py", FALSE, FALSE},
    {"/scripts", "image/__pycache__/x.pyc", FALSE, FALSE},
    {"/helpers", "colcon_deb/base/files.py", TRUE, FALSE},
    {"/helpers", "colcon_deb/__pycache__/x.pyc", FALSE, FALSE},
    {"/workspace/debian_dirs", "pkg/override.yaml", TRUE, TRUE},
    {"/workspace/debian_dirs", ".colcon-deb.receiving", FALSE, FALSE},
    {"/workspace/output", "debs/a.deb", TRUE, TRUE},
    {"/workspace/output", "debsx/a.deb", FALSE, FALSE},
    {"/workspace/output", "logs/a.log", TRUE, TRUE},
    {"/workspace/output", "test-results/a/ctest.xml", TRUE, TRUE},
    {"/workspace/output", ".apt.new/dists/bookworm/Release", TRUE, TRUE},
    {"/workspace/output", "apt/dists/bookworm/Release", TRUE, FALSE},
    {"/workspace/output", ".colcon-deb/state.json", TRUE, TRUE},
    {"/workspace/output", ".colcon-deb/versions.json", TRUE, TRUE},
    {"/workspace/output", ".colcon-deb/paths/bookworm-amd64/x", TRUE, TRUE},
    {"/workspace/output", ".colcon-deb/sources", TRUE, FALSE},
    {"/workspace/output", ".colcon-deb/commits", TRUE, FALSE},
    {"/workspace/output", ".colcon-deb/last-build.json", FALSE, FALSE},
    {"/workspace/output", ".colcon-deb/repository-seal", FALSE, FALSE},
    {"/workspace/output", ".colcon-deb/transfer-output", FALSE, FALSE},
    {"/workspace/output", "events.jsonl", FALSE, FALSE},
    {"/workspace/output", "summary.json", FALSE, FALSE},
    {"/workspace/output", "report.html", FALSE, FALSE},
    {"/workspace/output", "notes of the user", FALSE, FALSE},
    {"/workspace/output", "targets/arm64/debs/a.deb", TRUE, TRUE},
    {"/workspace/output", "targets/arm64/.colcon-deb/state.json", TRUE, TRUE},
    {"/workspace/output", "targets/arm64/.colcon-deb/last-build.json", FALSE, FALSE},
    {"/workspace/output", "targets/arm64/summary.json", FALSE, FALSE},
};

static void
test_filters(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *one = &cases[i];
        const TransferRootKind *kind = transfer_root_find_kind(one->destination);

        g_test_message("%s %s", one->destination, one->path);
        g_assert_nonnull(kind);
        g_assert_cmpint(transfer_root_sends(kind, one->path), ==, one->sends);
        g_assert_cmpint(transfer_root_receives(kind, one->path), ==, one->receives);
    }
}

static void
test_other_mounts(void)
{
    g_assert_null(transfer_root_find_kind("/var/cache/colcon-deb/ccache"));
}

static void
test_records(void)
{
    const TransferRootKind *output = transfer_root_find_kind("/workspace/output");

    g_assert_true(transfer_root_is_record(output, ".colcon-deb/state.json"));
    g_assert_true(transfer_root_is_record(output, "targets/x/.colcon-deb/state.json"));
    g_assert_false(transfer_root_is_record(output, "debs/a.deb"));
    g_assert_false(transfer_root_is_record(transfer_root_find_kind("/workspace/src"),
                                           ".colcon-deb/state.json"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transfer-root/filters", test_filters);
    g_test_add_func("/transfer-root/other-mounts", test_other_mounts);
    g_test_add_func("/transfer-root/records", test_records);
    return g_test_run();
}
