/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"

/* The image on an engine. Each function waits for the engine and serves the main context
 * meanwhile. */

/* Chooses the image: the named one, the one that is built from a Dockerfile, or the builder image
 * of the distribution. With a platform, call engine_get_info() before. */
gboolean engine_choose_image(Engine *engine, const Config *config, GError **error);

/* Whether the engine's machine can run the platform that the configuration asks for, if it does:
 * to be known before an image is pulled for it. Asks for the engine's information. */
gboolean engine_check_platform(Engine *engine,
                               const Config *config,
                               GCancellable *cancellable,
                               GError **error);

/* Inspects the image, without a pull, compares it with the platform that is asked for
 * (CDD_ERROR_INCOMPATIBLE), and sets the ROS distribution. */
gboolean engine_look_up_image(Engine *engine,
                              const Config *config,
                              GCancellable *cancellable,
                              GError **error);

/* Adds what to do to the error of a missing image, or of one for another platform; leaves other
 * errors as they are. */
void engine_explain_image(const Engine *engine, const Config *config, GError **error);

/* Whether the image may have to be pulled. A builder image that the user did not name is made on
 * this machine and is in no registry. */
gboolean engine_may_pull(const Config *config);

/* Inspects, builds or pulls the image, as the configuration says. @handler gets the progress; for a
 * pull, a first report before the registry has answered. */
gboolean engine_get_image(Engine *engine,
                          const Config *config,
                          const CddOutputHandler *handler,
                          GCancellable *cancellable,
                          GError **error);

/* What a user should know of an emulated image (char *); empty for a native one. */
GPtrArray *engine_warn_of_emulation(const CddArchitectureInfo *info);

/* Whether the engine's machine can run the image. @warnings: those of
 * engine_warn_of_emulation(). */
gboolean engine_check_architecture(const Engine *engine,
                                   GPtrArray **warnings,
                                   GCancellable *cancellable,
                                   GError **error);

/* The ROS_DISTRO of the image; NULL if it has none. */
const char *engine_get_image_distro(const Engine *engine);
