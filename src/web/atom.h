/*
 * atom -- feeds (RFC 4287), written piece by piece into the page.
 *
 *     atom_begin(p, &feed);  atom_entry(p, &entry) …;  atom_end(p);
 *
 * Addresses must be absolute: they are the ids of the entries as well.
 */
#pragma once
#include "web/web.h"

struct atom_feed {
    str title, author;
    str self, page;  /* the feed's own address, and that of the page it belongs to */
    int64_t updated; /* latest change of what is in it; milliseconds */
};

struct atom_entry {
    str title, id, url; /* id empty: the address is the id */
    str summary, author;
    int64_t published, updated;
};

void atom_begin(struct page *p, const struct atom_feed *f);
void atom_entry(struct page *p, const struct atom_entry *e);
void atom_end(struct page *p);
