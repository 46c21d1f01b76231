/* Pages about the site itself. */
#include "web/pages.h"

enum err about_web_security(struct ctx *c, const struct req *q, struct page *p)
{
    (void)q;
    (void)p;
    return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
}

enum err about_web_accessibility(struct ctx *c, const struct req *q, struct page *p)
{
    (void)q;
    (void)p;
    return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
}
