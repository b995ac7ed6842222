#include "output/qr.h"

#include "base/arena.h"
#include "base/escape.h"

#include <qrencode.h>
#include <stdlib.h>

enum { QUIET = 4 }; /* modules of white around the code: ISO/IEC 18004 */

unsigned char *qr_modules(const char *text, int *ret_side)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return NULL;
    size_t n = (size_t)code->width * (size_t)code->width;
    unsigned char *modules = xmalloc(n);
    for (size_t i = 0; i < n; i++)
        modules[i] = code->data[i] & 1;
    *ret_side = code->width;
    QRcode_free(code);
    return modules;
}

/* One path of horizontal bars. */
static void path(struct buf *out, const unsigned char *modules, int side)
{
    for (int y = 0; y < side; y++)
        for (int x = 0, end; x < side; x = end) {
            for (end = x; end < side && modules[y * side + end]; end++)
                ;
            if (end > x)
                buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, end - x, end - x);
            else
                end++;
        }
}

bool qr_svg(struct buf *out, const char *text, double size_mm, const char *label)
{
    int side;
    unsigned char *modules = qr_modules(text, &side);
    if (!modules)
        return false;
    int whole = side + 2 * QUIET;
    buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%.1fmm\" height=\"%.1fmm\" viewBox=\"0 0 %d %d\" "
                    "shape-rendering=\"crispEdges\"><title>", size_mm, size_mm, whole, whole);
    escape_html(out, label);
    buf_printf(out, "</title><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"", whole, whole);
    path(out, modules, side);
    buf_text(out, "\"/></svg>");
    free(modules);
    return true;
}
