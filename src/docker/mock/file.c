/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include "../wire/json.h"

#include <string.h>

enum {
    BLOCK = 512,
    MODE = 0644,
};

/* The head of an entry of a tar archive (POSIX ustar). Numbers are octal. */
typedef struct {
    char name[100];
    char mode[8];
    char uid[8];
    char gid[8];
    char size[12];
    char mtime[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6];
    char version[2];
    char rest[BLOCK - 265];
} Head;

G_STATIC_ASSERT(sizeof(Head) == BLOCK);

static void
fill(Head *head, const char *name, gsize size)
{
    guint sum = 0;

    memset(head, 0, sizeof *head);
    g_strlcpy(head->name, name, sizeof head->name);
    g_snprintf(head->mode, sizeof head->mode, "%07o", MODE);
    g_snprintf(head->uid, sizeof head->uid, "%07o", 0);
    g_snprintf(head->gid, sizeof head->gid, "%07o", 0);
    g_snprintf(head->size, sizeof head->size, "%011" G_GSIZE_MODIFIER "o", size);
    g_snprintf(head->mtime, sizeof head->mtime, "%011o", 0);
    head->type = '0';
    memcpy(head->magic, "ustar", sizeof head->magic);
    memcpy(head->version, "00", sizeof head->version);
    /* The sum is that with blanks in its own place. */
    memset(head->checksum, ' ', sizeof head->checksum);
    for (gsize i = 0; i < sizeof *head; i++)
        sum += ((const guint8 *)head)[i];
    g_snprintf(head->checksum, sizeof head->checksum, "%06o", sum);
}

GBytes *
cdd_mock_file_to_archive(const char *name, GBytes *contents)
{
    static const guint8 zeros[2 * BLOCK];
    GByteArray *archive = g_byte_array_new();
    gsize size;
    gconstpointer data = g_bytes_get_data(contents, &size);
    Head head;

    fill(&head, name, size);
    g_byte_array_append(archive, (const guint8 *)&head, sizeof head);
    g_byte_array_append(archive, data, (guint)size);
    g_byte_array_append(archive, zeros, (BLOCK - archive->len % BLOCK) % BLOCK);
    /* Two empty blocks end an archive. */
    g_byte_array_append(archive, zeros, sizeof zeros);
    return g_byte_array_free_to_bytes(archive);
}

char *
cdd_mock_file_to_stat(const char *name, GBytes *contents)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();
    g_autofree char *text = NULL;

    json_node_take_object(node, object);
    json_object_set_string_member(object, "name", name);
    json_object_set_int_member(object, "size", (gint64)g_bytes_get_size(contents));
    json_object_set_int_member(object, "mode", MODE);
    json_object_set_string_member(object, "mtime", "1970-01-01T00:00:00Z");
    text = cdd_json_to_text(node);
    return g_base64_encode((const guchar *)text, strlen(text));
}
