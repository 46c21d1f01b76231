#include "html_names.h"

static bool is_one_of(str s, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(s, str_of(list[i])))
            return true;
    }
    return false;
}

#define NAMES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define IS_ONE_OF(s, ...)                                                                          \
    is_one_of((s), NAMES(__VA_ARGS__), sizeof NAMES(__VA_ARGS__) / sizeof(const char *))

bool html_is_void(str tag)
{
    return IS_ONE_OF(tag, "area", "base", "br", "col", "embed", "hr", "img", "input", "link",
                     "meta", "source", "track", "wbr");
}

bool html_is_banned_tag(str tag)
{
    return IS_ONE_OF(tag, "base", "embed", "frame", "frameset", "object", "style");
}

bool html_is_banned_attr(str attr)
{
    return IS_ONE_OF(attr, "background", "formmethod", "http-equiv", "manifest", "ping", "srcdoc",
                     "xlink:href");
}

bool html_is_url(str attr)
{
    return IS_ONE_OF(attr, "action", "cite", "data", "formaction", "href", "poster", "src");
}

bool html_is_spoken(str attr)
{
    return IS_ONE_OF(attr, "alt", "aria-description", "aria-label", "aria-roledescription",
                     "aria-valuetext", "label", "placeholder", "title");
}

bool html_quotes(str tag)
{
    return IS_ONE_OF(tag, "code", "kbd", "samp");
}

bool html_is_not_in_itself(str tag)
{
    return IS_ONE_OF(tag, "a", "button", "form", "label", "option", "p");
}

bool html_ends_paragraph(str tag)
{
    return IS_ONE_OF(tag, "address", "article", "aside", "blockquote", "details", "dialog", "div",
                     "dl", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
                     "h6", "header", "hr", "main", "nav", "ol", "pre", "search", "section", "table",
                     "ul");
}

bool html_holds_text_alone(str tag)
{
    return IS_ONE_OF(tag, "script", "textarea", "title");
}

bool html_is_button(str type)
{
    return IS_ONE_OF(type, "button", "hidden", "reset", "submit");
}

bool html_is_coded_value(str type)
{
    return IS_ONE_OF(type, "checkbox", "hidden", "radio");
}

bool html_is_scheme(str scheme)
{
    return IS_ONE_OF(scheme, "http", "https", "mailto", "tel");
}

/* No-break space, dots, dashes, angle quotes, times, arrows, triangles, circles, stars, ticks. */
static const uint32_t signs[] = {
    0xA0,   0xAB,   0xB7,   0xBB,   0xD7,   0x2010, 0x2011, 0x2013, 0x2014, 0x2022, 0x2026, 0x2039,
    0x203A, 0x2190, 0x2191, 0x2192, 0x2193, 0x2197, 0x21A9, 0x2212, 0x25B2, 0x25B4, 0x25B6, 0x25B8,
    0x25BC, 0x25BE, 0x25CB, 0x25CF, 0x2605, 0x2606, 0x2630, 0x2713, 0x2715, 0x2717, 0x27E8, 0x27E9};

bool html_is_sign(uint32_t character)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (signs[i] == character)
            return true;
    }
    return false;
}

bool html_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool html_is_name_char(char c)
{
    return html_is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' ||
           c == '.';
}

bool html_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}
