/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* Adds the options and the host that every ssh to the machine of an address gets, up to the host.
 */
void cdd_ssh_add_destination(GStrvBuilder *arguments, const CddAddress *address);
