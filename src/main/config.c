#include "main/config.h"

#include "base/buf.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file as libcyaml fills it; absent keys stay NULL or keep their number. */
struct file {
    char *site_zh, *site_en, *owner_zh, *owner_en, *listen, *database, *base_url, *trusted_proxy;
    char *mail_url, *mail_from, *mail_user, *mail_password_file;
    char *sms_url, *sms_token_file, *sms_to_field, *sms_text_field;
    char *icp, *police_number, *site_code;
    int64_t *upload_mib, *session_hours, *idle_minutes, *workers;
    bool *demonstration, *shows_codes;
};

#define TEXT(key)                                                                                  \
    CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, key, 0, 500)
#define NUMBER(key)                                                                                \
    CYAML_FIELD_INT_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, key)
#define FLAG(key)                                                                                  \
    CYAML_FIELD_BOOL_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, key)

static const cyaml_schema_field_t fields[] = {
    /* clang-format off */
    TEXT(site_zh), TEXT(site_en), TEXT(owner_zh), TEXT(owner_en), TEXT(listen), TEXT(database), TEXT(base_url),
    TEXT(trusted_proxy), TEXT(mail_url), TEXT(mail_from), TEXT(mail_user), TEXT(mail_password_file), TEXT(sms_url),
    TEXT(sms_token_file), TEXT(sms_to_field), TEXT(sms_text_field), TEXT(icp), TEXT(police_number), TEXT(site_code),
    NUMBER(upload_mib), NUMBER(session_hours), NUMBER(idle_minutes), NUMBER(workers),
    FLAG(demonstration), FLAG(shows_codes),
    CYAML_FIELD_END,
    /* clang-format on */
};

static const cyaml_schema_value_t schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file, fields),
};

/* libcyaml says what is wrong through its log. */
static void collect(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
    struct buf *b = ctx;

    if (level >= CYAML_LOG_ERROR)
        buf_vfmt(b, fmt, args);
}

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

static void take_text(struct arena *a, str *to, const char *from)
{
    if (from != NULL)
        *to = str_copy(a, str_of(from));
}

static bool take_number(struct buf *why, const char *key, int64_t *to, const int64_t *from,
                        int64_t min, int64_t max, int64_t unit)
{
    if (from == NULL)
        return true;
    if (*from < min || *from > max) {
        buf_fmt(why, "%s: must be between %lld and %lld\n", key, (long long)min, (long long)max);
        return false;
    }
    *to = *from * unit;
    return true;
}

static bool take_file(struct arena *a, struct buf *why, struct config *g, const struct file *f)
{
    take_text(a, &g->site_zh, f->site_zh);
    take_text(a, &g->site_en, f->site_en);
    take_text(a, &g->owner_zh, f->owner_zh);
    take_text(a, &g->owner_en, f->owner_en);
    take_text(a, &g->listen, f->listen);
    take_text(a, &g->db_url, f->database);
    take_text(a, &g->base_url, f->base_url);
    take_text(a, &g->trusted_proxy, f->trusted_proxy);
    take_text(a, &g->mail_url, f->mail_url);
    take_text(a, &g->mail_from, f->mail_from);
    take_text(a, &g->mail_user, f->mail_user);
    take_text(a, &g->mail_password_file, f->mail_password_file);
    take_text(a, &g->sms_url, f->sms_url);
    take_text(a, &g->sms_token_file, f->sms_token_file);
    take_text(a, &g->sms_to_field, f->sms_to_field);
    take_text(a, &g->sms_text_field, f->sms_text_field);
    take_text(a, &g->icp, f->icp);
    take_text(a, &g->police_number, f->police_number);
    take_text(a, &g->site_code, f->site_code);
    if (g->base_url.len > 0 && !str_starts(g->base_url, S("https://")) &&
        !str_starts(g->base_url, S("http://"))) {
        buf_fmt(why, "base_url: must begin with https:// or http://\n");
        return false;
    }
    g->is_demo = f->demonstration != NULL && *f->demonstration;
    g->shows_codes = f->shows_codes != NULL && *f->shows_codes && g->is_demo;
    return take_number(why, "upload_mib", &g->upload_max, f->upload_mib, 1, 1024, 1024 * 1024) &&
           take_number(why, "session_hours", &g->session_hours, f->session_hours, 1, 24 * 30, 1) &&
           take_number(why, "idle_minutes", &g->idle_minutes, f->idle_minutes, 5, 24 * 60, 1) &&
           take_number(why, "workers", &g->workers, f->workers, 1, 256, 1);
}

enum err config_load(struct arena *a, str dir, struct config *config, str *problem)
{
    struct buf why = {.arena = a, .max = 4000};
    const cyaml_config_t how = {.log_fn = collect,
                                .log_ctx = &why,
                                .mem_fn = cyaml_mem,
                                .log_level = CYAML_LOG_ERROR,
                                .flags = CYAML_CFG_NO_ALIAS};
    str path = str_fmt(a, "%.*s/config.yaml", STR_ARG(dir));
    struct file *f = NULL;

    *config = config_default(a, dir);
    *problem = S("");
    if (access(path.at, F_OK) != 0)
        return NOT_FOUND;
    buf_fmt(&why, "%s: ", path.at);
    cyaml_err_t e = cyaml_load_file(path.at, &how, &schema, (cyaml_data_t **)&f, NULL);
    bool good = e == CYAML_OK && (f == NULL || take_file(a, &why, config, f)); /* NULL: empty */
    if (e != CYAML_OK)
        buf_fmt(&why, "%s", cyaml_strerror(e));
    if (f != NULL)
        cyaml_free(&how, &schema, f, 0);
    *problem = buf_str(&why);
    return good ? OK : INVALID;
}

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

    int fd = open(path.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP);
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
