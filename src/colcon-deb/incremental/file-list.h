/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/digest.h"

#include <glib.h>

/*
 * The files below a directory, with what a build depends on (kind, permissions, content) and what
 * shows that they have not changed (size, times, inode). The container reads the text of a list:
 * docs/incremental.md.
 */
enum {
    FILE_LIST_MAX_TEXT = 256 * 1024 * 1024, /* bytes */
};

/* Kinds as find(1) prints them. */
typedef enum {
    FILE_REGULAR = 'f',
    FILE_LINK = 'l',
    FILE_DIRECTORY = 'd', /* only a directory without listed files; the others follow from paths */
    FILE_PIPE = 'p',
    FILE_SOCKET = 's',
    FILE_CHARACTER_DEVICE = 'c',
    FILE_BLOCK_DEVICE = 'b',
} FileKind;

typedef struct {
    FileKind kind;
    guint mode; /* permission bits of a regular file; else 0 */
    guint64 size;
    gint64 mtime; /* nanoseconds */
    gint64 ctime;
    guint64 inode;
    char digest[DIGEST_LENGTH + 1]; /* or FILE_DIGEST_NONE, FILE_DIGEST_UNKNOWN */
    const char *path;               /* relative, bytes */
    const char *target;             /* of a link; else NULL */
} FileEntry;

#define FILE_DIGEST_NONE "-"    /* not a file with content */
#define FILE_DIGEST_UNKNOWN "?" /* it could not be read */

/* A large workspace has a hundred thousand entries and is listed before every build: few
 * allocations hold them. */
typedef struct {
    gint64 taken;                   /* when its walk began, nanoseconds of the wall clock */
    char digest[DIGEST_LENGTH + 1]; /* of the whole list, set by file_list_seal() */
    GArray *entries;                /* FileEntry, by the bytes of their paths */
    GStringChunk *strings;          /* of the entries, unless they are in the text */
    char *text;                     /* the text that was parsed, or NULL */
} FileList;

FileList *file_list_new(gint64 taken);
void file_list_free(FileList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileList, file_list_free)

FileEntry *file_list_get(const FileList *list, guint index);

/* Adds an entry. The pointer is valid until the next entry is added. */
FileEntry *file_list_add(FileList *list, FileKind kind, const char *path, const char *digest);

void file_list_sort(FileList *list);

/* Reads what file_list_print() has written. NULL if @text has another form, is too large, has a
 * path that leads out of the directory, or is not sorted. Consumes @text, which a zero byte must
 * follow. */
FileList *file_list_parse(char *text, gsize length);
/* Appends a path as lists have it: spaces, which end fields, line ends, and bytes that are not
 * ASCII are escaped, since a name can be in any character set. */
void file_list_append_path(GString *out, const char *path);

char *file_list_print(const FileList *list);

/*
 * Sets the list's digest, of kinds, permissions, contents and names, but not of times. It is
 * FILE_DIGEST_UNKNOWN if a file could not be read, since that file may have changed.
 */
void file_list_seal(FileList *list);
