/*
 * html_test -- is a page well made? A strict reader for tests, which knows nothing of templates.
 *
 * What it wants: a doctype; every element closed in its place; attributes in double quotes, each
 * once; no on*= and no style=, no script or style written into the page; ids that are unique, and
 * references to ids that are there; a language on <html>; one <main>, one <h1>; a label for every
 * field, alt on every picture; in every form that posts, the token and the number; characters of
 * markup written as entities; no U+FFFD, no place of a sentence left open ("{0}"), no tag of a
 * template.
 */
#pragma once
#include "base/str.h"

enum { HTML_FAULT_MAX = 400 };

/* True if the page is well made. Otherwise `fault` says what is not, and what stands around it.
 * `lang` is what <html lang> should begin with. A fragment has no html, main or h1 of its own. */
bool html_is_sound(struct arena *a, str page, const char *lang, bool is_fragment,
                   char fault[HTML_FAULT_MAX]);
