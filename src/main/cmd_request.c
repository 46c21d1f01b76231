/* request: one request through the main path, without a socket. */
#include "main/app.h"
#include "main/command.h"
#include "person/person.h"
#include "web/token.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_MAX = 256 * 1024 * 1024, SHOWN_MAX = 64 * 1024 * 1024 };

struct asked {
    str login, token, digest;
    int64_t person;
};

/* A sign-in for this one request; it ends with it. */
static enum err sign_in(struct ctx *c, void *arg)
{
    struct asked *k = arg;
    struct person p;
    bool is_in;

    TRY(person_find(c, k->login, &p));
    k->person = p.id;
    TRY(person_sign_in(c, p.id, true, k->digest, S("command"), &is_in));
    return is_in ? OK : DENIED;
}

/* His other sign-ins go on. */
static enum err sign_out(struct ctx *c, void *arg)
{
    struct asked *k = arg;
    struct who *who;
    bool is_stale;

    TRY(person_who(c, k->digest, &who, &is_stale));
    c->who = who;
    return who == NULL ? OK : person_sign_out(c, k->digest); /* the request may have ended it */
}

static enum err read_body(struct arena *a, const char *path, str *body)
{
    struct buf b = {.arena = a};
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    size_t n;

    if (f == NULL)
        return NOT_FOUND;
    do {
        n = fread(buf_reserve(&b, 65536), 1, 65536, f);
        b.len += n;
    } while (n > 0 && b.len < HTTP_BODY_MAX);
    bool is_whole = ferror(f) == 0; /* a folder opens and cannot be read */
    if (f != stdin)
        fclose(f);
    *body = buf_str(&b);
    return is_whole ? OK : NOT_FOUND;
}

static enum method method_of(str name)
{
    if (str_eq(name, S("GET")))
        return METHOD_GET;
    if (str_eq(name, S("HEAD")))
        return METHOD_HEAD;
    return str_eq(name, S("POST")) ? METHOD_POST : METHOD_OTHER;
}

static void add_cookie(struct req *q, str name, str value)
{
    q->cookies[q->cookie_count++] = (struct http_field){.name = name, .value = value};
}

static void add_field(struct req *q, str name, str value)
{
    struct http_field *all = NEW_ARRAY(q->arena, q->form_count + 1, struct http_field);

    if (req_has(q, name))
        return;
    if (q->form_count > 0)
        memcpy(all, q->form_fields, q->form_count * sizeof *all);
    all[q->form_count++] = (struct http_field){.name = name, .value = value};
    q->form_fields = all;
}

static void print_file(const char *path)
{
    char block[65536];
    FILE *f = fopen(path, "re");
    size_t n;

    if (f == NULL)
        return;
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        fwrite(block, 1, n, stdout);
    fclose(f);
}

static void print_answer(struct res *s, enum method method)
{
    printf("HTTP/1.1 %d %s\r\nContent-Type: %.*s\r\n", s->status, http_reason(s->status),
           STR_ARG(s->type));
    for (size_t i = 0; i < s->header_count; i++)
        printf("%.*s: %.*s\r\n", STR_ARG(s->headers[i].name), STR_ARG(s->headers[i].value));
    printf("\r\n");
    fflush(stdout);
    if (method != METHOD_HEAD && s->file.len > 0)
        print_file(s->file.at);
    else if (method != METHOD_HEAD)
        fwrite(s->body.at == NULL ? "" : s->body.at, 1, s->body.len, stdout);
    if (s->file.len > 0 && s->file_is_temp)
        (void)unlink(s->file.at);
}

static enum err fill(struct instance *in, struct req *q, struct asked *k, const char *lang,
                     str body)
{
    str rest = q->path;

    q->path = http_decode(q->arena, str_cut(&rest, '?'), false);
    q->query = rest;
    q->host = S("localhost");
    q->address = S("command");
    q->cookies = NEW_ARRAY(q->arena, 4, struct http_field);
    TRY(http_parse_form(q->arena, rest, &q->query_fields, &q->query_count));
    TRY(http_parse_form(q->arena, body, &q->form_fields, &q->form_count));
    if (lang != NULL)
        add_cookie(q, S("lang"), str_of(lang));
    add_cookie(q, S("v"), S("command"));
    if (k->login.len > 0)
        add_cookie(q, S("s"), k->token);

    struct ctx c = app_ctx(in, q->arena);
    add_field(q, S("token"), form_token(&c, k->login.len > 0 ? k->token : S(""), S("command")));
    add_field(q, S("once"), web_random(q->arena, 12));
    return OK;
}

int cmd_request(int argc, char **argv)
{
    static struct instance in;
    const char *as = take_option(&argc, argv, "--as"), *lang = take_option(&argc, argv, "--lang");
    const char *body_path = take_option(&argc, argv, "--body");
    str body = S("");

    if (argc != 4 || argv[3][0] != '/' ||
        (lang != NULL && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0))
        return usage("request");
    enum err e = app_open(&in, argv[1]);
    if (e != OK)
        return exit_of(e);

    struct arena *a = arena_new("request", ARENA_MAX);
    struct ctx c = app_ctx(&in, a);
    struct asked k = {.login = str_of(as), .token = web_random(a, 32)};
    if (body_path != NULL && read_body(a, body_path, &body) != OK) {
        fprintf(stderr, "shangliang: %s: cannot be read\n", body_path);
        arena_free(a);
        app_close(&in);
        return EXIT_NOT_FOUND;
    }
    struct digest d = crypto_sha256(k.token);
    k.digest = digest_str(&d);
    if (k.login.len > 0)
        e = app_act(&in, &c, sign_in, &k);
    struct req q = {.arena = a, .method_name = str_of(argv[2]), .path = str_of(argv[3])};
    struct res s = {.status = 0};
    q.method = method_of(q.method_name);
    if (e == OK)
        e = fill(&in, &q, &k, lang, body);
    if (e == OK) {
        web_serve_wait(&in.app, &q, &s);
        print_answer(&s, q.method);
    } else {
        fprintf(stderr, "shangliang: %s\n", failure_text(&c).at);
    }
    if (k.person != 0 && app_act(&in, &c, sign_out, &k) != OK)
        fprintf(stderr, "shangliang: the sign-in of this request could not be ended\n");
    arena_free(a);
    app_close(&in);
    return e != OK ? exit_of(e) : EXIT_DONE;
}
