/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddEvent:
 * @type: what it happened to: `container`, `image`, `volume`, `network`, `daemon`…
 * @action: what happened, e.g. `create`, `start`, `die`, `exec_create: ls`
 * @id: which one
 * @attributes: (array zero-terminated=1): `name=value` entries in the order of their names, e.g.
 *   `exitCode=7`, `image=debian`, and the labels of a container
 * @time: when, in nanoseconds since 1970
 *
 * Something that happened on an engine (`GET /events`).
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
 */
CDD_API CddEvent *cdd_event_copy(const CddEvent *event);

/**
 * cdd_event_free:
 * @event: (transfer full) (nullable): an event
 */
CDD_API void cdd_event_free(CddEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddEvent, cdd_event_free)

/**
 * cdd_event_get_attribute:
 * @event: an event
 * @name: the name of an attribute
 *
 * Returns: (nullable): its value, or %NULL
 */
CDD_API const char *cdd_event_get_attribute(const CddEvent *event, const char *name);

/**
 * CddEventFunc:
 * @event: what happened; valid during the call only
 * @user_data: what was given with the function
 *
 * Gets the events in the order in which they happened.
 */
typedef void (*CddEventFunc)(const CddEvent *event, gpointer user_data);

/**
 * CddEventsOptions:
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `type=container`,
 *   `event=die`, `label=a=b`; a value of each name has to match
 * @since: also what has happened since then, in nanoseconds since 1970; 0 for only what is to come
 * @until: ends the events then, in nanoseconds since 1970; 0 for never
 * @max_retries: how often in a row to connect again after a lost connection, a second apart and
 *   then two, four, up to thirty; negative for without end; 0 means a lost connection is an error
 *
 * Which events are wanted. All zero is valid. An engine keeps the last 256 or so: what happened
 * while the connection was lost is made up for as far as that goes.
 */
typedef struct {
    const char *const *filters;
    gint64 since;
    gint64 until;
    int max_retries;
} CddEventsOptions;

#define CDD_TYPE_EVENTS_OPTIONS (cdd_events_options_get_type())
CDD_API GType cdd_events_options_get_type(void);

/**
 * cdd_events_options_new:
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddEventsOptions *cdd_events_options_new(const char *const *filters);

/**
 * cdd_service_watch_events_async:
 * @self: a service
 * @options: (nullable): which; copied
 * @func: (scope notified) (closure func_data) (destroy free_func_data): gets each event once
 * @func_data: passed to @func
 * @free_func_data: (nullable): frees @func_data after the last event
 * @cancellable: (nullable): ends the events, and is how to end them
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reports what happens on an engine (`GET /events`), until #CddEventsOptions.until or until it is
 * cancelled. A connection that breaks is made again where the options say so, and goes on after
 * the last event that came. #CddConfig.operation_timeout does not bound it.
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
 * cdd_service_watch_events_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a filter that the engine does not know,
 *   which old engines ignore, %CDD_ERROR_DAEMON_NOT_ACCESSIBLE when the connection broke for good
 *
 * Ends cdd_service_watch_events_async().
 *
 * Returns: whether the events came to the end that was asked for
 */
CDD_API gboolean cdd_service_watch_events_finish(CddService *self,
                                                 GAsyncResult *result,
                                                 GError **error);

G_END_DECLS
