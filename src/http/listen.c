#include "http/listen.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024, ADDRESS_MAX = 64 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool host_z(str host, char *z)
{
    if (host.len == 0 || host.len >= ADDRESS_MAX || memchr(host.at, '\0', host.len) != NULL)
        return false;
    memcpy(z, host.at, host.len);
    z[host.len] = '\0';
    return true;
}

static bool address_parse(str text, union address *at, bool *is_both)
{
    char z[ADDRESS_MAX];
    int64_t port;
    size_t colon = text.len;

    while (colon > 0 && text.at[colon - 1] != ':')
        colon--;
    if (colon == 0 || !str_to_i64(str_slice(text, colon, text.len), &port) || port < 0 ||
        port > 65535)
        return false;
    str host = str_slice(text, 0, colon - 1);
    *at = (union address){0};
    *is_both = str_eq(host, S("*"));
    if (*is_both || (str_starts(host, S("[")) && str_ends(host, S("]")) && host.len > 2)) {
        at->v6.sin6_family = AF_INET6;
        at->v6.sin6_port = htons((uint16_t)port);
        at->v6.sin6_addr = in6addr_any;
        if (*is_both)
            return true;
        return host_z(str_slice(host, 1, host.len - 1), z) &&
               inet_pton(AF_INET6, z, &at->v6.sin6_addr) == 1;
    }
    at->v4.sin_family = AF_INET;
    at->v4.sin_port = htons((uint16_t)port);
    if (str_eq(host, S("localhost")))
        host = S("127.0.0.1");
    return host_z(host, z) && inet_pton(AF_INET, z, &at->v4.sin_addr) == 1;
}

static int socket_open(const union address *at, bool is_both)
{
    socklen_t len = at->any.sa_family == AF_INET6 ? sizeof at->v6 : sizeof at->v4;
    int on = 1, only_v6 = !is_both;
    int fd = socket(at->any.sa_family, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        bind(fd, &at->any, len) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

enum err listen_open(str address, int *fd, int *port)
{
    union address at;
    bool is_both;
    socklen_t len = sizeof at;

    if (!address_parse(address, &at, &is_both))
        return INVALID;
    *fd = socket_open(&at, is_both);
    if (*fd < 0 && is_both && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
        /* A machine without IPv6. */
        uint16_t wanted = at.v6.sin6_port;
        at = (union address){.v4 = {.sin_family = AF_INET, .sin_port = wanted}};
        *fd = socket_open(&at, false);
    }
    if (*fd < 0) {
        log_line(LOG_ERROR, "listen", LOG_STR("address", address),
                 LOG_STR("why", str_of(strerror(errno))));
        return errno == EADDRINUSE ? BUSY : FAULT;
    }
    if (getsockname(*fd, &at.any, &len) != 0) {
        close(*fd);
        return FAULT;
    }
    *port = ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
    return OK;
}

str listen_peer(struct arena *a, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address != NULL && address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    } else if (address != NULL && address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
            inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text, sizeof text);
        else
            inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    return str_copy(a, str_of(text));
}

bool listen_is_address(str text)
{
    char z[ADDRESS_MAX];
    struct in6_addr any;

    return host_z(text, z) &&
           (inet_pton(AF_INET, z, &any) == 1 || inet_pton(AF_INET6, z, &any) == 1);
}
