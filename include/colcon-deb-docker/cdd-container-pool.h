/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-docker-client.h>

G_BEGIN_DECLS

/**
 * CddContainerPool:
 *
 * Runs containers, so many at a time. The bound is that of the pool: calls that overlap share it.
 */
#define CDD_TYPE_CONTAINER_POOL (cdd_container_pool_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddContainerPool, cdd_container_pool, CDD, CONTAINER_POOL, GObject)

/**
 * cdd_container_pool_new:
 * @client: what runs them
 * @max_concurrent: how many at a time; 0 for as many as this machine has processors
 *
 * Returns: (transfer full): a pool
 */
CDD_API CddContainerPool *cdd_container_pool_new(CddDockerClient *client, guint max_concurrent);

/**
 * CddContainerPoolFlags:
 * @CDD_CONTAINER_POOL_NONE: a failure concerns nobody else
 * @CDD_CONTAINER_POOL_FAIL_FAST: after the first failure, an exit code other than 0 among them, no
 *   more are started and those that run are stopped
 *
 * How cdd_container_pool_run_many_async() takes failures.
 */
typedef enum {
    CDD_CONTAINER_POOL_NONE = 0,
    CDD_CONTAINER_POOL_FAIL_FAST = 1 << 0,
} CddContainerPoolFlags;

#define CDD_TYPE_CONTAINER_POOL_FLAGS (cdd_container_pool_flags_get_type())
CDD_API GType cdd_container_pool_flags_get_type(void);

/**
 * CddContainerOutcome:
 * @result: (nullable): how the container ended, whatever its exit code
 * @error: (nullable): why that is not known; %G_IO_ERROR_CANCELLED for one that was stopped or not
 *   started because of another's failure or since the whole was cancelled
 *
 * What became of one of many: one of the two is set.
 */
typedef struct {
    CddContainerResult *result;
    GError *error;
} CddContainerOutcome;

#define CDD_TYPE_CONTAINER_OUTCOME (cdd_container_outcome_get_type())
CDD_API GType cdd_container_outcome_get_type(void);

/**
 * cdd_container_outcome_copy:
 * @outcome: what became of a container
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddContainerOutcome *cdd_container_outcome_copy(const CddContainerOutcome *outcome);

/**
 * cdd_container_outcome_free:
 * @outcome: (transfer full) (nullable): what became of a container
 */
CDD_API void cdd_container_outcome_free(CddContainerOutcome *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerOutcome, cdd_container_outcome_free)

/**
 * cdd_container_pool_run_many_async:
 * @self: a pool
 * @specs: (array length=n_specs): what to run; copied
 * @n_specs: how many
 * @handlers: (nullable) (array length=n_specs): where the output of each goes; %NULL for nowhere;
 *   copied, their user_data must live until @callback
 * @flags: how failures are taken
 * @cancellable: (nullable): stops those that run, removes them and starts no more; @callback comes
 *   when they are gone
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Runs containers as cdd_service_run_container_async() does, each as soon as there is room, in the
 * order in which they are given.
 */
CDD_API void cdd_container_pool_run_many_async(CddContainerPool *self,
                                               const CddContainerSpec *const *specs,
                                               gsize n_specs,
                                               const CddOutputHandler *const *handlers,
                                               CddContainerPoolFlags flags,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_container_pool_run_many_finish:
 * @self: a pool
 * @result: what @callback got
 *
 * Ends cdd_container_pool_run_many_async().
 *
 * Returns: (transfer container) (element-type CddContainerOutcome): what became of each, in the
 * order in which they were given, also when it was cancelled: then those that had ended have their
 * results
 */
CDD_API GPtrArray *cdd_container_pool_run_many_finish(CddContainerPool *self, GAsyncResult *result);

G_END_DECLS
