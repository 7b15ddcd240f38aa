#pragma once
#include <sys/prctl.h>
#include <uv.h>

// Swift cannot call a variadic function.
static inline void set_current_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline int adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
