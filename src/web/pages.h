/*
 * pages -- every handler of the site map, by the noun it belongs to. Each has the type web_fn
 * (web/web.h).
 */
#pragma once
#include "web/web.h"

#define PAGE_(name) enum err name(struct ctx *c, const struct req *q, struct page *p)

/* clang-format off */
PAGE_(about_web_accessibility);
PAGE_(about_web_security);

PAGE_(audit_web_csv);
PAGE_(audit_web_note);
PAGE_(audit_web_show);
PAGE_(audit_web_xlsx);

PAGE_(calendar_web_act);
PAGE_(calendar_web_show);

PAGE_(desk_web_behalf);
PAGE_(desk_web_behalf_end);
PAGE_(desk_web_behalf_show);
PAGE_(desk_web_bulk);
PAGE_(desk_web_csv);
PAGE_(desk_web_key_in);
PAGE_(desk_web_key_in_show);
PAGE_(desk_web_show);
PAGE_(desk_web_verify);
PAGE_(desk_web_xlsx);

PAGE_(figure_web_csv);
PAGE_(figure_web_list);
PAGE_(figure_web_show);
PAGE_(figure_web_xlsx);

PAGE_(follow_web_act);
PAGE_(follow_web_show);

PAGE_(home_web_show);

PAGE_(inbox_web_bulk);
PAGE_(inbox_web_csv);
PAGE_(inbox_web_show);
PAGE_(inbox_web_xlsx);

PAGE_(matter_web_act);
PAGE_(matter_web_act_prepare);
PAGE_(matter_web_atom);
PAGE_(matter_web_csv);
PAGE_(matter_web_entry_atom);
PAGE_(matter_web_events);
PAGE_(matter_web_file);
PAGE_(matter_web_follow);
PAGE_(matter_web_list);
PAGE_(matter_web_print);
PAGE_(matter_web_reach);
PAGE_(matter_web_show);
PAGE_(matter_web_support);
PAGE_(matter_web_unfollow);
PAGE_(matter_web_version);
PAGE_(matter_web_xlsx);

PAGE_(me_web_contact_act);
PAGE_(me_web_contact_show);
PAGE_(me_web_data);
PAGE_(me_web_out_everywhere);
PAGE_(me_web_password_act);
PAGE_(me_web_password_prepare);
PAGE_(me_web_password_show);
PAGE_(me_web_show);

PAGE_(mechanism_web_csv);
PAGE_(mechanism_web_list);
PAGE_(mechanism_web_show);
PAGE_(mechanism_web_xlsx);

PAGE_(people_web_csv);
PAGE_(people_web_note);
PAGE_(people_web_role);
PAGE_(people_web_show);
PAGE_(people_web_xlsx);

PAGE_(plan_web_csv);
PAGE_(plan_web_list);
PAGE_(plan_web_show);
PAGE_(plan_web_xlsx);

PAGE_(procedure_web_graph);
PAGE_(procedure_web_list);
PAGE_(procedure_web_show);

PAGE_(raise_web_act);
PAGE_(raise_web_confirm_act);
PAGE_(raise_web_confirm_show);
PAGE_(raise_web_done);
PAGE_(raise_web_paper);
PAGE_(raise_web_prepare);
PAGE_(raise_web_show);
PAGE_(raise_web_similar);

PAGE_(receipt_web_show);

PAGE_(search_web_show);

PAGE_(sign_in_code_web_act);
PAGE_(sign_in_code_web_prepare);
PAGE_(sign_in_code_web_show);
PAGE_(sign_in_web_act);
PAGE_(sign_in_web_out);
PAGE_(sign_in_web_prepare);
PAGE_(sign_in_web_show);

/* clang-format on */
#undef PAGE_
