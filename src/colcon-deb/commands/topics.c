/* SPDX-License-Identifier: Apache-2.0 */
#include "topics.h"

const char topic_summary[] = "Turn a colcon (ROS) workspace into Debian packages, in a container";

const char topic_description[] =
    "colcon-deb builds every package below PATH/src in a container [the current directory]. It "
    "leaves Debian packages and an APT repository in PATH/output. The sources are mounted "
    "read-only.";

const char topic_examples[] =
    "  colcon-deb build ~/ros_ws --ros-distro jazzy   # packages into ~/ros_ws/output\n"
    "  colcon-deb list ~/ros_ws --ros-distro jazzy    # what would be built, in order\n"
    "  colcon-deb validate ~/ros_ws -c ci.yaml        # is everything ready for a build?\n"
    "  colcon-deb doctor                              # why does nothing work?\n"
    "  colcon-deb image create --ros-distro rolling   # an image, without a registry";

const char topic_configuration[] =
    "colcon-deb reads colcon-deb.yaml in the workspace, or the file that `--config` names. Each "
    "key is also an option of the command line, and an option wins over the file.\n"
    "\n"
    "A dot in the name of a key means a mapping: `docker.image` is `image` below `docker`. "
    "`$NAME` and `${NAME}` are replaced by variables of the environment, and `$$` is a dollar "
    "sign. A relative path starts at the file's directory. An unknown key is an error.\n"
    "\n"
    "`targets` has no option of its own. It is a mapping of names, each to a mapping of keys that "
    "win over those of the top level. `colcon-deb build` builds all targets side by side; "
    "`--target` chooses. A target cannot have keys that are the same for all: the workspace, the "
    "output directory, the jobs, the engine, the signing key and the view.";

const char topic_configuration_example[] = "  ros_distro: jazzy\n"
                                           "  parallel_jobs: 8\n"
                                           "  docker:\n"
                                           "    image: my-ros-builder:jazzy\n"
                                           "  environment:\n"
                                           "    http_proxy: http://proxy:3128";

static const char signals[] =
    "The first SIGINT, SIGTERM or SIGHUP stops the build and removes the container. The second "
    "kills the container. The third ends colcon-deb at once, and the container ends by itself.";

static const struct {
    const char *title;
    const char *term;
    const char *meaning;
} items[] = {
    {"Exit status", "0", "Everything was built, or nothing prevents a build."},
    {"Exit status", "1", "Something failed."},
    {"Exit status", "2", "The command line or the configuration is wrong."},
    {"Exit status", "130", "A signal interrupted the command."},
    {"Environment", "DOCKER_HOST",
     "The container engine, unless `--host` or `--context` names it."},
    {"Environment",
     "DOCKER_CONTEXT, DOCKER_CONFIG, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY, DOCKER_TLS",
     "As for docker(1)."},
    {"Environment", "ROS_DISTRO",
     "The ROS distribution, unless an option or the configuration names it."},
    {"Environment", "SOURCE_DATE_EPOCH",
     "No file that is sent to build an image is newer than this time."},
    {"Environment", "TMPDIR", "Where `colcon-deb image create` keeps temporary files [/var/tmp]."},
    {"Environment", "COLCON_DEB_SCRIPTS",
     "The files that run in the container, in place of the installed ones."},
    {"Environment", "NO_COLOR", "If it is not empty, no colours are used."},
    {"Files", "PATH/colcon-deb.yaml", "The configuration; see colcon-deb.yaml(5)."},
    {"Files", "PATH/output/debs/", "The packages."},
    {"Files", "PATH/output/apt/",
     "The repository. In sources.list: deb [trusted=yes] file:/absolute/path/to/output/apt "
     "bookworm main"},
    {"Files", "PATH/output/apt/colcon-deb.sources",
     "The same for sources.list.d, with the public key if the repository is signed."},
    {"Files", "PATH/output/logs/", "A log for each package."},
    {"Files", "PATH/output/test-results/", "The test results of each package, as JUnit XML."},
    {"Files", "PATH/output/report.html", "The report of the build, a page for a browser."},
    {"Files", "PATH/output/trace.json", "The times of the build, for ui.perfetto.dev."},
    {"Files", "PATH/output/events.jsonl", "All events of the build, one JSON object a line."},
    {"Files", "PATH/output/summary.json", "The result of the build."},
    {"Files", "PATH/output/targets/NAME/", "The same of a target, except the repository."},
    {"Files", "PATH/output/.colcon-deb/", "What one build keeps for the next."},
};

void
topics_add(Manual *manual)
{
    manual_add_text(manual, "Signals", signals);
    for (gsize i = 0; i < G_N_ELEMENTS(items); i++)
        manual_add_item(
            manual, items[i].title,
            (ManualItem){.term = g_strdup(items[i].term), .summary = g_strdup(items[i].meaning)});
    manual_add_text(manual, "Examples", topic_examples);
    manual_add_text(manual, "See also", "colcon-deb.yaml(5)");
}
