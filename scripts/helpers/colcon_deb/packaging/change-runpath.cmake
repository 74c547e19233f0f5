# SPDX-License-Identifier: Apache-2.0
# Change the RPATH or RUNPATH of a file: -DFILE=PATH -DOLD=TEXT -DNEW=TEXT; without a new text it is removed.
if(NEW STREQUAL "")
  file(RPATH_REMOVE FILE "${FILE}")
else()
  file(RPATH_CHANGE FILE "${FILE}" OLD_RPATH "${OLD}" NEW_RPATH "${NEW}")
endif()
