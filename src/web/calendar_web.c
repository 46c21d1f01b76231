/* The holiday table, edited by the system administrator. */
#include "web/pages.h"

enum err calendar_web_show(struct ctx *c, const struct req *q, struct page *p)
{
    (void)q;
    (void)p;
    return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
}

enum err calendar_web_act(struct ctx *c, const struct req *q, struct page *p)
{
    (void)q;
    (void)p;
    return fail(c, NOT_FOUND, MSG_ERROR_NO_SUCH_PAGE);
}
