/* SPDX-License-Identifier: Apache-2.0 */
/* The list of scripts that run natively, scripts/accelerator/native-scripts. */
#include "rules-file.h"

#include <glib.h>
#include <glib/gstdio.h>

static char *rules;

/* @words: separated by '|' */
static gboolean
allow(const char *key, const char *words)
{
    g_auto(GStrv) arguments = g_strsplit(words, "|", -1);
    char *const environment[] = {NULL};
    const Call call = {"/usr/bin/x", arguments, environment};

    return rules_file_allow(rules, key, &call);
}

static void
test_scripts_of_python(void)
{
    static const char *const native[] = {
        "python3|-B|/helpers/build-supervisor.py|build",
        "/usr/bin/python3|/opt/ros/rolling/lib/rosidl_generator_c/rosidl_generator_c|--x",
        "python3|/usr/share/ament_cmake_core/cmake/core/package_xml_2_cmake.py|package.xml",
        "python3|/opt/ros/x/share/y/cmake/../../../lib/rosidl_generator_cpp/rosidl_generator_cpp",
        "python3|-m|compileall|-q|x",
        "python3|-E|-S|-m|py_compile|-",
        "/usr/bin/python3|/usr/bin/dh_python3",
        "python3|-c|import sys; print(sys.version)",
        "python3|-c|import os\nimport sysconfig\nprint(1)",
        "python3|-c|import sys; print(sys.executable, sys.exec_prefix)",
        "python3|-c|from setuptools import setup; import xml.dom as d, re",
        "python3|-c|import sys\nsys.stdout.write(next(importlib.machinery.EXTENSION_SUFFIXES))",
        "python3|-c|import importlib.machinery as m; print(m.EXTENSION_SUFFIXES)",
        "python3|-c|import sys; print(sys.implementation._multiarch)",
    };
    static const char *const emulated[] = {
        "python3",
        "python3|-",
        "python3|script.py",
        "python3|/workspace/build/x/source/generate.py",
        "python3|-m|pytest",
        "python3|-m",
        "python3|-c",
        "python3|-c|import numpy",
        "python3|-c|import sys; import numpy; print(numpy.get_include())",
        "python3|-c|import sys, ctypes",
        "python3|-c|import sys; import cv2",
        "python3|-c|import sysv_ipc",
        "python3|-c|import sys, lxml.etree",
        "python3|-c|exec(open('x').read())",
        "python3|-S|-c|import sys",
        "python3|-S|/helpers/x.py",
        "python3|-c|if True:import numpy",
        "python3|-c|import sys\nif sys: import yaml",
        "python3|-c|import importlib.util as u; print(u.find_spec('cv2'))",
        "python3|-c|import importlib.util as u; m = u.spec_from_file_location('x', 'x.py')",
        "python3|/helpers/../workspace/x.py",
        "python3|/workspace/x/rosidl_generator_cpp",
        "python3|-X|dev|/helpers/x.py",
        "python3|rosidl_generator_c",
        "python3|--version",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(native); i++)
        if (!allow("python", native[i]))
            g_error("emulated: %s", native[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(emulated); i++)
        if (allow("python", emulated[i]))
            g_error("native: %s", emulated[i]);
}

static void
test_scripts_of_perl(void)
{
    g_assert_true(allow("perl", "/usr/bin/perl|-w|/usr/bin/dh_strip|-a"));
    g_assert_true(allow("perl", "/usr/bin/perl|/usr/bin/dh|binary"));
    g_assert_true(allow("perl", "/usr/bin/perl|/usr/bin/dpkg-shlibdeps"));
    g_assert_false(allow("perl", "perl|-e|print 1"));
    g_assert_false(allow("perl", "perl|script.pl"));
    g_assert_false(allow("perl", "/usr/bin/perl|/usr/bin/dh_perl"));
    g_assert_false(allow("perl", "perl|/usr/bin/dh_python3/../x"));
}

static void
test_setup_py_is_read(void)
{
    static const struct {
        const char *content;
        gboolean allowed;
    } cases[] = {
        {"from setuptools import setup, find_packages\nimport os\nsetup(name='x')\n", TRUE},
        {"import setuptools\n", TRUE},
        {"from glob import glob\nfrom setuptools import setup\n", TRUE},
        {"import numpy\nfrom setuptools import setup\n", FALSE},
        {"def f():\n    import numpy\n", FALSE},
        {"import os, numpy\n", FALSE},
        {"import os; import numpy\n", FALSE},
        {"__import__('numpy')\n", FALSE},
        {"from setuptools import setup, Extension\nsetup(ext_modules=[])\n", FALSE},
        {"from . import version\n", FALSE},
        {"try: import numpy\nexcept ImportError: pass\n", FALSE},
        {"import\tnumpy\n", FALSE},
        {"exec (open('x').read())\n", FALSE},
        {"setup(cffi_modules=['x'])\n", FALSE},
    };
    g_autofree char *directory = g_dir_make_tmp("setup-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "setup.py", NULL);
    g_autofree char *words = g_strconcat("python3|", path, "|build", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_true(g_file_set_contents(path, cases[i].content, -1, NULL));
        if (allow("python", words) != cases[i].allowed)
            g_error("%s", cases[i].content);
    }
    g_unlink(path);
    g_rmdir(directory);
    g_assert_false(allow("python", words));
}

static void
test_configuration_beside_setup_py_is_read(void)
{
    g_autofree char *directory = g_dir_make_tmp("setup-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "setup.py", NULL);
    g_autofree char *configuration = g_build_filename(directory, "setup.cfg", NULL);
    g_autofree char *words = g_strconcat("python3|", path, "|build", NULL);

    g_assert_true(g_file_set_contents(path, "from setuptools import setup\nsetup()\n", -1, NULL));
    g_assert_true(g_file_set_contents(configuration, "[develop]\nscript_dir=x\n", -1, NULL));
    g_assert_true(allow("python", words));
    g_assert_true(g_file_set_contents(configuration, "version = attr: x.version\n", -1, NULL));
    g_assert_false(allow("python", words));
    g_unlink(path);
    g_unlink(configuration);
    g_rmdir(directory);
}

int
main(int argc, char **argv)
{
    g_autofree char *path = g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "scripts",
                                             "accelerator", "native-scripts", NULL);

    g_test_init(&argc, &argv, NULL);
    g_assert_true(g_file_get_contents(path, &rules, NULL, NULL));
    g_test_add_func("/native-scripts/python", test_scripts_of_python);
    g_test_add_func("/native-scripts/perl", test_scripts_of_perl);
    g_test_add_func("/native-scripts/setup-py-is-read", test_setup_py_is_read);
    g_test_add_func("/native-scripts/configuration-beside-setup-py-is-read",
                    test_configuration_beside_setup_py_is_read);
    return g_test_run();
}
