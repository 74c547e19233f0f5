/* SPDX-License-Identifier: Apache-2.0 */
/* Two workspaces, users or machines never share a volume. */
#include "transfer/transfer-volumes.h"

static void
test_names(void)
{
    char workspace[] = "/ws";
    char other[] = "/other";
    char overrides[] = "/ws/debian_dirs";
    char output[] = "/ws/output";
    char target[] = "/ws/output/targets/arm64";
    const Config config = {.colcon_repo = workspace,
                           .debian_dirs = overrides,
                           .output_dir = output,
                           .repository_dir = output};
    Config configs[] = {config, config, config, config};
    g_autofree char *first = transfer_volumes_make_prefix("m", "1000@a", &config);
    g_autofree char *machine = transfer_volumes_make_prefix("n", "1000@a", &config);
    g_autofree char *unknown = transfer_volumes_make_prefix(NULL, "1000@a", &config);
    g_autofree char *user = transfer_volumes_make_prefix("m", "1001@a", &config);
    g_autofree char *of_target = NULL;

    g_assert_true(g_str_has_prefix(first, "colcon-deb-"));
    g_assert_cmpstr(first, !=, machine);
    g_assert_cmpstr(first, !=, unknown);
    g_assert_cmpstr(first, !=, user);
    configs[0].colcon_repo = other;
    configs[1].debian_dirs = other;
    configs[2].repository_dir = other;
    for (gsize i = 0; i < 3; i++) {
        g_autofree char *prefix = transfer_volumes_make_prefix("m", "1000@a", &configs[i]);

        g_assert_cmpstr(first, !=, prefix);
    }
    /* Targets take turns with one set. */
    configs[3].output_dir = target;
    of_target = transfer_volumes_make_prefix("m", "1000@a", &configs[3]);
    g_assert_cmpstr(first, ==, of_target);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transfer-volumes/names", test_names);
    return g_test_run();
}
