#pragma once
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

// Swift cannot call a variadic function.
static inline void set_current_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline int adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// Has the kernel send SIGKILL (9) to a process group when the other end of a pipe is closed; F_SETSIG (10) is Linux's.
static inline int kill_group_when_pipe_ends(int fd, pid_t group) {
    if (fcntl(fd, F_SETOWN, -group) != 0 || fcntl(fd, 10, 9) != 0) return -1;
    return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC);
}

// A descriptor that becomes readable when a process ends (pidfd_open(2)); it closes on exec.
static inline int process_descriptor(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

// glibc's additions to posix_spawn(3), which its headers show to GNU sources only.
static inline short spawn_in_new_session(void) { return 0x80; }
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
