/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "image-view.h"

/* Tells the pull or the build of an image in the events of a run, as a stage of its name that
 * begins with the first report. */
ImageView *image_view_events_new(void (*on_event)(const CddBuildEvent *event, gpointer user_data),
                                 gpointer user_data);
