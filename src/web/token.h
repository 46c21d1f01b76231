/*
 * token -- the proof that a form was drawn by us for this browser.
 *
 * It is an HMAC over the value of the sign-in's cookie, or of the visitor's for people who are not
 * signed in; another site can make the browser send the cookie, but cannot know the token.
 */
#pragma once
#include "web/web.h"

str form_token(struct ctx *c, str sign_in, str visitor);

/* Is the token of this POST right, and does the Origin, where the browser sends one, name this
 * host? */
bool form_token_ok(struct ctx *c, const struct req *q, str sign_in, str visitor);
