#pragma once
// Not part of Swift's Glibc module.
#include <elf.h>
#include <sys/auxv.h>
