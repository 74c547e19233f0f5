/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "image-view.h"

/* Turns the pull or build of an image into events of a run: the stage "image", which begins with
 * the first report. */
ImageView *image_view_events_new(void (*on_event)(const CddBuildEvent *event, gpointer user_data),
                                 gpointer user_data);
