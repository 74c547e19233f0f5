/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/judgement.h"
#include "image/leftovers.h"

#include <glib.h>

#define GIB (G_GUINT64_CONSTANT(1) << 30)

/* Consumes @finding. */
static void
assert_finding(Finding *finding, FindingResult result, const char *message, const char *cure)
{
    g_assert_cmpint(finding->result, ==, result);
    g_assert_cmpstr(finding->message, ==, message);
    g_assert_cmpstr(finding->cure, ==, cure);
    finding_free(finding);
}

static void
test_engine(void)
{
    const CddEngineInfo docker = {
        .name = (char *)"Docker", .version = (char *)"28.0", .api_version = (char *)"1.48"};
    const CddEngineInfo podman = {.name = (char *)"Podman",
                                  .version = (char *)"4.3.1",
                                  .api_version = (char *)"1.41",
                                  .rootless = TRUE};

    assert_finding(judge_engine(&docker, "unix:///s", "the default"), FINDING_OK,
                   "Docker 28.0, API 1.48, unix:///s; the default", NULL);
    assert_finding(judge_engine(&podman, "unix:///s", "named by DOCKER_HOST"), FINDING_OK,
                   "Podman 4.3.1, API 1.41, unix:///s, rootless; named by DOCKER_HOST", NULL);
}

static void
test_other_engines(void)
{
    assert_finding(judge_other_engine("unix:///s", "--host unix:///s", NULL), FINDING_OK,
                   "unix:///s; --host unix:///s chooses it", NULL);
    assert_finding(judge_other_engine("unix:///s", "--host unix:///s", "Permission denied"),
                   FINDING_OK, "unix:///s cannot be used: Permission denied", NULL);
}

/* Each disk has its own limit. */
static void
test_space(void)
{
    assert_finding(judge_output_space("/o", GIB), FINDING_OK, "1.0 GiB free in /o", NULL);
    assert_finding(judge_output_space("/o", GIB / 2), FINDING_WARNING, "512.0 MiB free in /o",
                   "make room, or choose another directory with --output-dir");
    assert_finding(judge_engine_space("/e", 5 * GIB), FINDING_OK, "5.0 GiB free in /e", NULL);
    assert_finding(judge_engine_space("/e", GIB), FINDING_WARNING, "1.0 GiB free in /e",
                   "colcon-deb clean --all; docker system prune removes what others have left");
}

static void
test_clock(void)
{
    static const char cure[] = "let both keep time from the network: timedatectl set-ntp true";

    assert_finding(judge_clock(0), FINDING_OK, "the engine and this machine agree", NULL);
    assert_finding(judge_clock(-10), FINDING_OK, "the engine and this machine agree", NULL);
    assert_finding(judge_clock(11), FINDING_WARNING,
                   "the engine is 11 seconds ahead of this machine: tools take new files for old "
                   "ones",
                   cure);
    assert_finding(judge_clock(-7200), FINDING_WARNING,
                   "the engine is 2 hours behind this machine: tools take new files for old ones",
                   cure);
}

/* An image for arm64 on amd64. */
static CddArchitectureInfo
arm64(CddEmulatorState state, const char *version)
{
    return (CddArchitectureInfo){
        .host_arch = (char *)"amd64",
        .image_arch = (char *)"arm64",
        .emulator = state == CDD_EMULATOR_USABLE ? (char *)"qemu-aarch64" : NULL,
        .emulator_state = state,
        .emulator_version = (char *)version,
    };
}

static void
test_emulation_that_works(void)
{
    CddArchitectureInfo info = arm64(CDD_EMULATOR_USABLE, "8.2.1");

    assert_finding(judge_emulation(&info, "linux/arm64", "robot"), FINDING_OK,
                   "linux/arm64 (target robot) by QEMU 8.2.1; builds are slower", NULL);
    info.emulator_version = NULL;
    assert_finding(judge_emulation(&info, "linux/arm64", NULL), FINDING_OK,
                   "linux/arm64 by qemu-aarch64; builds are slower", NULL);
    info.engine_is_remote = TRUE;
    assert_finding(judge_emulation(&info, "linux/arm64", NULL), FINDING_SKIPPED,
                   "linux/arm64: the engine is on another machine, whose emulators cannot be read",
                   NULL);
}

static void
test_emulation_that_is_old(void)
{
    const CddArchitectureInfo info = arm64(CDD_EMULATOR_USABLE, "8.0.4");
    g_autoptr(Finding) finding = judge_emulation(&info, "linux/arm64", NULL);

    g_assert_cmpint(finding->result, ==, FINDING_WARNING);
    g_assert_true(g_str_has_prefix(finding->message, "linux/arm64: The emulator qemu-aarch64 is "
                                                     "QEMU 8.0.4: before version 8.1"));
}

static void
test_emulation_that_fails(void)
{
    static const CddEmulatorState states[] = {CDD_EMULATOR_MISSING, CDD_EMULATOR_DISABLED,
                                              CDD_EMULATOR_NOT_FIXED};

    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        const CddArchitectureInfo info = arm64(states[i], NULL);
        g_autoptr(Finding) finding = judge_emulation(&info, "linux/arm64", "robot");

        g_assert_cmpint(finding->result, ==, FINDING_FAILED);
        g_assert_true(g_str_has_prefix(finding->message, "linux/arm64 (target robot): the image "));
    }
}

/* An old emulator is no fault of a workspace that does not use it. */
static void
test_emulation_that_nobody_needs(void)
{
    CddArchitectureInfo native = {.image_arch = (char *)"amd64", .compatible = TRUE};
    CddArchitectureInfo old = arm64(CDD_EMULATOR_USABLE, "7.2.0");
    CddArchitectureInfo arm = arm64(CDD_EMULATOR_NOT_FIXED, NULL);
    CddArchitectureInfo disabled = arm64(CDD_EMULATOR_DISABLED, NULL);
    CddArchitectureInfo missing = arm64(CDD_EMULATOR_MISSING, NULL);
    g_autoptr(GPtrArray) infos = g_ptr_array_new();

    g_ptr_array_add(infos, &native);
    g_ptr_array_add(infos, &missing);
    assert_finding(judge_no_emulation(infos, FALSE), FINDING_OK, "not needed; there is none", NULL);
    assert_finding(judge_no_emulation(infos, TRUE), FINDING_OK, "not needed", NULL);
    arm.image_arch = (char *)"arm";
    disabled.image_arch = (char *)"riscv64";
    g_ptr_array_add(infos, &old);
    g_ptr_array_add(infos, &arm);
    g_ptr_array_add(infos, &arm);
    g_ptr_array_add(infos, &disabled);
    assert_finding(judge_no_emulation(infos, FALSE), FINDING_OK,
                   "not needed; there is one for arm64 (QEMU 7.2.0), arm (not in containers: it "
                   "lacks the flag F), riscv64 (disabled)",
                   NULL);
}

static void
test_network(void)
{
    assert_finding(judge_network("apt", TRUE, "reaches its 3 sources", "host"), FINDING_OK,
                   "reaches its 3 sources", NULL);
    assert_finding(judge_network("apt", FALSE, "no name", "none"), FINDING_WARNING,
                   "containers have no network (docker.network_mode: none): no name",
                   "nothing, if the image has all that the packages depend on");
    assert_finding(judge_network("apt", FALSE, "no name", NULL), FINDING_FAILED, "no name",
                   "check the network of the engine's machine; behind a proxy, pass -e "
                   "http_proxy=URL -e https_proxy=URL");
}

static void
test_leftovers(void)
{
    Leftover container = {.kind = LEFTOVER_CONTAINER, .size = -1};
    Leftover volume = {.kind = LEFTOVER_VOLUME, .size = 3 << 20};
    g_autoptr(GPtrArray) leftovers = g_ptr_array_new();

    assert_finding(judge_leftovers(leftovers, NULL), FINDING_OK, "none", NULL);
    g_ptr_array_add(leftovers, &volume);
    assert_finding(judge_leftovers(leftovers, NULL), FINDING_OK,
                   "1 volume, 3.0 MiB, for the next build", NULL);
    g_ptr_array_add(leftovers, &container);
    assert_finding(judge_leftovers(leftovers, NULL), FINDING_WARNING,
                   "1 container, 1 volume, 3.0 MiB of killed runs and of builds",
                   "colcon-deb clean");
    assert_finding(judge_leftovers(leftovers, "/my ws"), FINDING_WARNING,
                   "1 container, 1 volume, 3.0 MiB of killed runs and of builds",
                   "colcon-deb clean '/my ws'");
    /* One that runs is somebody's build. */
    container.use = (char *)"it is running";
    assert_finding(judge_leftovers(leftovers, NULL), FINDING_OK,
                   "1 container, 1 volume, 3.0 MiB, for the next build", NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/judgement/engine", test_engine);
    g_test_add_func("/judgement/other-engines", test_other_engines);
    g_test_add_func("/judgement/space", test_space);
    g_test_add_func("/judgement/clock", test_clock);
    g_test_add_func("/judgement/emulation/works", test_emulation_that_works);
    g_test_add_func("/judgement/emulation/old", test_emulation_that_is_old);
    g_test_add_func("/judgement/emulation/fails", test_emulation_that_fails);
    g_test_add_func("/judgement/emulation/not-needed", test_emulation_that_nobody_needs);
    g_test_add_func("/judgement/network", test_network);
    g_test_add_func("/judgement/leftovers", test_leftovers);
    return g_test_run();
}
