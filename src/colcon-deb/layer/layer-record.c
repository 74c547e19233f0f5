/* SPDX-License-Identifier: Apache-2.0 */
#include "layer-record.h"

#include "../base/program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEY_LENGTH = 64,
    MAX_LENGTH = 1024,
    FILE_MODE = 0644,
    DIRECTORY_MODE = 0755,
};

static const char directory_name[] = ".colcon-deb";
static const char file_name[] = "layer.json";
static const char temporary_name[] = ".layer.json.tmp";

gboolean
layer_is_key(const char *text)
{
    return text != NULL && strlen(text) == KEY_LENGTH &&
           strspn(text, "0123456789abcdef") == KEY_LENGTH;
}

/* Only the output directory itself may be reached by a link: that is the user's choice, and what is
 * in it the build's. */
static int
open_directory(const char *output_dir)
{
    int output = open(output_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int directory = -1;

    if (output < 0)
        return -1;
    directory = openat(output, directory_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(output);
    return directory;
}

static char *
parse_key(const char *text, gssize length)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonNode *root = NULL;
    JsonNode *key = NULL;

    if (!json_parser_load_from_data(parser, text, length, NULL))
        return NULL;
    root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
        return NULL;
    key = json_object_get_member(json_node_get_object(root), "key");
    if (key == NULL || !JSON_NODE_HOLDS_VALUE(key) || !layer_is_key(json_node_get_string(key)))
        return NULL;
    return json_node_dup_string(key);
}

char *
layer_record_read(const char *output_dir)
{
    char text[MAX_LENGTH];
    int directory = open_directory(output_dir);
    int fd = -1;
    ssize_t length = -1;

    if (directory < 0)
        return NULL;
    fd = openat(directory, file_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(directory);
    if (fd < 0)
        return NULL;
    length = read(fd, text, sizeof text);
    close(fd);
    return length > 0 ? parse_key(text, length) : NULL;
}

static int
make_directory(const char *output_dir, const Owner *owner, GError **error)
{
    int output = open(output_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int directory = -1;
    gboolean made = FALSE;

    if (output < 0)
        return -1;
    made = mkdirat(output, directory_name, DIRECTORY_MODE) == 0;
    if (made || errno == EEXIST)
        directory = openat(output, directory_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(output);
    if (made && directory >= 0 && !owner_give(owner, directory, directory_name, error)) {
        close(directory);
        return -1;
    }
    return directory;
}

/* The file gets its name when it is whole. */
static gboolean
write_file(int directory, const Owner *owner, const char *text)
{
    int fd = -1;
    gboolean written = FALSE;

    unlinkat(directory, temporary_name, 0);
    fd = openat(directory, temporary_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                FILE_MODE);
    if (fd < 0)
        return FALSE;
    written = owner_give(owner, fd, file_name, NULL) &&
              write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    return close(fd) == 0 && written &&
           renameat(directory, temporary_name, directory, file_name) == 0;
}

gboolean
layer_record_write(const char *output_dir, const Owner *owner, const char *key, GError **error)
{
    int directory = make_directory(output_dir, owner, error);
    g_autofree char *text = g_strdup_printf("{\"version\": 1, \"key\": \"%s\"}\n", key);
    gboolean done = FALSE;

    if (directory >= 0) {
        done = key != NULL ? write_file(directory, owner, text)
                           : unlinkat(directory, file_name, 0) == 0 || errno == ENOENT;
        close(directory);
    }
    if (!done && (error == NULL || *error == NULL))
        program_error_errno(error, errno, "writing %s/%s/%s", output_dir, directory_name,
                            file_name);
    return done;
}
