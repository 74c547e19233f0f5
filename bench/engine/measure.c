/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command with empty input, drops its output, and prints its resource use:
 *
 *     measure COMMAND…     ->  wall, user and system microseconds, peak memory in KiB
 *
 * This is a separate program because the kernel counts the parent's memory at the fork in the
 * child's peak: a Python driver would be larger than the command. Exits with the command's exit
 * code.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long
microseconds(struct timeval time)
{
    return time.tv_sec * 1000000LL + time.tv_usec;
}

static long long
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void
become(char **command)
{
    int nothing = open("/dev/null", O_RDWR);

    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    close(nothing);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int
main(int argc, char **argv)
{
    long long start = now();
    struct rusage usage;
    int status;
    pid_t pid;

    if (argc < 2)
        return 2;
    pid = fork();
    if (pid == 0)
        become(argv + 1);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
        return 2;
    printf("%lld %lld %lld %ld\n", now() - start, microseconds(usage.ru_utime),
           microseconds(usage.ru_stime), usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
