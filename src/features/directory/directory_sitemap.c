/* directory_sitemap.c -- what search engines read: robots.txt, and the addresses of all entries in parts.  Source: sitemaps.org 0.9. */
#include "features/directory/directory_asked.h"
#include "web/html.h"

#include <stdlib.h>
#include <string.h>

enum { PART_ROWS = 20000 };

static bool reply_text(struct request *req, const char *type)
{
    req->status = 200;
    req->content_type = type;
    return true;
}

bool directory_robots(struct request *req, struct err *err)
{
    (void)err;
    buf_cut(&req->out, 0);
    buf_printf(&req->out, "User-agent: *\nDisallow: /\nAllow: /directory\nAllow: /assets/\nDisallow: /directory?\nSitemap: %s/sitemap.xml\n",
               app_config(req->app)->base_url);
    return reply_text(req, "text/plain; charset=utf-8");
}

bool directory_sitemap(struct request *req, struct err *err)
{
    long long count = db_int(req->db, err, -1, "SELECT COUNT(*) FROM facility c WHERE c.is_listed = 1 AND" FACILITY_IS_SHOWN("c"));
    if (count < 0)
        return false;
    buf_cut(&req->out, 0);
    html_raw(&req->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (long long part = 1; (part - 1) * PART_ROWS < count; part++)
        buf_printf(&req->out, "<sitemap><loc>%s/sitemap/%lld</loc></sitemap>\n", app_config(req->app)->base_url, part);
    html_raw(&req->out, "</sitemapindex>\n");
    return reply_text(req, "application/xml; charset=utf-8");
}

bool directory_sitemap_part(struct request *req, struct err *err)
{
    long part = strtol(request_param(req, "part"), NULL, 10);
    if (part < 1 || part > 1000)
        return err_set(err, ERR_NOT_FOUND, "web.not_found", "part");
    auto_rows *r = db_query(req->db, NULL, err,
                            "SELECT c.id, c.imported_at FROM facility c WHERE c.is_listed = 1 AND" FACILITY_IS_SHOWN("c") "ORDER BY c.id LIMIT $1 OFFSET $2",
                            INT(PART_ROWS), INT((part - 1) * PART_ROWS));
    buf_cut(&req->out, 0);
    html_raw(&req->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    if (part == 1)
        buf_printf(&req->out, "<url><loc>%s/directory</loc></url>\n", app_config(req->app)->base_url);
    while (rows_next(r))
        buf_printf(&req->out, "<url><loc>%s/directory/%s</loc><lastmod>%.10s</lastmod></url>\n", app_config(req->app)->base_url, rows_text(r, 0),
                   rows_text(r, 1));
    html_raw(&req->out, "</urlset>\n");
    return !rows_failed(r) && reply_text(req, "application/xml; charset=utf-8");
}
