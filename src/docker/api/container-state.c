/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/cdd-output.h>

static const char *const names[] = {
    [CDD_CONTAINER_CREATED] = "created", [CDD_CONTAINER_STARTING] = "starting",
    [CDD_CONTAINER_RUNNING] = "running", [CDD_CONTAINER_STOPPING] = "stopping",
    [CDD_CONTAINER_STOPPED] = "stopped", [CDD_CONTAINER_FAILED] = "failed",
};

/* For each state, the states that may follow, as bits. */
#define TO(state) (1U << (state))

static const guint followers[] = {
    [CDD_CONTAINER_CREATED] =
        TO(CDD_CONTAINER_STARTING) | TO(CDD_CONTAINER_STOPPING) | TO(CDD_CONTAINER_FAILED),
    [CDD_CONTAINER_STARTING] =
        TO(CDD_CONTAINER_RUNNING) | TO(CDD_CONTAINER_STOPPING) | TO(CDD_CONTAINER_FAILED),
    [CDD_CONTAINER_RUNNING] =
        TO(CDD_CONTAINER_STOPPING) | TO(CDD_CONTAINER_STOPPED) | TO(CDD_CONTAINER_FAILED),
    [CDD_CONTAINER_STOPPING] = TO(CDD_CONTAINER_STOPPED) | TO(CDD_CONTAINER_FAILED),
    [CDD_CONTAINER_STOPPED] = 0,
    [CDD_CONTAINER_FAILED] = 0,
};

const char *
cdd_container_state_get_name(CddContainerState state)
{
    g_return_val_if_fail((guint)state < G_N_ELEMENTS(names), NULL);
    return names[state];
}

gboolean
cdd_container_state_can_follow(CddContainerState from, CddContainerState to)
{
    g_return_val_if_fail((guint)from < G_N_ELEMENTS(followers), FALSE);
    return (followers[from] & TO(to)) != 0;
}
