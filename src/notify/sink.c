#include "notify/sink.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct peer {
    int fd;
    char buffer[8192];
    size_t len, at;
};

static void say(struct peer *p, const char *line)
{
    ssize_t n = send(p->fd, line, strlen(line), MSG_NOSIGNAL);

    (void)n;
}

static int next_byte(struct peer *p)
{
    if (p->at == p->len) {
        ssize_t n = recv(p->fd, p->buffer, sizeof p->buffer, 0);
        if (n <= 0)
            return -1;
        p->len = (size_t)n;
        p->at = 0;
    }
    return (unsigned char)p->buffer[p->at++];
}

/* One line without CR LF; false at the end of the connection. */
static bool next_line(struct peer *p, char *line, size_t size)
{
    size_t n = 0;
    int c;

    while ((c = next_byte(p)) >= 0 && c != '\n') {
        if (n + 1 < size && c != '\r')
            line[n++] = (char)c;
    }
    line[n] = '\0';
    return c >= 0;
}

static void keep(struct sink *s, const char *at, size_t len)
{
    int n = atomic_load(&s->taken);

    if (n >= SINK_MESSAGES || s->lengths[n] + len > SINK_BYTES)
        return;
    memcpy(s->messages[n] + s->lengths[n], at, len);
    s->lengths[n] += len;
}

static void forget(struct sink *s)
{
    int n = atomic_load(&s->taken);

    if (n < SINK_MESSAGES)
        s->lengths[n] = 0;
}

/* ---- SMTP ---- */

static void take_message(struct sink *s, struct peer *p, int plan)
{
    char line[2048];

    say(p, "354 go on\r\n");
    while (next_line(p, line, sizeof line) && strcmp(line, ".") != 0) {
        const char *text = line[0] == '.' ? line + 1 : line; /* dots are doubled on the way */
        keep(s, text, strlen(text));
        keep(s, "\n", 1);
    }
    if (plan == SINK_MESSAGE_LATER || plan == SINK_MESSAGE_NEVER) {
        forget(s);
        say(p, plan == SINK_MESSAGE_LATER ? "451 later\r\n" : "554 never\r\n");
        return;
    }
    atomic_fetch_add(&s->taken, 1);
    if (plan != SINK_TAKE_AND_CLOSE)
        say(p, "250 taken\r\n");
}

static void serve_smtp(struct sink *s, struct peer *p, int plan)
{
    char line[2048];

    say(p, plan == SINK_BAD_GREETING ? "554 no service\r\n" : "220 sink ESMTP\r\n");
    while (next_line(p, line, sizeof line)) {
        if (strncmp(line, "EHLO", 4) == 0) {
            say(p, "250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n");
        } else if (strcmp(line, "AUTH PLAIN") == 0) {
            say(p, "334 \r\n");
            if (!next_line(p, s->auth, sizeof s->auth))
                return;
            say(p, "235 welcome\r\n");
        } else if (strncmp(line, "MAIL", 4) == 0) {
            snprintf(s->from, sizeof s->from, "%.200s", line);
            say(p, "250 ok\r\n");
        } else if (strncmp(line, "RCPT", 4) == 0) {
            snprintf(s->to, sizeof s->to, "%.200s", line);
            say(p, plan == SINK_RCPT_LATER   ? "450 later\r\n"
                   : plan == SINK_RCPT_NEVER ? "550 nobody\r\n"
                                             : "250 ok\r\n");
        } else if (strcmp(line, "DATA") == 0) {
            take_message(s, p, plan);
            if (plan == SINK_TAKE_AND_CLOSE)
                return;
        } else if (strcmp(line, "QUIT") == 0) {
            say(p, "221 bye\r\n");
            return;
        } else {
            say(p, "250 ok\r\n");
        }
    }
}

/* ---- HTTP ---- */

static void serve_http(struct sink *s, struct peer *p, int plan)
{
    char line[2048], answer[128];
    long length = 0;

    while (next_line(p, line, sizeof line) && line[0] != '\0') {
        if (strncmp(line, "Content-Length:", 15) == 0)
            length = strtol(line + 15, NULL, 10);
        keep(s, line, strlen(line));
        keep(s, "\n", 1);
    }
    keep(s, "\n", 1);
    for (int c; length > 0 && (c = next_byte(p)) >= 0; length--) {
        char byte = (char)c;
        keep(s, &byte, 1);
    }
    if (plan == SINK_TAKE || plan == SINK_TAKE_AND_CLOSE || plan / 100 == 2)
        atomic_fetch_add(&s->taken, 1);
    else
        forget(s);
    if (plan == SINK_TAKE_AND_CLOSE)
        return;
    snprintf(answer, sizeof answer,
             "HTTP/1.1 %d x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
             plan == SINK_TAKE ? 200 : plan);
    say(p, answer);
}

/* ---- both ---- */

static void *run(void *arg)
{
    struct sink *s = arg;

    for (;;) {
        struct peer p = {.fd = accept(s->listener, NULL, NULL)};
        struct timeval patience = {.tv_sec = 5};
        if (p.fd < 0 || atomic_load(&s->must_stop)) {
            if (p.fd >= 0)
                close(p.fd);
            return NULL;
        }
        setsockopt(p.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        size_t n = (size_t)atomic_fetch_add(&s->connections, 1);
        int plan = n < s->plan_count ? s->plans[n] : SINK_TAKE;
        if (plan != SINK_CLOSE && s->is_smtp)
            serve_smtp(s, &p, plan);
        else if (plan != SINK_CLOSE)
            serve_http(s, &p, plan);
        close(p.fd);
    }
}

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

void sink_start(struct sink *s, bool is_smtp)
{
    struct sockaddr_in a = loopback(0);
    socklen_t size = sizeof a;

    s->is_smtp = is_smtp;
    atomic_store(&s->must_stop, 0);
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&a, sizeof a) != 0 ||
        listen(s->listener, 8) != 0 ||
        getsockname(s->listener, (struct sockaddr *)&a, &size) != 0 ||
        pthread_create(&s->thread, NULL, run, s) != 0) {
        perror("sink");
        abort();
    }
    s->port = ntohs(a.sin_port);
}

void sink_stop(struct sink *s)
{
    struct sockaddr_in a = loopback(s->port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    atomic_store(&s->must_stop, 1);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
        perror("sink"); /* then accept fails below */
    close(fd);
    pthread_join(s->thread, NULL);
    close(s->listener);
}

str sink_message(const struct sink *s, int n)
{
    return (str){s->messages[n], s->lengths[n]};
}
