/* SPDX-License-Identifier: Apache-2.0 */
#include "run/matrix.h"

static guint
count_all_jobs(guint jobs, guint targets)
{
    guint builds = matrix_count_builds(jobs, targets);
    guint sum = 0;

    for (guint place = 0; place < builds; place++) {
        g_assert_cmpuint(matrix_count_jobs(jobs, builds, place), >=, 1);
        sum += matrix_count_jobs(jobs, builds, place);
    }
    return sum;
}

static void
test_the_builds_share_the_jobs(void)
{
    g_assert_cmpuint(matrix_count_builds(1, 3), ==, 1);
    g_assert_cmpuint(matrix_count_builds(2, 3), ==, 2);
    g_assert_cmpuint(matrix_count_builds(8, 3), ==, 3);
    g_assert_cmpuint(matrix_count_jobs(8, 3, 0), ==, 3);
    g_assert_cmpuint(matrix_count_jobs(8, 3, 1), ==, 3);
    g_assert_cmpuint(matrix_count_jobs(8, 3, 2), ==, 2);
    for (guint jobs = 1; jobs < 20; jobs++)
        for (guint targets = 1; targets < 10; targets++)
            g_assert_cmpuint(count_all_jobs(jobs, targets), ==, jobs);
}

static void
test_by_default_the_jobs_are_the_processors(void)
{
    g_assert_cmpuint(matrix_count_builds(0, 1000), ==, g_get_num_processors());
    g_assert_cmpuint(count_all_jobs(0, 2), ==, MAX(g_get_num_processors(), 1));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/matrix/the-builds-share-the-jobs", test_the_builds_share_the_jobs);
    g_test_add_func("/matrix/by-default-the-jobs-are-the-processors",
                    test_by_default_the_jobs_are_the_processors);
    return g_test_run();
}
