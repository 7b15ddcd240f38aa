#pragma once
// Debian's node-llhttp ships the parser as sources: this target compiles them.
#include "/usr/share/include/llhttp/llhttp.h"
