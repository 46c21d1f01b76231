#include "main/config.h"

#include "base/buf.h"
#include "base/msg.h"
#include "db/db.h"
#include "procedure/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct config config_default(struct arena *a, str dir)
{
    return (struct config){
        .dir = str_copy(a, dir),
        .site_zh = S("\xE5\x95\x86\xE9\x87\x8F"), /* the product's name, U+5546 U+91CF */
        .site_en = S("Shangliang"),
        .listen = S("127.0.0.1:8080"),
        .sms_to_field = S("to"),
        .sms_text_field = S("text"),
        .upload_max = 10 * 1024 * 1024,
        .session_hours = 12,
        .idle_minutes = 60,
        .workers = 16,
    };
}

enum err config_read(struct arena *a, const char *path, int64_t max, str *text)
{
    FILE *f = fopen(path, "re");
    struct stat st;

    if (f == NULL)
        return NOT_FOUND;
    if (fstat(fileno(f), &st) != 0 || st.st_size > max) {
        fclose(f);
        return INVALID;
    }
    char *at = arena_alloc(a, (size_t)st.st_size + 1);
    size_t n = fread(at, 1, (size_t)st.st_size, f);
    fclose(f);
    *text = (str){at, n};
    return OK;
}

/* ---- reading ---- */

#define PLACE(key) offsetof(struct config, key)

static const struct {
    const char *key;
    size_t place;
} texts[] = {
    {"site_zh", PLACE(site_zh)},
    {"site_en", PLACE(site_en)},
    {"owner_zh", PLACE(owner_zh)},
    {"owner_en", PLACE(owner_en)},
    {"listen", PLACE(listen)},
    {"database", PLACE(db_url)},
    {"base_url", PLACE(base_url)},
    {"trusted_proxy", PLACE(trusted_proxy)},
    {"mail_url", PLACE(mail_url)},
    {"mail_from", PLACE(mail_from)},
    {"mail_user", PLACE(mail_user)},
    {"mail_password_file", PLACE(mail_password_file)},
    {"sms_url", PLACE(sms_url)},
    {"sms_token_file", PLACE(sms_token_file)},
    {"sms_to_field", PLACE(sms_to_field)},
    {"sms_text_field", PLACE(sms_text_field)},
    {"icp", PLACE(icp)},
    {"police_number", PLACE(police_number)},
    {"site_code", PLACE(site_code)},
};

static const struct {
    const char *key;
    size_t place;
    int64_t min, max, unit;
} numbers[] = {
    {"upload_mib", PLACE(upload_max), 1, 1024, INT64_C(1024) * 1024},
    {"session_hours", PLACE(session_hours), 1, INT64_C(24) * 30, 1},
    {"idle_minutes", PLACE(idle_minutes), 5, INT64_C(24) * 60, 1},
    {"workers", PLACE(workers), 1, 256, 1},
};

static const struct {
    const char *key;
    size_t place;
} flags[] = {{"demonstration", PLACE(is_demo)}, {"shows_codes", PLACE(shows_codes)}};

enum { TEXTS = sizeof texts / sizeof *texts, NUMBERS = sizeof numbers / sizeof *numbers };
enum { FLAGS = sizeof flags / sizeof *flags };

static bool take_text(struct config *g, const struct node *n)
{
    for (size_t i = 0; i < TEXTS; i++) {
        if (str_eq(n->key, str_of(texts[i].key))) {
            *(str *)((char *)g + texts[i].place) = n->text;
            return true;
        }
    }
    return false;
}

static bool take_number(struct config *g, const struct node *n, struct problem_list *problems)
{
    int64_t number;

    for (size_t i = 0; i < NUMBERS; i++) {
        if (!str_eq(n->key, str_of(numbers[i].key)))
            continue;
        if (str_to_i64(n->text, &number) && number >= numbers[i].min && number <= numbers[i].max)
            *(int64_t *)(void *)((char *)g + numbers[i].place) = number * numbers[i].unit;
        else
            problem(problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_NUMBER, T(n->key),
                    I(numbers[i].min), I(numbers[i].max));
        return true;
    }
    return false;
}

static bool take_flag(struct config *g, const struct node *n, struct problem_list *problems)
{
    for (size_t i = 0; i < FLAGS; i++) {
        if (!str_eq(n->key, str_of(flags[i].key)))
            continue;
        bool is_true = str_eq(n->text, S("true"));
        if (!is_true && !str_eq(n->text, S("false")))
            problem(problems, n->line, MSG_PROCEDURE_PROBLEM_WANT_BOOL, T(n->key));
        *(bool *)((char *)g + flags[i].place) = is_true;
        return true;
    }
    return false;
}

static void take_entry(struct config *g, const struct node *n, struct problem_list *problems)
{
    if (n->type != NODE_VALUE) {
        problem(problems, n->line, MSG_CONFIG_WANT_VALUE, T(n->key));
        return;
    }
    if (!take_text(g, n) && !take_number(g, n, problems) && !take_flag(g, n, problems))
        problem(problems, n->line, MSG_PROCEDURE_PROBLEM_UNKNOWN_KEY, T(n->key));
    if (str_eq(n->key, S("base_url")) && n->text.len > 0 && !str_starts(n->text, S("https://")) &&
        !str_starts(n->text, S("http://")))
        problem(problems, n->line, MSG_CONFIG_BASE_URL, T(n->key));
}

static void take_file(struct arena *a, str text, struct config *g, struct problem_list *problems)
{
    if (text_check(text) != TEXT_OK) {
        problem(problems, 0, MSG_PROCEDURE_PROBLEM_NOT_TEXT);
        return;
    }
    struct node *root = tree_read(a, text, problems);
    if (root == NULL) {
        if (problems->count == 1 && problems->at[0].msg == MSG_PROCEDURE_PROBLEM_EMPTY)
            problems->count = 0; /* nothing is decided, and everything as usual */
        return;
    }
    if (root->type != NODE_MAP)
        problem(problems, root->line, MSG_CONFIG_WANT_KEYS);
    for (const struct node *n = root->first; n != NULL && root->type == NODE_MAP; n = n->next)
        take_entry(g, n, problems);
    g->shows_codes = g->shows_codes && g->is_demo;
}

enum err config_load(struct arena *a, str dir, struct config *config, str *problem)
{
    struct problem_list *problems = NEW(a, struct problem_list);
    struct buf why = {.arena = a};
    str path = str_fmt(a, "%.*s/config.yaml", STR_ARG(dir)), text;

    *config = config_default(a, dir);
    *problem = S("");
    *problems = (struct problem_list){.count = 0};
    enum err e = config_read(a, path.at, CONFIG_TEXT_MAX, &text);
    if (e == NOT_FOUND)
        return e;
    if (e == OK)
        take_file(a, text, config, problems);
    else
        problem(problems, 0, MSG_PROCEDURE_PROBLEM_TOO_BIG, I(CONFIG_TEXT_MAX / 1024));
    procedure_put_problems(&why, LANG_EN, path, problems);
    *problem = buf_str(&why);
    return problems->count == 0 ? OK : INVALID;
}

/* ---- without the password ---- */

static bool ends_address(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' || ch == '"' || ch == '\'';
}

/* "password=…" among the parameters behind the "?". */
static void put_parameters(struct buf *b, str parameters)
{
    char sep = '?';

    while (parameters.len > 0) {
        str one = str_cut(&parameters, '&');
        if (str_starts(one, S("password=")) || str_starts(one, S("sslpassword=")))
            continue;
        buf_byte(b, sep);
        buf_put(b, one);
        sep = '&';
    }
}

/* What follows "postgresql://", read as libpq reads it: the user ends at the first "@", if no "/"
 * comes before that. */
static void put_address(struct buf *b, str address)
{
    size_t at = str_find(address, S("@")), slash = str_find(address, S("/"));

    if (at != SIZE_MAX && at < slash) {
        str user = str_slice(address, 0, at);
        buf_put(b, str_cut(&user, ':'));
        address = str_slice(address, at, address.len);
    }
    buf_put(b, str_cut(&address, '?'));
    put_parameters(b, address);
}

enum err config_without_password(struct arena *a, str text, str *without)
{
    struct problem_list *problems = NEW(a, struct problem_list);
    struct config config = config_default(a, S(""));
    struct buf b = {.arena = a};

    for (size_t i = 0; i < text.len;) {
        str rest = str_slice(text, i, text.len);
        size_t head = str_starts(rest, S("postgresql://")) ? sizeof "postgresql://" - 1
                      : str_starts(rest, S("postgres://")) ? sizeof "postgres://" - 1
                                                           : 0;
        size_t end = head;
        while (head > 0 && end < rest.len && !ends_address(rest.at[end]))
            end++;
        buf_put(&b, str_slice(rest, 0, head > 0 ? head : 1));
        put_address(&b, str_slice(rest, head, end));
        i += head > 0 ? end : 1;
    }
    *without = buf_str(&b);
    *problems = (struct problem_list){.count = 0};
    take_file(a, *without, &config, problems);
    return db_has_password(config.db_url) ? INVALID : OK;
}

/* ---- making ---- */

static void put_line(struct buf *b, const char *comment, const char *key, str value)
{
    if (comment[0] != '\0')
        buf_fmt(b, "# %s\n", comment);
    if (value.len > 0)
        buf_fmt(b, "%s: \"%.*s\"\n", key, STR_ARG(value));
    else
        buf_fmt(b, "# %s:\n", key);
}

enum err config_create(struct arena *a, str dir, str db_url, bool is_demo)
{
    struct config g = config_default(a, dir);
    str path = str_fmt(a, "%.*s/config.yaml", STR_ARG(dir));
    struct buf b = {.arena = a};

    put_line(&b, "Name of the site, in both languages", "site_zh", g.site_zh);
    put_line(&b, "", "site_en", g.site_en);
    put_line(&b, "The body that runs it, for the footer", "owner_zh", g.owner_zh);
    put_line(&b, "", "owner_en", g.owner_en);
    put_line(&b, "Where to listen: 127.0.0.1:8080 behind a proxy, *:8080 for IPv4 and IPv6",
             "listen", g.listen);
    put_line(&b, "postgresql://…; nothing: the file shangliang.db in this folder", "database",
             db_url);
    put_line(&b, "https://…, for links in mails and feeds", "base_url", g.base_url);
    put_line(&b, "Address of the proxy whose X-Forwarded-For is believed", "trusted_proxy",
             g.trusted_proxy);
    put_line(&b, "Mail: smtp://host:port, and the address it comes from; nothing: mails wait",
             "mail_url", g.mail_url);
    put_line(&b, "", "mail_from", g.mail_from);
    put_line(&b, "Name and password (in a file of mode 0600) for the mail server", "mail_user",
             g.mail_user);
    put_line(&b, "", "mail_password_file", g.mail_password_file);
    put_line(&b, "SMS gateway: http(s)://…, token in a file", "sms_url", g.sms_url);
    put_line(&b, "", "sms_token_file", g.sms_token_file);
    buf_fmt(&b, "# A demonstration: the ribbon on every page\ndemonstration: %s\n",
            is_demo ? "true" : "false");
    buf_fmt(&b,
            "# Show codes on the page instead of only sending them (demonstration "
            "alone)\nshows_codes: %s\n",
            is_demo ? "true" : "false");

    mode_t mode = S_IRUSR | S_IWUSR | (db_has_password(db_url) ? 0 : S_IRGRP);
    int fd = open(path.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return errno == EEXIST ? CONFLICT : FAULT;
    ssize_t n = write(fd, b.at, b.len);
    close(fd);
    return n == (ssize_t)b.len ? OK : FAULT;
}

str config_secret(struct arena *a, str path)
{
    char text[512];
    FILE *f = path.len == 0 ? NULL : fopen(str_z(a, path), "re");
    str line = S("");

    if (f == NULL)
        return line;
    if (fgets(text, sizeof text, f) != NULL)
        line = str_copy(a, str_trim(str_of(text)));
    fclose(f);
    return line;
}
