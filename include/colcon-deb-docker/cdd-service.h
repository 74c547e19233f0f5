/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-spec.h>
#include <colcon-deb-docker/cdd-output.h>

G_BEGIN_DECLS

/**
 * CddConfig:
 * @socket_path: (nullable): path of the engine's unix socket; a relative path begins at the current
 *   directory; %NULL for @host
 * @host: (nullable): the engine's address: `unix:///path`, `tcp://host:port[/path]` or
 *   `ssh://[user@]host[:port][/path]`, see below; %NULL for the environment's setting
 * @context: (nullable): the name of a Docker context; not together with @socket_path or @host
 * @cert_path: (nullable): a directory with `ca.pem`, `cert.pem` and `key.pem`; a `tcp` address then
 *   uses verified TLS; a relative path begins at the current directory; %NULL for
 *   `DOCKER_CERT_PATH`
 * @connect_timeout: milliseconds for opening a connection; 0 means 10 s. Over ssh, @header_timeout
 *   applies instead, because a login may ask a person.
 * @header_timeout: milliseconds from the last byte of a request to the head of its answer; 0 means
 *   60 s. It does not apply to waiting for a container's exit.
 * @idle_timeout: milliseconds without a byte inside an answer; 0 means no limit. It does not apply
 *   to the output of a container.
 * @operation_timeout: milliseconds for one asynchronous operation, from its start to its callback;
 *   0 means no limit. It does not apply to operations without an end of their own: reading the
 *   streams of a container, following logs, statistics and events.
 * @max_concurrent_pulls: maximum number of pulls at a time, others wait; 0 means 3
 *
 * How to reach an engine. All zero is valid and works like Docker's client: it uses `DOCKER_HOST`,
 * else the context `DOCKER_CONTEXT`, else the context set by `docker context use`, else the default
 * socket. `DOCKER_TLS_VERIFY` and `DOCKER_TLS` enable TLS for a `tcp` address. `DOCKER_CONFIG` is
 * the directory of the contexts. Strings are borrowed during cdd_service_new() only.
 *
 * An address is read as Docker's command line reads it. Spaces around it do not count. An address
 * that begins with `/` or `./` is the path of a unix socket; another one without a scheme is `tcp`.
 * A `tcp` address without a host means `localhost`, one without a port means port 2375, also with
 * TLS. Its path stands before the path of each request. A relative path of a socket begins at the
 * current directory. An empty address and `unix://` mean the default socket. If TLS is enabled by
 * the environment and nothing names an address, it is `tcp://localhost:2376`.
 *
 * These addresses are refused though Docker takes them: `tcp` with a user or password, because it
 * would not be sent; a query, a fragment, port 0 and a port above 65535, because they lead nowhere;
 * `npipe` and `fd`, because they do not exist here.
 *
 * Since: 0.1
 */
typedef struct {
    const char *socket_path;
    const char *host;
    const char *context;
    const char *cert_path;
    guint connect_timeout;
    guint header_timeout;
    guint idle_timeout;
    guint operation_timeout;
    guint max_concurrent_pulls;
    /*< private >*/
    gpointer reserved[8];
} CddConfig;

#define CDD_TYPE_CONFIG (cdd_config_get_type())
CDD_API GType cdd_config_get_type(void);

/**
 * cdd_config_new:
 * @host: (nullable): #CddConfig.host
 * @context: (nullable): #CddConfig.context
 * @cert_path: (nullable): #CddConfig.cert_path
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_config_free()
 *
 * Since: 0.1
 */
CDD_API CddConfig *cdd_config_new(const char *host, const char *context, const char *cert_path);

/**
 * cdd_config_copy:
 * @config: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddConfig *cdd_config_copy(const CddConfig *config);

/**
 * cdd_config_free:
 * @config: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_config_free(CddConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddConfig, cdd_config_free)

/**
 * CddService:
 *
 * A container engine that speaks the Docker Engine API. It keeps idle connections for reuse and
 * negotiates the API version at the first request. Over ssh, its connections share one login, which
 * ends with the service and its streams. Use a service from one thread. All callbacks are
 * called in that thread's default main context. For blocking calls see `cdd-sync.h`.
 *
 * Since: 0.1
 */
#define CDD_TYPE_SERVICE (cdd_service_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddService, cdd_service, CDD, SERVICE, GObject)

/**
 * cdd_service_new:
 * @config: (nullable): how to reach the engine
 * @error: return location
 *
 * Makes a service without connecting. If no engine answers, the first operation fails.
 *
 * Returns: (transfer full): a service, or %NULL with %CDD_ERROR_INVALID_SPEC for an invalid address
 *
 * Since: 0.1
 */
CDD_API CddService *cdd_service_new(const CddConfig *config, GError **error);

/**
 * cdd_service_get_address:
 * @self: a service
 *
 * Returns: (transfer none): the engine's address, e.g. `unix:///var/run/docker.sock`
 *
 * Since: 0.1
 */
CDD_API const char *cdd_service_get_address(CddService *self);

/**
 * cdd_service_get_address_origin:
 * @self: a service
 *
 * Returns: (transfer none) (nullable): what named the engine's address, for messages:
 *   `DOCKER_HOST`; `context NAME`; `engine address` for #CddConfig.host, and `engine socket` for
 *   #CddConfig.socket_path. %NULL if nothing did: the address is then that of a local Docker
 *
 * Since: 0.1
 */
CDD_API const char *cdd_service_get_address_origin(CddService *self);

/**
 * cdd_service_is_local:
 * @self: a service
 *
 * Returns: whether the engine is reached by a unix socket of this machine and so can mount its
 *   directories
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_is_local(CddService *self);

/**
 * CddEngineInfo:
 * @name: `Docker` or `Podman`
 * @version: the engine's version
 * @api_version: the negotiated API version
 * @architecture: the architecture of the engine's machine, as images name it, e.g. `amd64`
 * @root_dir: (nullable): the directory of images and containers on the engine's machine
 * @rootless: whether the engine runs without root's rights; root in a container is then the
 *   engine's user
 * @system_time: the engine's clock when it was asked, in microseconds since 1970; 0 if it does not
 *   say. Ages of objects are measured by this clock
 *
 * Describes an engine and its machine.
 *
 * Since: 0.1
 */
typedef struct {
    char *name;
    char *version;
    char *api_version;
    char *architecture;
    char *root_dir;
    gboolean rootless;
    gint64 system_time;
} CddEngineInfo;

#define CDD_TYPE_ENGINE_INFO (cdd_engine_info_get_type())
CDD_API GType cdd_engine_info_get_type(void);

/**
 * cdd_engine_info_copy:
 * @info: a description of an engine
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddEngineInfo *cdd_engine_info_copy(const CddEngineInfo *info);

/**
 * cdd_engine_info_free:
 * @info: (transfer full) (nullable): a description of an engine
 *
 * Since: 0.1
 */
CDD_API void cdd_engine_info_free(CddEngineInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddEngineInfo, cdd_engine_info_free)

/**
 * cdd_service_get_engine_info_async:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the description of the engine (`GET /version`, `GET /info`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_get_engine_info_async(CddService *self,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_get_engine_info_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_DAEMON_NOT_ACCESSIBLE, %CDD_ERROR_INCOMPATIBLE…
 *
 * Finishes cdd_service_get_engine_info_async().
 *
 * Returns: (transfer full): the engine's description, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddEngineInfo *
cdd_service_get_engine_info_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS
