/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lower bound: the same requests as bytes on the engine's unix socket, with blocking calls,
 * without a library and without the checks of a real client. It measures the engine's own time and
 * the time to move the bytes. Do not use it as an example: it trusts every answer.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define API "/v1.41"

typedef struct {
    int fd;
    size_t start;
    size_t end;
    char data[64 * 1024];
} Connection;

typedef struct {
    int status;
    bool chunked;
    size_t length;
} Head;

static void
die(const char *what)
{
    perror(what);
    exit(125);
}

static void
open_connection(Connection *self)
{
    const char *host = getenv("DOCKER_HOST");
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (host == NULL || strncmp(host, "unix://", 7) != 0)
        host = "unix:///var/run/docker.sock";
    snprintf(address.sun_path, sizeof address.sun_path, "%s", host + 7);
    self->start = self->end = 0;
    self->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (self->fd < 0 || connect(self->fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("connect");
}

static void
write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, data, length);

        if (written < 0)
            die("write");
        data += written;
        length -= (size_t)written;
    }
}

static void
send_request(Connection *self, const char *method, const char *path, const char *body, bool upgrade)
{
    char request[4096];
    int length = snprintf(request, sizeof request,
                          "%s " API "%s HTTP/1.1\r\nHost: floor\r\n%s"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          method, path, upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "",
                          strlen(body), body);

    if (length < 0 || (size_t)length >= sizeof request)
        die("a request that is too long");
    write_all(self->fd, request, (size_t)length);
}

/* Reads more. Returns whether there is more input. Consumed bytes make room. */
static bool
fill(Connection *self)
{
    ssize_t length;

    if (self->start == self->end)
        self->start = self->end = 0;
    if (self->end == sizeof self->data)
        die("an answer that is too long");
    length = read(self->fd, self->data + self->end, sizeof self->data - self->end);
    if (length < 0)
        die("read");
    self->end += (size_t)length;
    return length > 0;
}

static Head
read_head(Connection *self)
{
    Head head = {0};
    char *end;
    char *line;

    while ((end = memmem(self->data + self->start, self->end - self->start, "\r\n\r\n", 4)) ==
           NULL) {
        if (!fill(self))
            die("an answer that ends in its head");
    }
    *end = '\0';
    line = self->data + self->start;
    head.status = (int)strtol(line + strlen("HTTP/1.1 "), NULL, 10);
    head.chunked = strcasestr(line, "\ntransfer-encoding: chunked") != NULL;
    line = strcasestr(line, "\ncontent-length: ");
    if (line != NULL)
        head.length = strtoul(line + strlen("\ncontent-length: "), NULL, 10);
    self->start = (size_t)(end + 4 - self->data);
    if (head.status >= 400) {
        fprintf(stderr, "the engine answered %d\n", head.status);
        exit(125);
    }
    return head;
}

/* The target of a body: a file, a NUL-terminated text, or neither. */
typedef struct {
    int fd;
    char *text;
    size_t size;
} Sink;

static void
give(Sink *sink, const char *data, size_t length)
{
    if (sink->text != NULL && length < sink->size) {
        memcpy(sink->text, data, length);
        sink->text += length;
        sink->size -= length;
        *sink->text = '\0';
    } else if (sink->text == NULL && sink->fd >= 0) {
        write_all(sink->fd, data, length);
    }
}

static void
pass(Connection *self, size_t length, Sink *sink)
{
    while (length > 0) {
        size_t here = self->end - self->start < length ? self->end - self->start : length;

        if (here == 0 && !fill(self))
            die("an answer that ends too early");
        give(sink, self->data + self->start, here);
        self->start += here;
        length -= here;
    }
}

static size_t
read_chunk_size(Connection *self)
{
    char *end;
    size_t size;

    while ((end = memmem(self->data + self->start, self->end - self->start, "\r\n", 2)) == NULL) {
        if (!fill(self))
            die("an answer that ends too early");
    }
    size = strtoul(self->data + self->start, NULL, 16);
    self->start = (size_t)(end + 2 - self->data);
    return size;
}

static void
read_body(Connection *self, const Head *head, Sink *sink)
{
    Sink nowhere = {.fd = -1};
    size_t size;

    if (!head->chunked) {
        pass(self, head->length, sink);
        return;
    }
    do {
        size = read_chunk_size(self);
        pass(self, size, sink);
        pass(self, 2, &nowhere);
    } while (size > 0);
}

/* Sends a request and returns the answer's body as text. */
static void
call(Connection *self,
     const char *method,
     const char *path,
     const char *body,
     char *answer,
     size_t size)
{
    Sink sink = {.fd = -1, .text = answer, .size = size};
    Head head;

    send_request(self, method, path, body, false);
    head = read_head(self);
    read_body(self, &head, &sink);
}

/* Returns the value after "key": in an answer. */
static const char *
find_value(const char *answer, const char *key)
{
    const char *at = strstr(answer, key);

    if (at == NULL)
        die(key);
    return at + strlen(key);
}

static void
find_id(const char *answer, char id[65])
{
    memcpy(id, find_value(answer, "\"Id\":\""), 64);
    id[64] = '\0';
}

/* Reads the multiplexed output to its end. */
static void
read_output(Connection *self)
{
    unsigned char header[8];
    Sink sink;

    for (;;) {
        while (self->end - self->start < sizeof header) {
            size_t left = self->end - self->start;

            memmove(self->data, self->data + self->start, left);
            self->start = 0;
            self->end = left;
            if (!fill(self))
                return;
        }
        memcpy(header, self->data + self->start, sizeof header);
        self->start += sizeof header;
        sink = (Sink){.fd = header[0] == 2 ? STDERR_FILENO : STDOUT_FILENO};
        pass(self,
             (size_t)header[4] << 24 | (size_t)header[5] << 16 | (size_t)header[6] << 8 | header[7],
             &sink);
    }
}

static void
list_command(char **command, char *text, size_t size)
{
    size_t used = 0;

    for (; *command != NULL && used < size; command++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s\"%s\"", used == 0 ? "" : ",", *command);
}

static int
run(char **arguments)
{
    static Connection control;
    static Connection output;
    static Connection wait;
    char list[1024];
    char body[2048];
    char answer[4096];
    char path[256];
    char id[65];
    Head head;
    Sink sink = {.fd = -1, .text = answer, .size = sizeof answer};

    list_command(arguments + 1, list, sizeof list);
    snprintf(body, sizeof body,
             "{\"Image\":\"%s\",\"Cmd\":[%s],\"HostConfig\":{\"NetworkMode\":\"host\","
             "\"AutoRemove\":true,\"LogConfig\":{\"Type\":\"none\"}}}",
             arguments[0], list);
    open_connection(&control);
    call(&control, "POST", "/containers/create", body, answer, sizeof answer);
    find_id(answer, id);

    open_connection(&output);
    snprintf(path, sizeof path, "/containers/%s/attach?stream=1&stdout=1&stderr=1", id);
    send_request(&output, "POST", path, "", true);
    read_head(&output);
    open_connection(&wait);
    snprintf(path, sizeof path, "/containers/%s/wait?condition=removed", id);
    send_request(&wait, "POST", path, "", false);
    head = read_head(&wait);

    snprintf(path, sizeof path, "/containers/%s/start", id);
    call(&control, "POST", path, "", answer, sizeof answer);
    read_output(&output);
    read_body(&wait, &head, &sink);
    return (int)strtol(find_value(answer, "\"StatusCode\":"), NULL, 10);
}

static int
exec(char **arguments)
{
    static Connection control;
    static Connection output;
    char list[1024];
    char body[2048];
    static char answer[64 * 1024];
    char path[256];
    char id[65];

    list_command(arguments + 1, list, sizeof list);
    snprintf(body, sizeof body, "{\"AttachStdout\":true,\"AttachStderr\":true,\"Cmd\":[%s]}", list);
    open_connection(&control);
    snprintf(path, sizeof path, "/containers/%s/exec", arguments[0]);
    call(&control, "POST", path, body, answer, sizeof answer);
    find_id(answer, id);

    open_connection(&output);
    snprintf(path, sizeof path, "/exec/%s/start", id);
    send_request(&output, "POST", path, "{\"Detach\":false,\"Tty\":false}", true);
    read_head(&output);
    read_output(&output);
    snprintf(path, sizeof path, "/exec/%s/json", id);
    call(&control, "GET", path, "", answer, sizeof answer);
    return (int)strtol(find_value(answer, "\"ExitCode\":"), NULL, 10);
}

/* Writes the header of a file in an archive: 512 bytes. Contents and zeros follow. */
static void
write_tar_header(char *header, const char *path, const struct stat *status)
{
    const char *slash = strrchr(path, '/');
    unsigned sum = 0;

    memset(header, 0, 512);
    snprintf(header, 100, "%s", slash == NULL ? path : slash + 1);
    snprintf(header + 100, 8, "%07o", (unsigned)status->st_mode & 07777);
    snprintf(header + 108, 8, "%07o", 0U);
    snprintf(header + 116, 8, "%07o", 0U);
    snprintf(header + 124, 12, "%011llo", (unsigned long long)status->st_size);
    snprintf(header + 136, 12, "%011llo", (unsigned long long)status->st_mtime);
    memset(header + 148, ' ', 8);
    header[156] = '0';
    memcpy(header + 257, "ustar\00000", 8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
}

static int
put(char **arguments)
{
    static Connection connection;
    static const char zeros[512 + 1024];
    char request[1024];
    char header[512];
    char answer[1024];
    struct stat status;
    Sink sink = {.fd = -1, .text = answer, .size = sizeof answer};
    int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
    size_t padding;
    off_t done = 0;
    Head head;

    if (fd < 0 || fstat(fd, &status) != 0)
        die(arguments[0]);
    padding = (512 - (size_t)status.st_size % 512) % 512 + 1024;
    open_connection(&connection);
    snprintf(request, sizeof request,
             "PUT " API "/containers/%s/archive?path=%s HTTP/1.1\r\nHost: floor\r\n"
             "Content-Type: application/x-tar\r\nContent-Length: %zu\r\n\r\n",
             arguments[1], arguments[2], sizeof header + (size_t)status.st_size + padding);
    write_tar_header(header, arguments[0], &status);
    write_all(connection.fd, request, strlen(request));
    write_all(connection.fd, header, sizeof header);
    while (done < status.st_size) {
        if (sendfile(connection.fd, fd, &done, (size_t)(status.st_size - done)) <= 0)
            die("sendfile");
    }
    write_all(connection.fd, zeros, padding);
    head = read_head(&connection);
    read_body(&connection, &head, &sink);
    close(fd);
    return 0;
}

/* Saves the archive unchanged. */
static int
get(char **arguments)
{
    static Connection connection;
    char path[1024];
    Sink sink = {0};
    Head head;

    snprintf(path, sizeof path, "%s/archive.tar", arguments[2]);
    sink.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (sink.fd < 0)
        die(path);
    snprintf(path, sizeof path, "/containers/%s/archive?path=%s", arguments[0], arguments[1]);
    open_connection(&connection);
    send_request(&connection, "GET", path, "", false);
    head = read_head(&connection);
    read_body(&connection, &head, &sink);
    close(sink.fd);
    return 0;
}

static int
request_often(char **arguments, bool anew)
{
    static Connection connection;
    static char answer[64 * 1024];
    char path[256];
    long count = strtol(arguments[1], NULL, 10);

    snprintf(path, sizeof path, "/containers/%s/json", arguments[0]);
    for (long i = 0; i < count; i++) {
        if (i == 0 || anew)
            open_connection(&connection);
        call(&connection, "GET", path, "", answer, sizeof answer);
        if (anew)
            close(connection.fd);
    }
    return 0;
}

static int
one_connection(char **arguments)
{
    return request_often(arguments, false);
}

static int
many_connections(char **arguments)
{
    return request_often(arguments, true);
}

static const struct {
    const char *name;
    int (*func)(char **arguments);
    int n_arguments;
} measures[] = {
    {"run", run, 2},
    {"exec", exec, 2},
    {"put", put, 3},
    {"get", get, 3},
    {"one-connection", one_connection, 2},
    {"many-connections", many_connections, 2},
};

int
main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        if (argc >= 2 + measures[i].n_arguments && strcmp(argv[1], measures[i].name) == 0)
            return measures[i].func(argv + 2);
    }
    return 2;
}
