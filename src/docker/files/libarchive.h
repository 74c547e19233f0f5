/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <glib.h>

/*
 * libarchive depends on a dozen libraries, some with large tables. Linking them would take three
 * quarters of a program's time to run a container, and a third of its memory. So the functions
 * below load it when the first archive is packed or unpacked.
 */
#define CDD_LIBARCHIVE_FUNCTIONS(DO)                                                               \
    DO(entry_clear)                                                                                \
    DO(entry_filetype)                                                                             \
    DO(entry_free)                                                                                 \
    DO(entry_hardlink)                                                                             \
    DO(entry_new)                                                                                  \
    DO(entry_pathname)                                                                             \
    DO(entry_perm)                                                                                 \
    DO(entry_set_filetype)                                                                         \
    DO(entry_set_gid)                                                                              \
    DO(entry_set_hardlink)                                                                         \
    DO(entry_set_mtime)                                                                            \
    DO(entry_set_pathname)                                                                         \
    DO(entry_set_perm)                                                                             \
    DO(entry_set_size)                                                                             \
    DO(entry_set_symlink)                                                                          \
    DO(entry_set_uid)                                                                              \
    DO(entry_size)                                                                                 \
    DO(entry_sparse_add_entry)                                                                     \
    DO(error_string)                                                                               \
    DO(read_data_block)                                                                            \
    DO(read_free)                                                                                  \
    DO(read_new)                                                                                   \
    DO(read_next_header)                                                                           \
    DO(read_open)                                                                                  \
    DO(read_set_option)                                                                            \
    DO(read_support_format_tar)                                                                    \
    DO(set_error)                                                                                  \
    DO(write_add_filter_gzip)                                                                      \
    DO(write_add_filter_zstd)                                                                      \
    DO(write_close)                                                                                \
    DO(write_data)                                                                                 \
    DO(write_data_block)                                                                           \
    DO(write_disk_new)                                                                             \
    DO(write_disk_set_options)                                                                     \
    DO(write_fail)                                                                                 \
    DO(write_finish_entry)                                                                         \
    DO(write_free)                                                                                 \
    DO(write_header)                                                                               \
    DO(write_new)                                                                                  \
    DO(write_open2)                                                                                \
    DO(write_set_bytes_in_last_block)                                                              \
    DO(write_set_bytes_per_block)                                                                  \
    DO(write_set_filter_option)                                                                    \
    DO(write_set_format_option)                                                                    \
    DO(write_set_format_pax)                                                                       \
    DO(write_set_format_pax_restricted)

#define CDD_LIBARCHIVE_MEMBER(name) __typeof__(archive_##name) *name;

/* Each member is the function of libarchive with that name, without its prefix. */
typedef struct {
    CDD_LIBARCHIVE_FUNCTIONS(CDD_LIBARCHIVE_MEMBER)
} CddLibarchive;

/*
 * Loads libarchive, from any thread; it stays loaded. Returns NULL with an error if it is not
 * installed or not compatible.
 */
const CddLibarchive *cdd_libarchive_get(GError **error);
