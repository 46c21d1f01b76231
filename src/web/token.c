#include "web/token.h"

str form_token(struct ctx *c, str sign_in, str visitor)
{
    struct digest d =
        crypto_hmac(c->keys->form, str_join(c->arena, sign_in.len > 0 ? S("s") : S("v"),
                                            sign_in.len > 0 ? sign_in : visitor));

    return crypto_hex(c->arena, str_slice(digest_str(&d), 0, 16));
}

static bool origin_ok(const struct req *q)
{
    str origin = q->origin;

    if (origin.len == 0)
        return true;
    size_t at = str_find(origin, S("://"));
    return at != SIZE_MAX && str_eq_ci(str_slice(origin, at + 3, origin.len), q->host);
}

bool form_token_ok(struct ctx *c, const struct req *q, str sign_in, str visitor)
{
    str token = req_form(q, S("token"));

    return token.len > 0 && crypto_same(token, form_token(c, sign_in, visitor)) && origin_ok(q);
}
