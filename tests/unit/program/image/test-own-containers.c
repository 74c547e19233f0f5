/* SPDX-License-Identifier: Apache-2.0 */
#include "image/own-containers.h"

#include <glib.h>
#include <string.h>

enum {
    NOW = 1000000,
    HOUR = 60 * 60,
};

/* The labels of this process: its user, and itself. */
static char **
get_labels(void)
{
    GPtrArray *labels = g_ptr_array_new();

    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    return (char **)g_ptr_array_free(labels, FALSE);
}

/* The label of a process of this boot and namespace that has ended. */
static char *
make_dead(void)
{
    g_auto(GStrv) labels = get_labels();

    for (int parts = 0; parts < 2; parts++)
        *strrchr(labels[1], '/') = '\0';
    return g_strconcat(labels[1], "/4194305/1", NULL);
}

/* @process: replaces the label of the process if it is not NULL; without a value there is none. */
static ContainerUse
judge(const char *status, const char *process, gint64 age)
{
    g_auto(GStrv) labels = get_labels();
    CddContainerSummary container = {
        .id = (char *)"abc",
        .status = (char *)status,
        .created_at = (gint64)(NOW - age) * G_USEC_PER_SEC,
        .labels = labels,
    };

    g_assert_cmpuint(g_strv_length(labels), ==, 2);
    if (process != NULL) {
        g_free(labels[1]);
        labels[1] = g_strdup(process);
    }
    return own_containers_judge(&container, NOW);
}

static void
test_a_container_of_a_living_process_is_in_use(void)
{
    g_assert_cmpint(judge("created", NULL, 10), ==, CONTAINER_IN_USE);
    g_assert_cmpint(judge("created", NULL, 2 * HOUR), ==, CONTAINER_IN_USE);
}

static void
test_a_running_container_is_in_use(void)
{
    g_autofree char *dead = make_dead();

    g_assert_cmpint(judge("running", dead, 2 * HOUR), ==, CONTAINER_IN_USE);
    g_assert_cmpint(judge("paused", dead, 2 * HOUR), ==, CONTAINER_IN_USE);
    g_assert_cmpint(judge("removing", dead, 2 * HOUR), ==, CONTAINER_IN_USE);
    g_assert_cmpint(judge(NULL, dead, 2 * HOUR), ==, CONTAINER_IN_USE);
}

static void
test_a_container_that_has_ended_is_left_by_a_dead_process(void)
{
    g_autofree char *dead = make_dead();

    g_assert_cmpint(judge("exited", NULL, 2 * HOUR), ==, CONTAINER_IN_USE);
    g_assert_cmpint(judge("exited", dead, 10), ==, CONTAINER_LEFT);
    g_assert_cmpint(judge("dead", dead, 10), ==, CONTAINER_LEFT);
}

static void
test_a_container_that_is_made_from_a_layer_by_hand_is_not_ours(void)
{
    g_auto(GStrv) own = get_labels();
    char *labels[] = {own[0], (char *)"colcon-deb.role=dependencies", NULL};
    const CddContainerSummary container = {.status = (char *)"exited", .labels = labels};

    g_assert_cmpint(own_containers_judge(&container, NOW), ==, CONTAINER_OF_OTHERS);
}

static void
test_a_container_of_another_user_is_not_ours(void)
{
    char *labels[] = {(char *)"colcon-deb.user=4711@elsewhere", NULL};
    const CddContainerSummary container = {.status = (char *)"created", .labels = labels};
    const CddContainerSummary bare = {.status = (char *)"created"};

    g_assert_cmpint(own_containers_judge(&container, NOW), ==, CONTAINER_OF_OTHERS);
    g_assert_cmpint(own_containers_judge(&bare, NOW), ==, CONTAINER_OF_OTHERS);
}

static void
test_a_dead_process_leaves_its_container(void)
{
    g_auto(GStrv) labels = get_labels();
    g_autofree char *reused = NULL;
    g_autofree char *dead = make_dead();

    *strrchr(labels[1], '/') = '\0';
    reused = g_strconcat(labels[1], "/1", NULL);
    g_assert_cmpint(judge("created", reused, 10), ==, CONTAINER_LEFT);
    g_assert_cmpint(judge("created", dead, 10), ==, CONTAINER_LEFT);
}

/* Another boot, another namespace, or a label that somebody has made up. */
static void
test_of_an_unknown_process_only_the_age_counts(void)
{
    static const char *const unknown[] = {
        "other=label",
        "colcon-deb.process=",
        "colcon-deb.process=another-boot/pid:[1]/1/1",
        "colcon-deb.process=another-boot/pid:[1]/../self/1",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
        g_assert_cmpint(judge("created", unknown[i], HOUR - 1), ==, CONTAINER_IN_USE);
        g_assert_cmpint(judge("created", unknown[i], HOUR + 1), ==, CONTAINER_LEFT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/own-containers/a-container-of-a-living-process-is-in-use",
                    test_a_container_of_a_living_process_is_in_use);
    g_test_add_func("/own-containers/a-running-container-is-in-use",
                    test_a_running_container_is_in_use);
    g_test_add_func("/own-containers/a-container-that-has-ended-is-left-by-a-dead-process",
                    test_a_container_that_has_ended_is_left_by_a_dead_process);
    g_test_add_func("/own-containers/a-container-that-is-made-from-a-layer-by-hand-is-not-ours",
                    test_a_container_that_is_made_from_a_layer_by_hand_is_not_ours);
    g_test_add_func("/own-containers/a-container-of-another-user-is-not-ours",
                    test_a_container_of_another_user_is_not_ours);
    g_test_add_func("/own-containers/a-dead-process-leaves-its-container",
                    test_a_dead_process_leaves_its_container);
    g_test_add_func("/own-containers/of-an-unknown-process-only-the-age-counts",
                    test_of_an_unknown_process_only_the_age_counts);
    return g_test_run();
}
