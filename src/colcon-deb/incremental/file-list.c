/* SPDX-License-Identifier: Apache-2.0 */
#include "file-list.h"

#include <string.h>

static const char header[] = "colcon-deb-sources 1 ";
static const char arrow[] = " -> ";

enum {
    STRINGS_BLOCK = 64 * 1024 /* bytes */
};

FileList *
file_list_new(gint64 taken)
{
    FileList *list = g_new0(FileList, 1);

    list->taken = taken;
    list->entries = g_array_new(FALSE, TRUE, sizeof(FileEntry));
    list->strings = g_string_chunk_new(STRINGS_BLOCK);
    return list;
}

void
file_list_free(FileList *list)
{
    if (list == NULL)
        return;
    g_array_unref(list->entries);
    g_string_chunk_free(list->strings);
    g_free(list->text);
    g_free(list);
}

FileEntry *
file_list_get(const FileList *list, guint index)
{
    return &g_array_index(list->entries, FileEntry, index);
}

FileEntry *
file_list_add(FileList *list, FileKind kind, const char *path, const char *digest)
{
    FileEntry entry = {.kind = kind, .path = g_string_chunk_insert(list->strings, path)};

    g_strlcpy(entry.digest, digest, sizeof entry.digest);
    g_array_append_val(list->entries, entry);
    return file_list_get(list, list->entries->len - 1);
}

static int
compare_entries(gconstpointer a, gconstpointer b)
{
    return strcmp(((const FileEntry *)a)->path, ((const FileEntry *)b)->path);
}

void
file_list_sort(FileList *list)
{
    g_array_sort(list->entries, compare_entries);
}

void
file_list_append_path(GString *out, const char *path)
{
    for (const char *p = path; *p != '\0'; p++) {
        if (g_ascii_isgraph(*p) && *p != '%')
            g_string_append_c(out, *p);
        else
            g_string_append_printf(out, "%%%02X", (guchar)*p);
    }
}

static void
append_entry(GString *out, const FileEntry *entry)
{
    g_string_append_printf(out,
                           "%c %04o %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                           " %" G_GUINT64_FORMAT " %s ",
                           (char)entry->kind, entry->mode, entry->size, entry->mtime, entry->ctime,
                           entry->inode, entry->digest);
    file_list_append_path(out, entry->path);
    if (entry->target != NULL) {
        g_string_append(out, arrow);
        file_list_append_path(out, entry->target);
    }
    g_string_append_c(out, '\n');
}

char *
file_list_print(const FileList *list)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s%" G_GINT64_FORMAT " %s\n", header, list->taken, list->digest);
    for (guint i = 0; i < list->entries->len; i++)
        append_entry(out, file_list_get(list, i));
    return g_string_free(out, FALSE);
}

static gboolean
parse_unsigned(const char *text, guint base, guint64 max, guint64 *value)
{
    return g_ascii_string_to_unsigned(text, base, 0, max, value, NULL);
}

/* Files can be older than 1970. */
static gboolean
parse_time(const char *text, gint64 *value)
{
    return g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, value, NULL);
}

/* In place: the text only becomes shorter. */
static gboolean
decode(char *text)
{
    char *out = text;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p != '%') {
            *out++ = *p;
        } else if (g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
            *out++ = (char)(g_ascii_xdigit_value(p[1]) << 4 | g_ascii_xdigit_value(p[2]));
            p += 2;
        } else {
            return FALSE;
        }
        if (out[-1] == '\0')
            return FALSE;
    }
    *out = '\0';
    return TRUE;
}

/* Whether @path is relative and stays in the directory. */
static gboolean
is_path(const char *path)
{
    for (const char *part = path;; part++) {
        size_t length = strcspn(part, "/");

        if (length == 0 || (length == 1 && part[0] == '.') ||
            (length == 2 && part[0] == '.' && part[1] == '.'))
            return FALSE;
        part += length;
        if (*part == '\0')
            return TRUE;
    }
}

static gboolean
parse_digest(char digest[DIGEST_LENGTH + 1], const char *text)
{
    if (!digest_is_valid(text) && !g_str_equal(text, FILE_DIGEST_NONE) &&
        !g_str_equal(text, FILE_DIGEST_UNKNOWN))
        return FALSE;
    g_strlcpy(digest, text, DIGEST_LENGTH + 1);
    return TRUE;
}

static gboolean
parse_name(FileEntry *entry, char *text)
{
    char *end = strstr(text, arrow);

    if ((end != NULL) != (entry->kind == FILE_LINK))
        return FALSE;
    if (end != NULL) {
        *end = '\0';
        if (!decode(end + strlen(arrow)))
            return FALSE;
        entry->target = end + strlen(arrow);
    }
    entry->path = text;
    return decode(text) && is_path(text);
}

/* Returns the field at *@rest and moves *@rest behind it; empty at the end. */
static const char *
next_field(char **rest)
{
    char *field = *rest;
    char *end = field + strcspn(field, " ");

    *rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return field;
}

static gboolean
parse_kind(FileEntry *entry, const char *text)
{
    if (*text == '\0' || text[1] != '\0' || strchr("fldpscb", *text) == NULL)
        return FALSE;
    entry->kind = (FileKind)*text;
    return TRUE;
}

static gboolean
parse_mode(FileEntry *entry, const char *text)
{
    guint64 mode = 0;

    if (!parse_unsigned(text, 8, 07777, &mode))
        return FALSE;
    entry->mode = (guint)mode;
    return TRUE;
}

/* Cuts @line into its fields. */
static gboolean
parse_entry(FileEntry *entry, char *line)
{
    return parse_kind(entry, next_field(&line)) && parse_mode(entry, next_field(&line)) &&
           parse_unsigned(next_field(&line), 10, G_MAXUINT64, &entry->size) &&
           parse_time(next_field(&line), &entry->mtime) &&
           parse_time(next_field(&line), &entry->ctime) &&
           parse_unsigned(next_field(&line), 10, G_MAXUINT64, &entry->inode) &&
           parse_digest(entry->digest, next_field(&line)) && parse_name(entry, line);
}

/* Returns the line at *@rest and moves *@rest behind it; NULL at the end, and for an unfinished
 * line. */
static char *
next_line(char **rest)
{
    char *line = *rest;
    char *end = strchr(line, '\n');

    if (end == NULL)
        return NULL;
    *end = '\0';
    *rest = end + 1;
    return line;
}

static gboolean
append_parsed(FileList *list, char *line)
{
    FileEntry entry = {0};

    if (!parse_entry(&entry, line))
        return FALSE;
    if (list->entries->len > 0 &&
        strcmp(file_list_get(list, list->entries->len - 1)->path, entry.path) >= 0)
        return FALSE;
    g_array_append_val(list->entries, entry);
    return TRUE;
}

static gboolean
parse_header(FileList *list, char *line)
{
    if (line == NULL || !g_str_has_prefix(line, header))
        return FALSE;
    line += strlen(header);
    return parse_time(next_field(&line), &list->taken) && parse_digest(list->digest, line);
}

FileList *
file_list_parse(char *text, gsize length)
{
    g_autoptr(FileList) list = file_list_new(0);
    char *rest = text;
    char *line = NULL;

    list->text = text;
    if (length > FILE_LIST_MAX_TEXT || strlen(text) != length ||
        !parse_header(list, next_line(&rest)))
        return NULL;
    while ((line = next_line(&rest)) != NULL)
        if (!append_parsed(list, line))
            return NULL;
    return *rest == '\0' ? g_steal_pointer(&list) : NULL;
}

void
file_list_seal(FileList *list)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gboolean known = TRUE;

    for (guint i = 0; i < list->entries->len; i++) {
        const FileEntry *entry = file_list_get(list, i);
        char attributes[16];

        g_snprintf(attributes, sizeof attributes, "%c%04o", (char)entry->kind, entry->mode);
        digest_add_framed(checksum, attributes);
        digest_add_framed(checksum, entry->digest);
        digest_add_framed(checksum, entry->path);
        known = known && !g_str_equal(entry->digest, FILE_DIGEST_UNKNOWN);
    }
    g_strlcpy(list->digest, known ? g_checksum_get_string(checksum) : FILE_DIGEST_UNKNOWN,
              sizeof list->digest);
}
