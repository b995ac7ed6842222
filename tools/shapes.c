/* shapes.c -- build-time: shapes.tsv (outlines of wards) to C tables for features/area/area_shape.h.
 *
 * A line is CODE, a tab, and rings separated by '|'; a ring is "x,y" in hundred-thousandths of a degree, then steps "dx,dy" from point to
 * point, without the first point again at its end.  Written as millionths of a degree. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SHAPES = 4000, MOST_RINGS = 40000 };

struct ring {
    size_t first, count;
};
struct shape {
    char code[8];
    size_t first, count; /* rings */
};

static void fail(const char *what, int line)
{
    fprintf(stderr, "shapes.tsv:%d: %s\n", line, what);
    exit(1);
}

/* Writes the points of one ring and counts them. */
static size_t write_ring(FILE *out, char *text, int line)
{
    size_t count = 0;
    long x = 0, y = 0, dx, dy;
    for (char *point; (point = strsep(&text, " ")); count++) {
        if (sscanf(point, "%ld,%ld", &dx, &dy) != 2)
            fail("not a point", line);
        x += dx;
        y += dy;
        if (labs(x) > 18000000 || labs(y) > 9000000)
            fail("a point outside the earth", line);
        fprintf(out, "%ld,%ld,%s", x * 10, y * 10, count % 8 == 7 ? "\n" : "");
    }
    if (count < 3)
        fail("a ring of fewer than three points", line);
    return count;
}

static void write_tables(FILE *out, const struct shape *shapes, size_t shape_count, const struct ring *rings, size_t ring_count)
{
    fprintf(out, "};\nstatic const struct area_ring rings[] = {\n");
    for (size_t i = 0; i < ring_count; i++)
        fprintf(out, "{points + %zu, %zu},\n", rings[i].first * 2, rings[i].count);
    fprintf(out, "};\nconst struct area_shape area_shape_table[] = {\n");
    for (size_t i = 0; i < shape_count; i++)
        fprintf(out, "{\"%s\", rings + %zu, %zu},\n", shapes[i].code, shapes[i].first, shapes[i].count);
    fprintf(out, "};\nconst size_t area_shape_count = %zu;\n", shape_count);
}

int main(int argc, char **argv)
{
    FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL, *out = in ? fopen(argv[2], "w") : NULL;
    struct shape *shapes = calloc(MOST_SHAPES, sizeof *shapes);
    struct ring *rings = calloc(MOST_RINGS, sizeof *rings);
    size_t shape_count = 0, ring_count = 0, points = 0, room = 0;
    char *text = NULL;
    if (!out || !shapes || !rings) {
        fprintf(stderr, "usage: shapes shapes.tsv OUT.c\n");
        return 2;
    }
    fprintf(out, "/* Made by tools/shapes.c. */\n#include \"features/area/area_shape.h\"\n\nstatic const int32_t points[] = {\n");
    for (int line = 1; getline(&text, &room, in) > 0; line++) {
        char *rest = text, *code = strsep(&rest, "\t");
        if (!rest || strlen(code) != 6 || shape_count == MOST_SHAPES)
            fail("not CODE, tab, rings", line);
        rest[strcspn(rest, "\n")] = '\0';
        struct shape *s = &shapes[shape_count++];
        memcpy(s->code, code, 7);
        s->first = ring_count;
        for (char *ring; (ring = strsep(&rest, "|"));) {
            if (ring_count == MOST_RINGS)
                fail("too many rings", line);
            size_t count = write_ring(out, ring, line);
            rings[ring_count++] = (struct ring){points, count};
            points += count;
            s->count++;
        }
    }
    write_tables(out, shapes, shape_count, rings, ring_count);
    return fclose(out) == 0 ? 0 : 1;
}
