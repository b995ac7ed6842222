/* layout_view.h -- what the frame around every page shows; layout.html is its template, reply_page (page.c) fills it.
 *
 * Texts are never NULL ("" when there is nothing).  Nothing here is about a recorded person. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct layout_menu {
    const char *label, *url, *icon; /* icon: id of a symbol in assets/icons.svg */
    bool here;                      /* the page belongs to it */
};
struct layout_crumb {
    const char *label, *url; /* url "" for the page itself */
};
struct layout_view {
    const char *title;                                        /* h1 and <title> */
    const char *description, *canonical;                      /* canonical: whole address; "" when search engines may not list it */
    const char *css_url, *script_url, *icons_url, *icon_url;  /* fingerprinted: app.css, app.js, icons.svg, favicon.svg */
    const char *page_script_url;                              /* the page's own ES module, or "" */
    const char *csrf;
    const char *display_name, *role_label;                    /* "" when nobody is signed in: no rail, no search */
    const char *office_name, *area_name;
    const char *today;                                        /* "2024-11-30": what the scripts take for today */
    const char *today_label;                                  /* 令和6年11月30日(土) */
    const char *new_url;                                      /* where the key n goes, "" when this role writes nothing */
    const char *search_words;                                 /* shown again in the search box */
    const char *keep_url;                                     /* a cheap GET that counts as activity, "" without idle lock */
    int idle_minutes;                                         /* the screen locks after so many; 0: never */
    const char *flash, *flash_undo_url;                       /* sentence shown once; undo by POST for ten seconds */
    bool demo;                                                /* banner: invented data */
    bool wide, print_only, no_rail;
    const struct layout_menu *menu;   size_t menu_count;      /* only what the role may use, in order */
    const struct layout_menu *tabs;   size_t tab_count;       /* pages beside this one under the same place of the menu */
    const struct layout_crumb *crumbs; size_t crumb_count;
    void (*body)(struct buf *out, const void *view);
    const void *body_view;
};

/* The bar at the bottom of a phone has five places; when there are more, the fifth is その他. */
enum { LAYOUT_BAR_PLACES = 5 };

void layout_html(struct buf *out, const void *view);
