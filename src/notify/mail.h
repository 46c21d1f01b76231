/*
 * mail -- one message as the bytes of RFC 5322 and MIME.
 *
 * Nothing that a person typed reaches a header unencoded: an address is refused unless it is a
 * plain one, subject and names are encoded words (RFC 2047) unless they are short plain ASCII, and
 * control characters become spaces first. So no text can end a header and begin another.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { MAIL_ADDRESS_MAX = 254, MAIL_SUBJECT_MAX = 200 /* characters */ };

struct mail {
    str from, from_name; /* address, and the site's name; the name may be empty */
    str to;
    str subject;
    str text;        /* UTF-8, lines end in \n */
    str id;          /* the part of the Message-ID before "@": ASCII letters and digits */
    str unsubscribe; /* https address for List-Unsubscribe; empty: none */
    int64_t date_ms;
};

/* name@host in ASCII: one "@", no spaces, quotes, brackets, commas or controls, a dot or letter on
 * each side. Stricter than the standard, which allows what nobody has. */
bool mail_address_ok(str address);

/* An absolute http(s) address of printable ASCII without spaces, quotes and angle brackets. */
bool mail_url_ok(str url);

/* The whole message with CRLF. INVALID when an address, the id or the unsubscribe address is not
 * fit for a header. */
enum err mail_put(struct buf *b, const struct mail *m) MUST_USE;
