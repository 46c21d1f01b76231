/*
 * bare -- the HTTP library alone, sending the bytes of a file to whoever asks for anything: what a
 * server's numbers are compared with.
 *
 *     bare PORT FILE THREADS
 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1024 * 1024 };

static char bytes[BYTES_MAX];
static size_t len;

static enum MHD_Result answer(void *arg, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *body_len, void **state)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_PERSISTENT);

    (void)arg, (void)url, (void)method, (void)version, (void)body, (void)body_len, (void)state;
    MHD_add_response_header(r, "Content-Type", "text/html; charset=utf-8");
    enum MHD_Result sent = MHD_queue_response(c, MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return sent;
}

int main(int argc, char **argv)
{
    FILE *f = argc == 4 ? fopen(argv[2], "r") : NULL;
    sigset_t stop;
    int number;

    if (f == NULL) {
        fprintf(stderr, "usage: bare PORT FILE THREADS\n");
        return 2;
    }
    len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    struct MHD_Daemon *d = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, (unsigned short)atoi(argv[1]), NULL, NULL, answer, NULL,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)atoi(argv[3]), MHD_OPTION_END);
    if (d == NULL)
        return 1;
    sigwait(&stop, &number);
    MHD_stop_daemon(d);
    return 0;
}
