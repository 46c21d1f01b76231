/* person: accounts and roles from the command line. */
#include "base/msg.h"
#include "body/body.h"
#include "main/app.h"
#include "main/app_sql.h"
#include "main/command.h"
#include "person/person.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 64 * 1024 * 1024, PASSWORD_CHARS = 16 };

struct person_cmd {
    str login, name, mail, phone, verified, role, scope;
    bool ends;
    str password; /* made here, printed once */
    str hash;
};

static enum err add(struct ctx *c, void *arg)
{
    struct person_cmd *k = arg;
    struct person_new n = {
        .login = k->login, .name = k->name, .password_hash = k->hash, .must_change = true};
    bool is_mail;
    int64_t id;

    /* People without a sign-in name come by their contact, never from here. */
    if (k->login.len == 0)
        return fail_on(c, INVALID, S("login"), MSG_PERSON_LOGIN_WRONG, I(PERSON_LOGIN_MAX));
    if (k->mail.len > 0)
        TRY(person_address(c, k->mail, &n.mail, &is_mail));
    if (k->phone.len > 0)
        TRY(person_address(c, k->phone, &n.phone, &is_mail));
    if (k->verified.len > 0 && (!str_to_i64(k->verified, &n.verified) ||
                                n.verified < VERIFIED_NOT || n.verified > VERIFIED_DESK))
        return fail(c, INVALID, MSG_ERROR_NUMBER, I(VERIFIED_NOT), I(VERIFIED_DESK));
    TRY(person_add(c, &n, &id));
    return person_give_role(c, id, ROLE_RESIDENT, 0);
}

static enum err set_password(struct ctx *c, void *arg)
{
    struct person_cmd *k = arg;
    struct person p;

    TRY(person_find(c, k->login, &p));
    TRY(person_sign_out_all(c, p.id, S("")));
    return person_set_password(c, p.id, k->hash, true);
}

static enum err set_role(struct ctx *c, void *arg)
{
    struct person_cmd *k = arg;
    uint32_t role = role_find(k->role);
    struct body scope = {0};
    struct person p;

    TRY(person_find(c, k->login, &p));
    if (role == 0)
        return fail(c, INVALID, MSG_PERSON_NO_SUCH_ROLE, T(k->role));
    if (k->scope.len > 0) {
        str code = k->scope, kind = str_cut(&code, ':');
        TRY(body_find(c, kind, code, &scope));
    }
    return k->ends ? person_end_role(c, p.id, role, scope.id)
                   : person_give_role(c, p.id, role, scope.id);
}

static enum err list(struct ctx *c, void *arg)
{
    struct rows row;
    bool found;

    (void)arg;
    TRY(db_rows(&row, c->db, &PEOPLE_LIST));
    for (;;) {
        TRY(db_next(&row, &found));
        if (!found)
            return OK;
        str login = take_str(&row, c->arena), name = take_str(&row, c->arena);
        int64_t verified = take_i64(&row);
        str role = take_str(&row, c->arena), scope = take_str(&row, c->arena);
        printf("%-20.*s %.*s  %lld  %.*s %.*s\n", STR_ARG(login), STR_ARG(name),
               (long long)verified, STR_ARG(role), STR_ARG(scope));
    }
}

static int run(const char *dir, app_act_fn *fn, struct person_cmd *k, bool reads)
{
    static struct instance in;
    enum err e = app_open(&in, dir);

    if (e != OK)
        return exit_of(e);
    struct arena *a = arena_new("person", ARENA_MAX);
    struct ctx c = app_ctx(&in, a);
    c.lang = LANG_EN;
    if (k->password.len > 0)
        k->hash = crypto_password_hash(a, k->password);
    e = reads ? app_read(&in, &c, fn, k) : app_act(&in, &c, fn, k);
    if (e != OK)
        fprintf(stderr, "shangliang: %s\n", failure_text(&c).at);
    else if (k->password.len > 0)
        printf("%.*s\n", STR_ARG(k->password));
    arena_free(a);
    app_close(&in);
    return exit_of(e);
}

int cmd_person(int argc, char **argv)
{
    struct person_cmd k = {.ends = take_flag(&argc, argv, "--end") != 0};
    struct arena *a = arena_new("password", 65536);
    int status;

    crypto_start();
    k.mail = str_of(take_option(&argc, argv, "--mail"));
    k.phone = str_of(take_option(&argc, argv, "--phone"));
    k.verified = str_of(take_option(&argc, argv, "--verified"));
    k.scope = str_of(take_option(&argc, argv, "--scope"));
    str what = str_of(argc > 1 ? argv[1] : NULL);
    if (argc >= 4)
        k.login = str_of(argv[3]);
    if (str_eq(what, S("add")) && argc == 5) {
        k.name = str_of(argv[4]);
        k.password = crypto_code(a, PASSWORD_CHARS);
        status = run(argv[2], add, &k, false);
    } else if (str_eq(what, S("password")) && argc == 4) {
        k.password = crypto_code(a, PASSWORD_CHARS);
        status = run(argv[2], set_password, &k, false);
    } else if (str_eq(what, S("role")) && argc == 5) {
        k.role = str_of(argv[4]);
        status = run(argv[2], set_role, &k, false);
    } else if (str_eq(what, S("list")) && argc == 3) {
        status = run(argv[2], list, &k, true);
    } else {
        status = usage("person");
    }
    arena_free(a);
    return status;
}
