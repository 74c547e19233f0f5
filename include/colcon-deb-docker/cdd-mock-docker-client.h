/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-docker-client.h>

G_BEGIN_DECLS

/**
 * CddMockDockerClient:
 *
 * A #CddDockerClient without an engine, for tests of programs that use one. It is told what to
 * answer, and says afterwards what it was asked:
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
 * Replies to one image are given in the order in which they were added, the last of them again and
 * again. Everything else is as with the real client: specifications are validated, handlers are
 * called in order and before the callback, the callback comes later and once, cancelling ends in
 * %G_IO_ERROR_CANCELLED. A call for which there is no reply ends in %CDD_ERROR_FAILED naming it.
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
 * Returns: (transfer full): a client that answers nothing yet
 */
CDD_API CddMockDockerClient *cdd_mock_docker_client_new(void);

/**
 * CddMockReply:
 * @delay: milliseconds before it ends
 * @error: (nullable): what it fails with; %NULL for success
 * @exit_code: of a container
 * @stdout_text: (nullable): what a container writes to its standard output
 * @stderr_text: (nullable): what it writes to its standard error after that
 * @progress: (nullable) (array zero-terminated=1): messages of a pull
 * @image: (nullable): what an image is; %NULL for one of no particular kind
 *
 * How a call goes. All zero is an immediate success. Borrowed; it is copied when it is added.
 */
typedef struct {
    guint delay;
    const GError *error;
    gint64 exit_code;
    const char *stdout_text;
    const char *stderr_text;
    const char *const *progress;
    const CddImageInfo *image;
} CddMockReply;

#define CDD_TYPE_MOCK_REPLY (cdd_mock_reply_get_type())
CDD_API GType cdd_mock_reply_get_type(void);

/**
 * cdd_mock_reply_new:
 * @stdout_text: (nullable): what a container writes to its standard output
 * @stderr_text: (nullable): what it writes to its standard error
 * @progress: (nullable) (array zero-terminated=1): messages of a pull
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddMockReply *
cdd_mock_reply_new(const char *stdout_text, const char *stderr_text, const char *const *progress);

/**
 * cdd_mock_docker_client_add_run:
 * @self: a client
 * @image: (nullable): the image that is named in the call; %NULL for any
 * @reply: how it goes; copied
 *
 * Adds the reply to a call that is to run a container.
 */
CDD_API void cdd_mock_docker_client_add_run(CddMockDockerClient *self,
                                            const char *image,
                                            const CddMockReply *reply);

/**
 * cdd_mock_docker_client_add_pull:
 * @self: a client
 * @image: (nullable): the image that is named in the call; %NULL for any
 * @reply: how it goes; copied
 *
 * Adds the reply to a call that is to pull an image.
 */
CDD_API void cdd_mock_docker_client_add_pull(CddMockDockerClient *self,
                                             const char *image,
                                             const CddMockReply *reply);

/**
 * cdd_mock_docker_client_add_inspect:
 * @self: a client
 * @image: (nullable): the image that is named in the call; %NULL for any
 * @reply: how it goes; copied
 *
 * Adds the reply to a call that is to inspect an image.
 */
CDD_API void cdd_mock_docker_client_add_inspect(CddMockDockerClient *self,
                                                const char *image,
                                                const CddMockReply *reply);

/**
 * CddMockCall:
 * @method: `run_container`, `pull_image` or `inspect_image`
 * @image: the image that was named
 * @platform: (nullable): the platform that a pull named
 * @spec: (nullable): what was to be run
 *
 * What was asked of a mock.
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
 * Returns: (transfer none) (element-type CddMockCall): what it was asked, in order
 */
CDD_API const GPtrArray *cdd_mock_docker_client_get_calls(CddMockDockerClient *self);

/**
 * cdd_mock_docker_client_get_max_running:
 * @self: a client
 *
 * Returns: how many containers ran at the same time, at most
 */
CDD_API guint cdd_mock_docker_client_get_max_running(CddMockDockerClient *self);

G_END_DECLS
