/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/digest.h"

#include <glib.h>

/*
 * What is below a directory, with what a build is made of (kind, permissions, content) and what
 * tells that it has not changed since (size, times, inode). Its text is a contract with the
 * container: docs/incremental.md.
 */
enum {
    FILE_LIST_MAX_TEXT = 256 * 1024 * 1024, /* bytes */
};

/* Kinds as find(1) prints them. */
typedef enum {
    FILE_REGULAR = 'f',
    FILE_LINK = 'l',
    FILE_DIRECTORY = 'd', /* only one in which nothing is listed: the others follow from paths */
    FILE_PIPE = 'p',
    FILE_SOCKET = 's',
    FILE_CHARACTER_DEVICE = 'c',
    FILE_BLOCK_DEVICE = 'b',
} FileKind;

typedef struct {
    FileKind kind;
    guint mode; /* permission bits; 0 where they mean nothing: all but regular files */
    guint64 size;
    gint64 mtime; /* nanoseconds */
    gint64 ctime;
    guint64 inode;
    char digest[DIGEST_LENGTH + 1]; /* or FILE_DIGEST_NONE, FILE_DIGEST_UNKNOWN */
    const char *path;               /* relative, bytes */
    const char *target;             /* of a link; else NULL */
} FileEntry;

#define FILE_DIGEST_NONE "-"    /* it has no content of its own */
#define FILE_DIGEST_UNKNOWN "?" /* it could not be read */

/* A large workspace has a hundred thousand entries, and is listed before every build: they are kept
 * in few pieces. */
typedef struct {
    gint64 taken;                   /* when its walk began, nanoseconds of the wall clock */
    char digest[DIGEST_LENGTH + 1]; /* of all of it, as file_list_seal() has set it */
    GArray *entries;                /* FileEntry, by the bytes of their paths */
    GStringChunk *strings;          /* theirs, unless they are in the text */
    char *text;                     /* that it was parsed from, or NULL */
} FileList;

FileList *file_list_new(gint64 taken);
void file_list_free(FileList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileList, file_list_free)

FileEntry *file_list_get(const FileList *list, guint index);

/* Adds an entry of that path and digest. The pointer holds until the next one is added. */
FileEntry *file_list_add(FileList *list, FileKind kind, const char *path, const char *digest);

void file_list_sort(FileList *list);

/* NULL if @text is not of the form of file_list_print(), is too large, names a path that leads out
 * of a directory, or is not sorted. Takes @text over, which has a zero behind it. */
FileList *file_list_parse(char *text, gsize length);
char *file_list_print(const FileList *list);

/*
 * Sets the list's digest to what a build of these files depends on: kinds, permissions, contents
 * and names, but no times. It is FILE_DIGEST_UNKNOWN if something could not be read, since then it
 * cannot be told whether that has changed.
 */
void file_list_seal(FileList *list);
