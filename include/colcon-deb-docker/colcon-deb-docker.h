/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/**
 * SECTION:colcon-deb-docker
 *
 * An asynchronous client of the Docker Engine API for C. Start with `cdd-service.h`.
 *
 * Since: 0.1
 */
#include <colcon-deb-docker/cdd-architecture.h>
#include <colcon-deb-docker/cdd-archive.h>
#include <colcon-deb-docker/cdd-attachment.h>
#include <colcon-deb-docker/cdd-build-context.h>
#include <colcon-deb-docker/cdd-build-event.h>
#include <colcon-deb-docker/cdd-build-spec.h>
#include <colcon-deb-docker/cdd-container-changes.h>
#include <colcon-deb-docker/cdd-container-info.h>
#include <colcon-deb-docker/cdd-container-logs.h>
#include <colcon-deb-docker/cdd-container-network.h>
#include <colcon-deb-docker/cdd-container-pool.h>
#include <colcon-deb-docker/cdd-container-spec-setters.h>
#include <colcon-deb-docker/cdd-container-spec.h>
#include <colcon-deb-docker/cdd-container-stats.h>
#include <colcon-deb-docker/cdd-container.h>
#include <colcon-deb-docker/cdd-context-report.h>
#include <colcon-deb-docker/cdd-credentials.h>
#include <colcon-deb-docker/cdd-docker-client.h>
#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-events.h>
#include <colcon-deb-docker/cdd-exec.h>
#include <colcon-deb-docker/cdd-health-config.h>
#include <colcon-deb-docker/cdd-ignore.h>
#include <colcon-deb-docker/cdd-image-build.h>
#include <colcon-deb-docker/cdd-image-cache.h>
#include <colcon-deb-docker/cdd-image-reference.h>
#include <colcon-deb-docker/cdd-image.h>
#include <colcon-deb-docker/cdd-macros.h>
#include <colcon-deb-docker/cdd-mock-engine.h>
#include <colcon-deb-docker/cdd-network.h>
#include <colcon-deb-docker/cdd-output.h>
#include <colcon-deb-docker/cdd-registry.h>
#include <colcon-deb-docker/cdd-request.h>
#include <colcon-deb-docker/cdd-resources.h>
#include <colcon-deb-docker/cdd-run.h>
#include <colcon-deb-docker/cdd-service.h>
#include <colcon-deb-docker/cdd-sync.h>
#include <colcon-deb-docker/cdd-system.h>
#include <colcon-deb-docker/cdd-version.h>
#include <colcon-deb-docker/cdd-volume.h>
