#pragma once
// The digests' own functions: those that take any digest look it up by its name each time, which costs more than a
// short digest does.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
