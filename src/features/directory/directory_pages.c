/* directory_pages.c -- the handlers of the search: the same for people who are signed in and for everybody. */
#include "features/directory/directory_asked.h"

#include <string.h>

const char *directory_base(const struct request *req)
{
    return strncmp(req->path, "/directory", strlen("/directory")) ? "/facilities" : "/directory";
}

bool directory_list_page(struct request *req, struct err *err)
{
    struct asked x;
    return asked_read(&x, req, &req->query, directory_base(req), err) && directory_reply_list(&x, err);
}

bool directory_map_page(struct request *req, struct err *err)
{
    struct asked x;
    if (!asked_read(&x, req, &req->query, directory_base(req), err))
        return false;
    x.is_map = true;
    return directory_reply_list(&x, err);
}

/* A place may be a person's home: it comes by POST and goes on as an opaque id.  The rest can be bookmarked. */
bool directory_search_page(struct request *req, struct err *err)
{
    struct asked x;
    if (!asked_read(&x, req, &req->body, directory_base(req), err) || !asked_locate(&x, true, err))
        return false;
    x.is_map = !strcmp(pairs_get(x.in, "view"), "map");
    if (req->api || *x.problem)
        return directory_reply_list(&x, err);
    return reply_redirect(req, "%s#results", asked_url(&x, "page", NULL));
}
