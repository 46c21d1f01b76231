/*
 * html_names -- which names of HTML mean what to the template compiler. Names are small letters.
 */
#pragma once
#include "base/str.h"

bool html_is_void(str tag);            /* has no end tag */
bool html_is_banned_tag(str tag);      /* nothing for a template: it styles, frames or rebases */
bool html_is_banned_attr(str attr);    /* leads elsewhere behind the back of the checks */
bool html_is_url(str attr);            /* its value is a URL */
bool html_is_spoken(str attr);         /* its value is read by people, or to them */
bool html_quotes(str tag);             /* code and the like: its words belong to no language */
bool html_is_not_in_itself(str tag);   /* browsers would end the outer one */
bool html_ends_paragraph(str tag);     /* its start ends an open <p> */
bool html_holds_text_alone(str tag);   /* script, textarea, title */
bool html_is_button(str type);         /* an <input> of this type needs no label */
bool html_is_coded_value(str type);    /* nobody reads the value of an <input> of this type */
bool html_is_scheme(str scheme);       /* a URL may begin with it */
bool html_is_sign(uint32_t character); /* not ASCII, and yet a word of no language */

bool html_is_letter(char c);
bool html_is_name_char(char c); /* of a tag or an attribute */
bool html_is_space(char c);
