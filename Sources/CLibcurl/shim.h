#pragma once
#include <curl/curl.h>
#include <fcntl.h>

// curl_easy_setopt and its relatives are variadic, and their macros check types in ways that Swift cannot import: one
// function for each type of argument.

static inline CURLcode curlshim_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlshim_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text.
static inline CURLcode curlshim_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlshim_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlshim_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*curlshim_data_callback)(char *, size_t, size_t, void *);
typedef int (*curlshim_seek_callback)(void *, curl_off_t, int);

static inline CURLcode curlshim_set_data_callback(CURL *handle, CURLoption option, curlshim_data_callback value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlshim_set_seek_callback(CURL *handle, curlshim_seek_callback value) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}

// A descriptor that is not closed on exec would stay open in every child process.
static inline int curlshim_close_on_exec(void *context, curl_socket_t socket, curlsocktype purpose) {
    (void)context, (void)purpose;
    return fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

static inline CURLcode curlshim_set_close_on_exec(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, curlshim_close_on_exec);
}

static inline CURLcode curlshim_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode curlshim_get_socket(CURL *handle, curl_socket_t *value) {
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}

static inline CURLcode curlshim_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}

typedef int (*curlshim_socket_callback)(CURL *, curl_socket_t, int, void *, void *);
typedef int (*curlshim_timer_callback)(CURLM *, long, void *);

static inline CURLMcode curlshim_multi_set_socket_callback(CURLM *multi, curlshim_socket_callback value, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

static inline CURLMcode curlshim_multi_set_timer_callback(CURLM *multi, curlshim_timer_callback value, void *context) {
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

static inline CURLMcode curlshim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// The result is in a union, which Swift would import under a generated name.
static inline CURLcode curlshim_message_result(const CURLMsg *message) {
    return message->data.result;
}

// Constants that are macros with casts in them.
static const size_t curlshim_write_pause = CURL_WRITEFUNC_PAUSE;
static const size_t curlshim_read_abort = CURL_READFUNC_ABORT;
static const long curlshim_global_default = CURL_GLOBAL_DEFAULT;
static const curl_socket_t curlshim_bad_socket = CURL_SOCKET_BAD;
static const curl_socket_t curlshim_socket_timeout = CURL_SOCKET_TIMEOUT;
