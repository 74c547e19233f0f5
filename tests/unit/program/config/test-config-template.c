/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config-template.h"

#include "config/config.h"

#include <string.h>

static Config *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Config *config = config_parse("new.yaml", text, strlen(text), NULL, &error);

    g_assert_no_error(error);
    return config;
}

/* Removes the sign of a comment from lines with a key. */
static char *
uncomment(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("^( *)# ([a-z_]+: )", G_REGEX_MULTILINE, 0, NULL);

    return g_regex_replace(regex, text, -1, 0, "\\1\\2", 0, NULL);
}

static void
test_the_text_is_read_again(void)
{
    const TemplateLine lines[] = {
        {"ros_distro", "jazzy", "a test"},
        {"parallel_jobs", "7", NULL, TRUE},
        {"docker.image", "registry.example.com:5000/it's/$x: #y", "a test"},
        {"docker.pull", "never", NULL, TRUE},
    };
    g_autofree char *text = config_template_print(lines, G_N_ELEMENTS(lines));
    g_autofree char *all = uncomment(text);
    g_autoptr(Config) config = parse(text);
    g_autoptr(Config) full = parse(all);

    g_assert_cmpstr(config->ros_distro, ==, "jazzy");
    g_assert_cmpstr(config->image, ==, "registry.example.com:5000/it's/$x: #y");
    g_assert_cmpuint(config->parallel_jobs, ==, 0);
    g_assert_cmpstr(config->pull, !=, "never");
    g_assert_cmpuint(full->parallel_jobs, ==, 7);
    g_assert_cmpstr(full->pull, ==, "never");
}

static void
test_each_line_says_what_it_is_about(void)
{
    const TemplateLine lines[] = {
        {"ros_distro", "jazzy", "a test"},
        {"docker.image", "a/b", NULL},
        {"docker.pull", "never", NULL, TRUE},
    };
    g_autofree char *text = config_template_print(lines, G_N_ELEMENTS(lines));

    g_assert_nonnull(strstr(text, "\n\n# Build for this ROS distribution. Found: a test.\n"
                                  "ros_distro: jazzy\n\n"
                                  "docker:\n"
                                  "  # Build in this image.\n"
                                  "  image: a/b\n"
                                  "  # Decide when to pull the image.\n"
                                  "  # pull: never\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config-template/read-again", test_the_text_is_read_again);
    g_test_add_func("/config-template/comments", test_each_line_says_what_it_is_about);
    return g_test_run();
}
