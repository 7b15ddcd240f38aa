#pragma once
// Spaces in header names, and other leniencies, are ways to smuggle requests.
#define LLHTTP_STRICT_MODE 1
// Debian's node-llhttp ships the parser as sources: this target compiles them.
#include "/usr/share/include/llhttp/llhttp.h"
