/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddEvent:
 * @type: the type of the object: `container`, `image`, `volume`, `network`, `daemon`…
 * @action: what happened, e.g. `create`, `start`, `die`, `exec_create: ls`
 * @id: the object's id or name
 * @attributes: (array zero-terminated=1): `name=value` entries, sorted by name, e.g. `exitCode=7`,
 *   `image=debian`, and the labels of a container
 * @time: time of the event, in nanoseconds since 1970, as the engine counts: two events may be
 *   less than a microsecond apart
 *
 * An event on an engine (`GET /events`).
 *
 * Since: 0.1
 */
typedef struct {
    char *type;
    char *action;
    char *id;
    char **attributes;
    gint64 time;
} CddEvent;

#define CDD_TYPE_EVENT (cdd_event_get_type())
CDD_API GType cdd_event_get_type(void);

/**
 * cdd_event_copy:
 * @event: an event
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddEvent *cdd_event_copy(const CddEvent *event);

/**
 * cdd_event_free:
 * @event: (transfer full) (nullable): an event
 *
 * Since: 0.1
 */
CDD_API void cdd_event_free(CddEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddEvent, cdd_event_free)

/**
 * cdd_event_get_attribute:
 * @event: an event
 * @name: the name of an attribute
 *
 * Returns: (nullable): the attribute's value, or %NULL
 *
 * Since: 0.1
 */
CDD_API const char *cdd_event_get_attribute(const CddEvent *event, const char *name);

/**
 * CddEventFunc:
 * @event: the event; valid during the call only
 * @user_data: the data that was registered with the function
 *
 * Receives the events in the order in which they happened.
 *
 * Since: 0.1
 */
typedef void (*CddEventFunc)(const CddEvent *event, gpointer user_data);

/**
 * CddEventHandler:
 *
 * A #CddEventFunc with its data, for language bindings. In C, pass the function itself.
 *
 * Since: 0.1
 */
typedef struct CddEventHandler CddEventHandler;

#define CDD_TYPE_EVENT_HANDLER (cdd_event_handler_get_type())
CDD_API GType cdd_event_handler_get_type(void);

/**
 * cdd_event_handler_new:
 * @func: (scope notified) (closure user_data) (destroy free_user_data): receives each event
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Returns: (transfer full): a handler; release it with cdd_event_handler_unref()
 *
 * Since: 0.1
 */
CDD_API CddEventHandler *
cdd_event_handler_new(CddEventFunc func, gpointer user_data, GDestroyNotify free_user_data);

/**
 * cdd_event_handler_ref:
 * @self: a handler
 *
 * Returns: (transfer full): a new reference to the handler
 *
 * Since: 0.1
 */
CDD_API CddEventHandler *cdd_event_handler_ref(CddEventHandler *self);

/**
 * cdd_event_handler_unref:
 * @self: (transfer full): a handler
 *
 * Drops a reference. The last one frees the handler and its data.
 *
 * Since: 0.1
 */
CDD_API void cdd_event_handler_unref(CddEventHandler *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddEventHandler, cdd_event_handler_unref)

/**
 * CddEventsOptions:
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `type=container`,
 *   `event=die`, `label=a=b`; for each name, one of its values must match
 * @since: include past events from this time on, in nanoseconds since 1970 like #CddEvent.time; 0
 *   for new events only
 * @until: end at this time, in nanoseconds since 1970 like #CddEvent.time; 0 for never
 * @max_retries: how often in a row to reconnect after a lost connection, after 1 s, 2 s, 4 s, up to
 *   30 s; negative for no limit; 0 makes a lost connection an error
 *
 * Selects events. All zero is valid. An engine keeps about 256 past events; after reconnecting,
 * events missed meanwhile are reported if the engine still has them.
 *
 * Since: 0.1
 */
typedef struct {
    const char *const *filters;
    gint64 since;
    gint64 until;
    int max_retries;
    /*< private >*/
    gpointer reserved[8];
} CddEventsOptions;

#define CDD_TYPE_EVENTS_OPTIONS (cdd_events_options_get_type())
CDD_API GType cdd_events_options_get_type(void);

/**
 * cdd_events_options_new:
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_events_options_free()
 *
 * Since: 0.1
 */
CDD_API CddEventsOptions *cdd_events_options_new(const char *const *filters);

/**
 * cdd_events_options_copy:
 * @options: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddEventsOptions *cdd_events_options_copy(const CddEventsOptions *options);

/**
 * cdd_events_options_free:
 * @options: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_events_options_free(CddEventsOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddEventsOptions, cdd_events_options_free)

/**
 * cdd_service_watch_events_async:
 * @self: a service
 * @options: (nullable): the events to report; copied
 * @func: (scope notified) (closure func_data) (destroy free_func_data): receives each event once
 * @func_data: passed to @func
 * @free_func_data: (nullable): frees @func_data after the last event
 * @cancellable: (nullable): ends the events; the only way to end them before
 *   #CddEventsOptions.until
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reports the events of an engine (`GET /events`) until #CddEventsOptions.until or until the call
 * is cancelled. After a lost connection it reconnects up to #CddEventsOptions.max_retries times and
 * continues after the last event. #CddConfig.operation_timeout has no effect.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_watch_events_async(CddService *self,
                                            const CddEventsOptions *options,
                                            CddEventFunc func,
                                            gpointer func_data,
                                            GDestroyNotify free_func_data,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_watch_events_with_handler_async: (rename-to cdd_service_watch_events_async)
 * @self: a service
 * @options: (nullable): the events to report; copied
 * @handler: receives each event once
 * @cancellable: (nullable): ends the events; the only way to end them before
 *   #CddEventsOptions.until
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Like cdd_service_watch_events_async(), for language bindings: there, it has that name and takes a
 * handler. cdd_service_watch_events_finish() finishes it.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_watch_events_with_handler_async(CddService *self,
                                                         const CddEventsOptions *options,
                                                         CddEventHandler *handler,
                                                         GCancellable *cancellable,
                                                         GAsyncReadyCallback callback,
                                                         gpointer user_data);

/**
 * cdd_service_watch_events_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, which old engines ignore;
 *   %CDD_ERROR_DAEMON_NOT_ACCESSIBLE if the connection was lost for good
 *
 * Finishes cdd_service_watch_events_async().
 *
 * Returns: whether the events were reported until #CddEventsOptions.until
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_watch_events_finish(CddService *self,
                                                 GAsyncResult *result,
                                                 GError **error);

G_END_DECLS
