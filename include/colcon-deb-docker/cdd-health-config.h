/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddHealthConfig:
 * @test: (nullable) (array zero-terminated=1): `CMD` and the arguments of a command; `CMD-SHELL`
 * and a line for the shell; or `NONE` to check nothing; %NULL for the image's test
 * @interval: time between two tests in milliseconds
 * @timeout: time that a test may take in milliseconds
 * @start_period: time after the start in milliseconds in which failed tests do not count
 * @start_interval: time between two tests in @start_period in milliseconds; engines before API 1.44
 *   refuse or ignore it
 * @retries: number of failed tests in a row that make the container unhealthy
 *
 * How an engine checks that the process in a container does its work. 0 means the image's value,
 * or else the engine's default: 30 seconds, 30 seconds, none, 5 seconds, 3 tests.
 *
 * Since: 0.1
 */
typedef struct {
    const char *const *test;
    gint64 interval;
    gint64 timeout;
    gint64 start_period;
    gint64 start_interval;
    guint retries;
    /*< private >*/
    gpointer reserved[4];
} CddHealthConfig;

#define CDD_TYPE_HEALTH_CONFIG (cdd_health_config_get_type())
CDD_API GType cdd_health_config_get_type(void);

/**
 * cdd_health_config_new:
 * @test: (nullable) (array zero-terminated=1): the test
 *
 * For language bindings. Set the members that are not lists afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with cdd_health_config_free()
 *
 * Since: 0.1
 */
CDD_API CddHealthConfig *cdd_health_config_new(const char *const *test);

/**
 * cdd_health_config_copy:
 * @config: how health is checked
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddHealthConfig *cdd_health_config_copy(const CddHealthConfig *config);

/**
 * cdd_health_config_free:
 * @config: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_health_config_free(CddHealthConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddHealthConfig, cdd_health_config_free)

G_END_DECLS
