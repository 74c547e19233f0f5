/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a user who knows colcon should do in place of its option @name (without dashes), as the end
 * of a sentence: "use --jobs". NULL for any other option. */
const char *colcon_option_get_advice(const char *name);
