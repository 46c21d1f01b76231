#include "http/wire.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 10000 };

static void die(const char *what)
{
    fprintf(stderr, "wire: %s: %s\n", what, strerror(errno));
    abort();
}

int wire_open(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
        die("connect");
    return fd;
}

int wire_open_v6(int port)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6,
                              .sin6_port = htons((uint16_t)port),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

bool wire_try_send(int fd, str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
        if (n < 0)
            return false;
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return true;
}

void wire_send(int fd, str bytes)
{
    if (!wire_try_send(fd, bytes))
        die("send");
}

/* At least one more byte into b; false when the connection is over. */
static bool more(int fd, struct buf *b)
{
    char piece[16384];
    struct pollfd p = {.fd = fd, .events = POLLIN};

    if (poll(&p, 1, WAIT_MS) == 0)
        die("nothing came");
    ssize_t n = recv(fd, piece, sizeof piece, 0);
    if (n <= 0)
        return false;
    buf_put(b, (str){piece, (size_t)n});
    return true;
}

static bool one(int fd, struct buf *b)
{
    char c;
    struct pollfd p = {.fd = fd, .events = POLLIN};

    if (poll(&p, 1, WAIT_MS) == 0)
        die("nothing came");
    if (recv(fd, &c, 1, 0) != 1)
        return false;
    buf_byte(b, c);
    return true;
}

str wire_until(struct arena *a, int fd, str end)
{
    struct buf b = {.arena = a};

    while (!str_ends(buf_str(&b), end) && one(fd, &b))
        continue;
    return buf_str(&b);
}

str wire_header(const struct answer *r, str name)
{
    str rest = r->head;

    while (rest.len > 0) {
        str value = str_cut(&rest, '\n');
        str key = str_cut(&value, ':');
        if (str_eq_ci(key, name))
            return str_trim(value);
    }
    return S("");
}

static str body_chunked(struct arena *a, int fd)
{
    struct buf b = {.arena = a};

    for (;;) {
        str line = wire_until(a, fd, S("\r\n"));
        size_t size = (size_t)strtoul(str_z(a, line), NULL, 16), from = b.len;
        while (b.len < from + size && one(fd, &b))
            continue;
        wire_until(a, fd, S("\r\n"));
        if (size == 0)
            return buf_str(&b);
    }
}

static str body_sized(struct arena *a, int fd, size_t size)
{
    struct buf b = {.arena = a};

    while (b.len < size) {
        char piece[16384];
        size_t want = size - b.len < sizeof piece ? size - b.len : sizeof piece;
        ssize_t n = recv(fd, piece, want, 0);
        if (n <= 0)
            break;
        buf_put(&b, (str){piece, (size_t)n});
    }
    return buf_str(&b);
}

struct answer wire_answer(struct arena *a, int fd, bool is_head)
{
    struct answer r = {.head = wire_until(a, fd, S("\r\n\r\n"))};
    int64_t size, status;

    if (!str_starts(r.head, S("HTTP/1.")) || r.head.len < 12)
        return (struct answer){.is_closed = true};
    if (!str_to_i64(str_slice(r.head, 9, 12), &status))
        return (struct answer){.is_closed = true};
    r.status = (int)status;
    if (r.status == 100)
        return wire_answer(a, fd, is_head);
    if (is_head || r.status == 304 || r.status == 204)
        return r;
    if (str_eq(wire_header(&r, S("Transfer-Encoding")), S("chunked"))) {
        r.body = body_chunked(a, fd);
    } else if (str_to_i64(wire_header(&r, S("Content-Length")), &size)) {
        r.body = body_sized(a, fd, (size_t)size);
    } else {
        struct buf b = {.arena = a};
        while (more(fd, &b))
            continue;
        r.body = buf_str(&b);
    }
    return r;
}

size_t wire_count(int fd, char byte, size_t count)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char piece[16384];
    size_t seen = 0;

    while (seen < count) {
        if (poll(&p, 1, WAIT_MS) == 0)
            die("nothing came");
        ssize_t n = recv(fd, piece, sizeof piece, 0);
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++)
            seen += piece[i] == byte;
    }
    return seen;
}

bool wire_closes(int fd, int ms)
{
    int64_t until = clock_ticks() + (int64_t)ms * 1000;
    char piece[4096];

    for (;;) {
        int64_t left = (until - clock_ticks()) / 1000;
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (left <= 0 || poll(&p, 1, (int)left) == 0)
            return false;
        if (recv(fd, piece, sizeof piece, 0) <= 0)
            return true;
    }
}

struct answer wire_ask(struct arena *a, int port, str request)
{
    int fd = wire_open(port);

    wire_try_send(fd, request);
    struct answer r = wire_answer(a, fd, str_starts(request, S("HEAD")));
    r.is_closed = wire_closes(fd, 100);
    close(fd);
    return r;
}
