/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddMockEngine:
 *
 * An engine in the process of a test. The program that is tested gets a #CddService of it, and
 * calls it as that of a real engine: every operation works, blocking or not. A test prepares
 * answers, and afterwards reads the requests that were made:
 *
 * |[<!-- language="C" -->
 * g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
 * CddMockRun seven = {.exit_code = 7, .stdout_text = "no luck\n"};
 *
 * cdd_mock_engine_add_run(engine, "debian:12", &seven);
 * my_program_run(cdd_mock_engine_get_service(engine));
 * cdd_mock_engine_check(engine, &error);
 * g_assert_no_error(error);
 * ]|
 *
 * Containers, commands, logs, pulls, builds, events and files have functions of their own. Every
 * other request of the Engine API is answered by cdd_mock_engine_add_answer().
 *
 * Several answers to the same path are used in the order in which they were added; then the last
 * one is repeated. If a request matches several paths, the one that was added first is taken. A
 * request without an answer ends in %CDD_ERROR_FAILED that names its method and path. Only `/_ping`
 * and `GET /version` need no answer; without one they are not among the requests.
 *
 * There is no socket and no main loop of its own: threads answer. The functions of an engine may be
 * called in any thread. With the last reference to the engine its streams end.
 *
 * Since: 0.1
 */
#define CDD_TYPE_MOCK_ENGINE (cdd_mock_engine_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddMockEngine, cdd_mock_engine, CDD, MOCK_ENGINE, GObject)

/**
 * cdd_mock_engine_new:
 *
 * Returns: (transfer full): an engine without answers
 *
 * Since: 0.1
 */
CDD_API CddMockEngine *cdd_mock_engine_new(void);

/**
 * cdd_mock_engine_get_service:
 * @self: an engine
 *
 * Returns: (transfer none): the service that is connected to the engine
 *
 * Since: 0.1
 */
CDD_API CddService *cdd_mock_engine_get_service(CddMockEngine *self);

/**
 * CddMockRun:
 * @exit_code: the exit code
 * @stdout_text: (nullable): what is written to standard output
 * @stderr_text: (nullable): what is written to standard error, after @stdout_text
 * @delay: milliseconds from the start to the end
 * @reads_input: whether the end waits for the end of standard input. What was read is the body of
 *   the request that attached to it. An attachment without an input ends it at once
 * @error_status: an HTTP status from 400 on, with which the engine refuses; 0 if it does not
 * @error_message: (nullable): what the engine says when it refuses
 *
 * What a process does: that of a container, or a command in one. All zero ends at once with exit
 * code 0.
 *
 * Since: 0.1
 */
typedef struct {
    gint64 exit_code;
    const char *stdout_text;
    const char *stderr_text;
    guint delay;
    gboolean reads_input;
    guint error_status;
    const char *error_message;
    /*< private >*/
    gpointer reserved[8];
} CddMockRun;

#define CDD_TYPE_MOCK_RUN (cdd_mock_run_get_type())
CDD_API GType cdd_mock_run_get_type(void);

/**
 * cdd_mock_run_new:
 * @stdout_text: (nullable): what is written to standard output
 * @stderr_text: (nullable): what is written to standard error
 * @error_message: (nullable): what the engine says when it refuses
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with cdd_mock_run_free()
 *
 * Since: 0.1
 */
CDD_API CddMockRun *
cdd_mock_run_new(const char *stdout_text, const char *stderr_text, const char *error_message);

/**
 * cdd_mock_run_copy:
 * @run: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddMockRun *cdd_mock_run_copy(const CddMockRun *run);

/**
 * cdd_mock_run_free:
 * @run: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_run_free(CddMockRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddMockRun, cdd_mock_run_free)

/**
 * cdd_mock_engine_add_run:
 * @self: an engine
 * @image: (nullable): the image of the container, as the program names it; %NULL for any
 * @run: what the container does; copied
 *
 * Prepares a container. It can be created, attached to, started, waited for, inspected, renamed,
 * stopped, restarted and removed, so it serves cdd_service_run_container_async(), a
 * #CddContainerPool and the single steps alike. Its log is its output. A container with
 * #CddContainerSpec.auto_remove is gone after its end.
 *
 * Differences from a real engine:
 *
 * - Every signal ends the process with exit code 137. A container that does not run can be killed.
 * - All output comes at the end of the process.
 * - Pausing and resizing succeed and change nothing.
 * - A name that is taken is accepted, and a container that runs is removed without force.
 * - Restart policies, health checks and limits have no effect.
 * - A list of containers does not have it: that needs cdd_mock_engine_add_answer().
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_run(CddMockEngine *self, const char *image, const CddMockRun *run);

/**
 * cdd_mock_engine_add_exec:
 * @self: an engine
 * @container: (nullable): the container, as the program names it; %NULL for any
 * @run: what the command does; copied. It has no effect on @container
 *
 * Prepares a command in a container, for cdd_service_exec_async(), cdd_service_start_exec_async()
 * and cdd_service_start_exec_detached_async(). A refusal is one of its creation.
 *
 * Since: 0.1
 */
CDD_API void
cdd_mock_engine_add_exec(CddMockEngine *self, const char *container, const CddMockRun *run);

/**
 * cdd_mock_engine_add_logs:
 * @self: an engine
 * @container: the container, as the program names it; not one of cdd_mock_engine_add_run()
 * @stdout_text: (nullable): its standard output
 * @stderr_text: (nullable): its standard error
 *
 * Prepares the log of a container, for cdd_service_read_container_logs_async().
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_logs(CddMockEngine *self,
                                      const char *container,
                                      const char *stdout_text,
                                      const char *stderr_text);

/**
 * cdd_mock_engine_add_image:
 * @self: an engine
 * @image: the image, as the program names it
 * @architecture: its architecture in Docker's words, e.g. `amd64`
 *
 * Prepares an answer to cdd_service_inspect_image_async(): the image is there.
 *
 * Since: 0.1
 */
CDD_API void
cdd_mock_engine_add_image(CddMockEngine *self, const char *image, const char *architecture);

/**
 * cdd_mock_engine_add_pull:
 * @self: an engine
 * @image: (nullable): the image, as the program names it; %NULL for any
 * @messages: (nullable) (array zero-terminated=1): what the engine reports meanwhile: texts, or
 * JSON objects such as `{"id": "layer", "status": "Downloading", "progressDetail": {"current": 1,
 *   "total": 2}}`
 * @error: (nullable): the message with which it fails in the end; %NULL for success
 *
 * Prepares a pull, for cdd_service_pull_image_async(). cdd_mock_engine_add_error() refuses one at
 * its beginning.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_pull(CddMockEngine *self,
                                      const char *image,
                                      const char *const *messages,
                                      const char *error);

/**
 * cdd_mock_engine_add_build:
 * @self: an engine
 * @output: (nullable): what the steps write, e.g. `Step 1/2 : FROM debian\n`
 * @image_id: (nullable): the id of the image that is built, e.g. `sha256:1`
 * @error: (nullable): the message with which the build fails, instead of @image_id
 *
 * Prepares a build, for cdd_service_build_image_async() and cdd_service_build_archive_async(). With
 * %CDD_BUILDER_AUTO the classic builder is taken, and the body of the request is the context. With
 * BuildKit, if it is chosen or if secrets, ssh agents or an output need it, the body is empty: the
 * engine asks for no files and exports none.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_build(CddMockEngine *self,
                                       const char *output,
                                       const char *image_id,
                                       const char *error);

/**
 * cdd_mock_engine_add_events:
 * @self: an engine
 * @events: (array zero-terminated=1): JSON objects as those of `GET /events`, e.g. `{"Type":
 *   "container", "Action": "die", "Actor": {"ID": "abc"}, "timeNano": 1}`
 *
 * Prepares a connection for cdd_service_watch_events_async(). It gives the events, whatever the
 * filters, and stays open until another connection is prepared: then it is lost, and the next one
 * gets the next events. A watch with an end (#CddEventsOptions.until) ends after the events.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_events(CddMockEngine *self, const char *const *events);

/**
 * cdd_mock_engine_add_file:
 * @self: an engine
 * @container: the container, as the program names it
 * @path: the path of a file in the container
 * @contents: what the file contains
 *
 * Prepares a file that can be copied out of a container, for
 * cdd_service_copy_from_container_async(), cdd_service_get_archive_async() and
 * cdd_service_stat_path_async().
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_file(CddMockEngine *self,
                                      const char *container,
                                      const char *path,
                                      GBytes *contents);

/**
 * cdd_mock_engine_add_answer:
 * @self: an engine
 * @method: the method of the request, e.g. `GET`
 * @path: the path of the request without the API version, e.g. `/containers/json`. A `*` stands for
 *   any text. After a `?` come the parameters that the query must have, besides others, without
 *   escapes: `/containers/json?all=1`
 * @status: the HTTP status, e.g. 200
 * @body: (nullable): the body, mostly JSON; several objects for what reports progress
 *
 * Prepares an answer to a request. It comes before what a container of cdd_mock_engine_add_run()
 * answers.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_answer(
    CddMockEngine *self, const char *method, const char *path, guint status, const char *body);

/**
 * cdd_mock_engine_add_bytes:
 * @self: an engine
 * @method: the method of the request
 * @path: the path of the request, see cdd_mock_engine_add_answer()
 * @fields: (nullable) (array zero-terminated=1): `Name: value` lines of the answer's head
 * @body: the body
 *
 * Prepares an answer, with status 200, that is not a text: an archive, for example.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_bytes(CddMockEngine *self,
                                       const char *method,
                                       const char *path,
                                       const char *const *fields,
                                       GBytes *body);

/**
 * cdd_mock_engine_add_error:
 * @self: an engine
 * @method: the method of the request
 * @path: the path of the request, see cdd_mock_engine_add_answer()
 * @status: an HTTP status of at least 400, such as 404 (not found) or 409 (conflict)
 * @message: what the engine says
 *
 * Prepares an answer that is an error.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_add_error(
    CddMockEngine *self, const char *method, const char *path, guint status, const char *message);

/**
 * cdd_mock_engine_set_delay:
 * @self: an engine
 * @delay: milliseconds; 0 at first
 *
 * Sets the time between a request and its answer, for the answers that are added from now on. That
 * of a container is #CddMockRun.delay.
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_engine_set_delay(CddMockEngine *self, guint delay);

/**
 * CddMockRequest:
 * @method: the method, e.g. `POST`
 * @path: the path without the API version and without escapes, e.g. `/containers/create`
 * @parameters: (array zero-terminated=1): the `name=value` entries of the query, without escapes
 * @body: the body: JSON, the archive of an upload, or the input of a process that
 *   reads it (#CddMockRun.reads_input). In C, a NUL follows the last byte
 * @was_expected: whether there was an answer to it
 *
 * A request that an engine received.
 *
 * Since: 0.1
 */
typedef struct {
    char *method;
    char *path;
    char **parameters;
    GBytes *body;
    gboolean was_expected;
} CddMockRequest;

#define CDD_TYPE_MOCK_REQUEST (cdd_mock_request_get_type())
CDD_API GType cdd_mock_request_get_type(void);

/**
 * cdd_mock_request_copy:
 * @request: a request
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddMockRequest *cdd_mock_request_copy(const CddMockRequest *request);

/**
 * cdd_mock_request_free:
 * @request: (transfer full) (nullable): a request
 *
 * Since: 0.1
 */
CDD_API void cdd_mock_request_free(CddMockRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddMockRequest, cdd_mock_request_free)

/**
 * cdd_mock_engine_dup_requests:
 * @self: an engine
 * @method: (nullable): only those with this method; %NULL for all
 * @path: (nullable): only those with this path, see cdd_mock_engine_add_answer(); %NULL for all
 *
 * Returns: (transfer container) (element-type CddMockRequest): copies of the requests so far, in
 *   the order in which they came
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_mock_engine_dup_requests(CddMockEngine *self, const char *method, const char *path);

/**
 * cdd_mock_engine_get_max_running:
 * @self: an engine
 *
 * Returns: the largest number of containers that ran at the same time
 *
 * Since: 0.1
 */
CDD_API guint cdd_mock_engine_get_max_running(CddMockEngine *self);

/**
 * cdd_mock_engine_check:
 * @self: an engine
 * @error: return location; %CDD_ERROR_FAILED that names the first request without an answer, or
 *   else what was prepared first and not used
 *
 * Returns: whether each request had an answer, and all that was prepared was used
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_mock_engine_check(CddMockEngine *self, GError **error);

G_END_DECLS
