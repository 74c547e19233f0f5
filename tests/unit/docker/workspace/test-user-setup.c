/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>
#include <unistd.h>

static void
test_the_calling_user_owns_the_output(void)
{
    CddUserSetup setup;

    g_unsetenv("SUDO_UID");
    setup = cdd_user_setup_from_current_user(FALSE);
    g_assert_cmpuint(setup.host_uid, ==, getuid());
    g_assert_cmpuint(setup.host_gid, ==, getgid());
}

static void
test_in_a_rootless_engine_root_is_the_user(void)
{
    CddUserSetup setup = cdd_user_setup_from_current_user(TRUE);

    g_assert_cmpuint(setup.host_uid, ==, 0);
    g_assert_cmpuint(setup.host_gid, ==, 0);
}

static void
test_under_sudo_it_is_the_one_who_called_it(void)
{
    CddUserSetup setup;

    g_setenv("SUDO_UID", "1234", TRUE);
    g_setenv("SUDO_GID", "5678", TRUE);
    setup = cdd_user_setup_from_current_user(FALSE);
    g_unsetenv("SUDO_UID");
    g_unsetenv("SUDO_GID");
    /* Anybody can set these variables, so only root's are trusted. */
    g_assert_cmpuint(setup.host_uid, ==, geteuid() == 0 ? 1234 : getuid());
    g_assert_cmpuint(setup.host_gid, ==, geteuid() == 0 ? 5678 : getgid());
}

static void
test_the_script_begins_with_its_interpreter_and_settings(void)
{
    CddUserSetup setup = {.host_uid = 1000, .host_gid = 1001, .username = "a'b; rm -rf /"};
    g_autofree char *script = cdd_user_setup_generate_script(&setup);

    g_assert_true(g_str_has_prefix(script, "#!/bin/sh\nHOST_UID=1000\nHOST_GID=1001\nHOST_USER="));
    g_assert_nonnull(strstr(script, "HOST_USER='a'\\''b; rm -rf /'\n"));
}

/* For uid 0 the script creates nothing, so it can run here; other cases need a container. */
static void
test_the_script_keeps_arguments_and_environment(void)
{
    CddUserSetup setup = {.host_uid = 0, .host_gid = 0};
    g_autofree char *script = cdd_user_setup_generate_script(&setup);
    const char *const command[] = {"sh",   "-c",        script,  "setup", "printf",
                                   "<%s>", "two words", "$HOME", "",      NULL};
    g_autoptr(GSubprocess) process =
        g_subprocess_newv(command, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
    g_autofree char *output = NULL;

    g_assert_true(g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, NULL));
    g_assert_cmpstr(output, ==, "<two words><$HOME><>");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/user-setup/the-calling-user-owns-the-output",
                    test_the_calling_user_owns_the_output);
    g_test_add_func("/user-setup/in-a-rootless-engine-root-is-the-user",
                    test_in_a_rootless_engine_root_is_the_user);
    g_test_add_func("/user-setup/under-sudo-it-is-the-one-who-called-it",
                    test_under_sudo_it_is_the_one_who_called_it);
    g_test_add_func("/user-setup/the-script-begins-with-its-interpreter-and-settings",
                    test_the_script_begins_with_its_interpreter_and_settings);
    g_test_add_func("/user-setup/the-script-keeps-arguments-and-environment",
                    test_the_script_keeps_arguments_and_environment);
    return g_test_run();
}
