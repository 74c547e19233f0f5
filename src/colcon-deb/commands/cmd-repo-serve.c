/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/interrupt.h"
#include "../base/json.h"
#include "../repository/apt-source.h"
#include "../repository/file-server.h"
#include "../repository/repository.h"
#include "command.h"
#include "repo-options.h"

static const char *const keys[] = {"output_dir", NULL};
static const char default_address[] = "127.0.0.1:8000";

/* Where the robot keeps the key. */
static const char robot_key[] = "/etc/apt/keyrings/" REPOSITORY_KEY;

/* Lines for a robot's sources.list; *@is_signed: whether one of them needs the key. */
static GPtrArray *
make_source_lines(const Config *config, const char *url, gboolean *is_signed)
{
    g_autoptr(GPtrArray) suites = repository_list_suites(config);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < suites->len; i++) {
        const AptSuite *suite = suites->pdata[i];

        *is_signed = *is_signed || suite->is_signed;
        g_ptr_array_add(lines, apt_source_line(url, suite, robot_key));
    }
    g_ptr_array_add(lines, NULL);
    return lines;
}

static void
print_text(const char *path,
           const char *url,
           const char *key_command,
           const GPtrArray *lines,
           gboolean is_local)
{
    printf("serving %s at %s until Ctrl-C\n\nOn the robot:\n", path, url);
    if (key_command != NULL)
        printf("  %s\n", key_command);
    for (char **line = (char **)lines->pdata; *line != NULL; line++)
        printf("  echo '%s' >/etc/apt/sources.list.d/colcon-deb.list\n", *line);
    puts("  apt-get update");
    if (lines->len > 2)
        puts("\nOf the lines with echo, use the one with the suite of the robot.");
    if (is_local)
        printf("\nOnly this machine can connect. For robots: --address 0.0.0.0:PORT\n");
}

static void
print_json(const char *url, const char *key_url, const GPtrArray *lines)
{
    JsonBuilder *line = json_line_begin();

    json_add_string(line, "type", "serving");
    json_add_string(line, "url", url);
    json_add_string(line, "key", key_url);
    json_add_strings(line, "sources", (const char *const *)lines->pdata);
    json_line_end(line, stdout);
}

static void
announce(const FileServer *server, const Config *config, const char *path, const Options *options)
{
    g_autofree char *url = file_server_get_url(server);
    gboolean is_signed = FALSE;
    g_autoptr(GPtrArray) lines = make_source_lines(config, url, &is_signed);
    g_autofree char *key_url = is_signed ? g_strconcat(url, "/", REPOSITORY_KEY, NULL) : NULL;
    /* It comes with apt, which curl and wget do not. */
    g_autofree char *key_command =
        is_signed
            ? g_strdup_printf("/usr/lib/apt/apt-helper download-file %s %s", key_url, robot_key)
            : NULL;

    if (options->json)
        print_json(url, key_url, lines);
    else if (!options->quiet)
        print_text(path, url, key_command, lines, file_server_is_local(server));
    fflush(stdout);
}

static gboolean
serve(int argc, char **argv, GError **error)
{
    g_autofree char *address = NULL;
    const GOptionEntry extra[] = {
        {"address", 0, 0, G_OPTION_ARG_STRING, &address,
         "listen on that address and port [127.0.0.1:8000]", "ADDR:PORT"},
        {NULL},
    };
    g_auto(Options) options = {0};
    g_autoptr(Config) config = NULL;
    g_autoptr(FileServer) server = NULL;
    g_autoptr(Interrupt) interrupt = NULL;
    g_autofree char *path = NULL;

    if (!options_parse(&options, &cmd_repo_serve, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    config = repo_load_config(&options, error);
    if (config == NULL)
        return FALSE;
    interrupt = interrupt_new();
    path = repo_get_path(config);
    server = file_server_new(path, address != NULL ? address : default_address, error);
    if (server == NULL)
        return FALSE;
    announce(server, config, path, &options);
    while (!g_cancellable_is_cancelled(interrupt_get_cancellable(interrupt)))
        g_main_context_iteration(NULL, TRUE);
    return TRUE;
}

const Command cmd_repo_serve = {
    .parent = "repo",
    .name = "serve",
    .keys = keys,
    .summary = "Serve the repository by HTTP until Ctrl-C",
    .notes =
        "Prints the commands by which a robot uses the repository. Everyone who can connect can "
        "read all that is in apt/, and nothing else. Builds and changes may go on meanwhile: a "
        "robot that updates gets the packages from before or from after. For many robots, let a "
        "web server serve the directory.",
    .examples = "  colcon-deb repo serve ~/ros_ws\n"
                "  colcon-deb repo serve ~/ros_ws --address 0.0.0.0:8000   # robots in the network",
    .exit_status = "0 ended by a signal, 1 failure, 2 usage or configuration.",
    .run = serve,
};
