#include "web/atom.h"

static void put(struct page *p, const char *name, str text)
{
    buf_fmt(p->out.buf, "<%s>", name);
    out_text(&p->out, text);
    buf_fmt(p->out.buf, "</%s>\n", name);
}

static void put_time(struct page *p, const char *name, int64_t ms)
{
    buf_fmt(p->out.buf, "<%s>", name);
    out_iso(&p->out, ms);
    buf_fmt(p->out.buf, "</%s>\n", name);
}

static void put_link(struct page *p, const char *rel, const char *type, str url)
{
    buf_fmt(p->out.buf, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
    out_attr(&p->out, url);
    buf_put(p->out.buf, S("\"/>\n"));
}

static void put_author(struct page *p, str name)
{
    if (name.len == 0)
        return;
    buf_put(p->out.buf, S("<author>"));
    put(p, "name", name);
    buf_put(p->out.buf, S("</author>\n"));
}

void atom_begin(struct page *p, const struct atom_feed *f)
{
    page_type(p, S("application/atom+xml; charset=utf-8"), S(""));
    buf_fmt(p->out.buf,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n",
            p->out.lang == LANG_EN ? "en" : "zh-CN");
    put(p, "title", f->title);
    put(p, "id", f->self);
    put_link(p, "self", "application/atom+xml", f->self);
    put_link(p, "alternate", "text/html", f->page);
    put_time(p, "updated", f->updated);
    put_author(p, f->author);
}

void atom_entry(struct page *p, const struct atom_entry *e)
{
    buf_put(p->out.buf, S("<entry>\n"));
    put(p, "title", e->title);
    put(p, "id", e->id.len > 0 ? e->id : e->url);
    put_link(p, "alternate", "text/html", e->url);
    put_time(p, "published", e->published);
    put_time(p, "updated", e->updated);
    put_author(p, e->author);
    if (e->summary.len > 0)
        put(p, "summary", e->summary);
    buf_put(p->out.buf, S("</entry>\n"));
}

void atom_end(struct page *p)
{
    buf_put(p->out.buf, S("</feed>\n"));
}
