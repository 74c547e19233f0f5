/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-docker-client.h>

G_BEGIN_DECLS

/**
 * CddMockDockerClient:
 *
 * A #CddDockerClient without an engine, for the tests of programs that use one. A test prepares its
 * replies and afterwards checks its calls:
 *
 * |[<!-- language="C" -->
 * g_autoptr(CddMockDockerClient) mock = cdd_mock_docker_client_new();
 * CddMockReply seven = {.exit_code = 7, .stdout_text = "no luck\n", .delay = 20};
 *
 * cdd_mock_docker_client_add_run(mock, "debian:12", &seven);
 * my_program_run(CDD_DOCKER_CLIENT(mock));
 * g_assert_cmpuint(cdd_mock_docker_client_get_calls(mock)->len, ==, 1);
 * ]|
 *
 * Replies for one image are used in the order in which they were added; the last one is repeated.
 * Everything else works as with the real client: specifications are validated, handlers are called
 * in order and before the callback, the callback is called once and never before the call returns,
 * cancelling ends in %G_IO_ERROR_CANCELLED. A call without a prepared reply ends in
 * %CDD_ERROR_FAILED that names the call.
 *
 * Since: 0.1
 */
#define CDD_TYPE_MOCK_DOCKER_CLIENT (cdd_mock_docker_client_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddMockDockerClient,
                             cdd_mock_docker_client,
                             CDD,
                             MOCK_DOCKER_CLIENT,
                             GObject)

/**
 * cdd_mock_docker_client_new:
 *
 * Returns: (transfer full): a client without replies
 *
 * Since: 0.1
 */
CDD_API CddMockDockerClient *cdd_mock_docker_client_new(void);

/**
 * CddMockReply:
 * @delay: milliseconds until the call ends
 * @error: (nullable): the error of the call; %NULL for success
 * @exit_code: the container's exit code
 * @stdout_text: (nullable): the container's standard output
 * @stderr_text: (nullable): the container's standard error, written after @stdout_text
 * @progress: (nullable) (array zero-terminated=1): progress messages of a pull
 * @image: (nullable): the description of the image; %NULL for a default one
 *
 * The reply to a call. All zero is an immediate success. Members are borrowed; adding the reply
 * copies them.
 *
 * Since: 0.1
 */
typedef struct {
    guint delay;
    const GError *error;
    gint64 exit_code;
    const char *stdout_text;
    const char *stderr_text;
    const char *const *progress;
    const CddImageInfo *image;
    /*< private >*/
    gpointer reserved[8];
} CddMockReply;

#define CDD_TYPE_MOCK_REPLY (cdd_mock_reply_get_type())
CDD_API GType cdd_mock_reply_get_type(void);

/**
 * cdd_mock_reply_new:
 * @stdout_text: (nullable): the container's standard output
 * @stderr_text: (nullable): the container's standard error
 * @progress: (nullable) (array zero-terminated=1): progress messages of a pull
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 *
 * Since: 0.1
 */
CDD_API CddMockReply *
cdd_mock_reply_new(const char *stdout_text, const char *stderr_text, const char *const *progress);

/**
 * cdd_mock_docker_client_add_run:
 * @self: a client
 * @image: (nullable): the image that the call names; %NULL for any
 * @reply: the reply; copied
 *
 * Adds a reply to a call that runs a container.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_docker_client_add_run(CddMockDockerClient *self,
                                            const char *image,
                                            const CddMockReply *reply);

/**
 * cdd_mock_docker_client_add_pull:
 * @self: a client
 * @image: (nullable): the image that the call names; %NULL for any
 * @reply: the reply; copied
 *
 * Adds a reply to a call that pulls an image.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_docker_client_add_pull(CddMockDockerClient *self,
                                             const char *image,
                                             const CddMockReply *reply);

/**
 * cdd_mock_docker_client_add_inspect:
 * @self: a client
 * @image: (nullable): the image that the call names; %NULL for any
 * @reply: the reply; copied
 *
 * Adds a reply to a call that inspects an image.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_docker_client_add_inspect(CddMockDockerClient *self,
                                                const char *image,
                                                const CddMockReply *reply);

/**
 * CddMockCall:
 * @method: `run_container`, `pull_image` or `inspect_image`
 * @image: the image that the call named
 * @platform: (nullable): the platform of a pull
 * @spec: (nullable): the specification of a run
 *
 * A call that the mock received.
 *
 * Since: 0.1
 */
typedef struct {
    const char *method;
    char *image;
    char *platform;
    CddContainerSpec *spec;
} CddMockCall;

#define CDD_TYPE_MOCK_CALL (cdd_mock_call_get_type())
CDD_API GType cdd_mock_call_get_type(void);

/**
 * cdd_mock_docker_client_get_calls:
 * @self: a client
 *
 * Returns: (transfer none) (element-type CddMockCall): the calls, in order
 *
 * Since: 0.1
 */
CDD_API const GPtrArray *cdd_mock_docker_client_get_calls(CddMockDockerClient *self);

/**
 * cdd_mock_docker_client_get_max_running:
 * @self: a client
 *
 * Returns: the largest number of containers that ran at the same time
 *
 * Since: 0.1
 */
CDD_API guint cdd_mock_docker_client_get_max_running(CddMockDockerClient *self);

G_END_DECLS
