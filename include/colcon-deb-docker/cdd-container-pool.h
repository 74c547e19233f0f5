/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-docker-client.h>

G_BEGIN_DECLS

/**
 * CddContainerPool:
 *
 * Runs a limited number of containers at a time. Overlapping calls share the limit of the pool.
 *
 * Since: 0.1
 */
#define CDD_TYPE_CONTAINER_POOL (cdd_container_pool_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddContainerPool, cdd_container_pool, CDD, CONTAINER_POOL, GObject)

/**
 * cdd_container_pool_new:
 * @client: the client that runs the containers
 * @max_concurrent: maximum number of running containers; 0 for this machine's number of processors
 *
 * Returns: (transfer full): a pool
 *
 * Since: 0.1
 */
CDD_API CddContainerPool *cdd_container_pool_new(CddDockerClient *client, guint max_concurrent);

/**
 * CddContainerPoolFlags:
 * @CDD_CONTAINER_POOL_NONE: a failure does not affect the other containers
 * @CDD_CONTAINER_POOL_FAIL_FAST: after the first failure (an error or a nonzero exit code), running
 *   containers are stopped and no more are started
 *
 * How cdd_container_pool_run_many_async() handles failures.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_CONTAINER_POOL_NONE = 0,
    CDD_CONTAINER_POOL_FAIL_FAST = 1 << 0,
} CddContainerPoolFlags;

#define CDD_TYPE_CONTAINER_POOL_FLAGS (cdd_container_pool_flags_get_type())
CDD_API GType cdd_container_pool_flags_get_type(void);

/**
 * CddContainerOutcome:
 * @result: (nullable): the result of the container, whatever its exit code
 * @error: (nullable): the error if there is no result; %G_IO_ERROR_CANCELLED if the container was
 *   stopped or not started because another one failed or the call was cancelled
 *
 * The outcome of one of many containers. Either @result or @error is set.
 *
 * Since: 0.1
 */
typedef struct {
    CddContainerResult *result;
    GError *error;
} CddContainerOutcome;

#define CDD_TYPE_CONTAINER_OUTCOME (cdd_container_outcome_get_type())
CDD_API GType cdd_container_outcome_get_type(void);

/**
 * cdd_container_outcome_copy:
 * @outcome: an outcome
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddContainerOutcome *cdd_container_outcome_copy(const CddContainerOutcome *outcome);

/**
 * cdd_container_outcome_free:
 * @outcome: (transfer full) (nullable): an outcome
 *
 * Since: 0.1
 */
CDD_API void cdd_container_outcome_free(CddContainerOutcome *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerOutcome, cdd_container_outcome_free)

/**
 * cdd_container_pool_run_many_async:
 * @self: a pool
 * @specs: (array length=n_specs): the containers to run; copied
 * @n_specs: number of @specs
 * @handlers: (nullable) (array length=n_specs): one for the output of each container; %NULL drops
 *   the output; copied, their user_data must live until @callback
 * @flags: how to handle failures
 * @cancellable: (nullable): cancelling stops and removes the running containers and starts no more;
 *   @callback is called when they are gone
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Runs containers as cdd_service_run_container_async() does. They start in the given order, each as
 * soon as the limit allows.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 *
 * Finishes cdd_container_pool_run_many_async().
 *
 * Returns: (transfer container) (element-type CddContainerOutcome): the outcome of each container,
 *   in the given order; after cancelling too, with results for the containers that had ended
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_container_pool_run_many_finish(CddContainerPool *self, GAsyncResult *result);

G_END_DECLS
