/* permission_matrix_test.c -- who may use which route: every route of the program × every role, visited through the real checks
 * and compared with tests/program/permission_matrix.tsv, which people read and agree to.
 *
 * A new route needs a line.  RENKEI_WRITE_MATRIX=1 writes the file anew from what the program does; look at the difference before
 * committing it. */
#include "tests/support/visitor.h"
#include "tests/support/world.h"

#include "base/count.h"
#include "features/feature_list.h"
#include "web/app_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MATRIX SOURCE_ROOT "/tests/program/permission_matrix.tsv"
enum { PROBED = 299 };

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

static bool probe(struct request *req, struct err *err)
{
    (void)err;
    req->status = PROBED;
    return true;
}

struct matrix {
    struct world *w;
    struct config config;
    struct app *program, *probed; /* the real one; the same routes with a handler that does nothing */
    struct visitor *visitors[ROLE__COUNT];
    struct route *routes;
    size_t count;
    struct feature feature;
    const struct feature *features[2];
};

static bool is_of_web_floor(const struct route *r)
{
    for (size_t i = 0; i < web_feature.route_count; i++)
        if (!strcmp(web_feature.routes[i].path, r->path))
            return true;
    return false;
}

static void copy_routes(struct matrix *m)
{
    size_t count = 0;
    const struct route *const *all = app_routes(m->program, &count);
    m->routes = NEW_ARRAY(m->w->arena, count + 1, struct route);
    for (size_t i = 0; i < count; i++) {
        if (is_of_web_floor(all[i]))
            continue;
        m->routes[m->count] = *all[i];
        m->routes[m->count].run = probe;
        m->routes[m->count++].audit = NULL;
    }
    m->feature = (struct feature){.name = "probe", .routes = m->routes, .route_count = m->count};
    m->features[0] = &m->feature;
}

static void sign_in_everybody(struct matrix *m)
{
    for (int role = ROLE_NONE; role < ROLE__COUNT; role++) {
        m->visitors[role] = visitor_new(m->probed, m->w->arena);
        if (role != ROLE_NONE)
            visitor_sign_in(m->visitors[role],
                            &(struct session){.user_id = "U", .role = (enum role)role, .office_id = "O", .area_path = "270008/"});
    }
}

static int begin(void **state)
{
    const struct migration *tables[] = {store_migrations, web_feature.migrations};
    const size_t counts[] = {store_migration_count, web_feature.migration_count};
    void *world = NULL;
    if (world_begin_with(&world, tables, counts, COUNT(tables)))
        return -1;
    struct world *w = world;
    struct matrix *m = NEW(w->arena, struct matrix);
    m->w = w;
    m->config = (struct config){.data = w->url,
                                .listen = "127.0.0.1:0",
                                .base_url = "",
                                .workers = 1,
                                .idle_minutes = 10,
                                .session_hours = 12,
                                .secret_key_file = ""};
    m->program = app_new(&m->config, w->store, features, &w->err);
    if (!m->program) {
        fprintf(stderr, "%s: %s\n", w->err.message, w->err.detail);
        return -1;
    }
    copy_routes(m);
    m->probed = app_new(&m->config, w->store, m->features, &w->err);
    sign_in_everybody(m);
    *state = m;
    return 0;
}

static int end(void **state)
{
    struct matrix *m = *state;
    void *world = m->w;
    app_free(m->probed);
    app_free(m->program);
    return world_end(&world);
}

/* "/drafts/:kind/:id" -> "/drafts/1/1" */
static const char *filled(const char *path, struct arena *a)
{
    auto_buf out = {0};
    while (*path) {
        size_t size = strcspn(path, ":");
        buf_bytes(&out, path, size);
        path += size;
        if (*path) {
            buf_char(&out, '1');
            path += strcspn(path, "/");
        }
    }
    return arena_strdup(a, out.data);
}

static int visit(struct visitor *v, const struct route *r, const char *csrf)
{
    visitor_says(v, "X-CSRF-Token", csrf);
    return visitor_send(v, r->method, filled(r->path, v->arena), NULL, NULL);
}

/* '+' gets through, '-' is refused, 's' is asked to sign in. */
static char cell(struct visitor *v, const struct route *r)
{
    int status = visit(v, r, v->csrf);
    if (status == PROBED)
        return '+';
    bool to_sign_in = status == 401 || (status == 303 && !strncmp(visitor_header(v, "Location"), "/sign-in", 8));
    if (status != 403 && !to_sign_in)
        fail_msg("%s %s answered %d", methods[r->method], r->path, status);
    return to_sign_in ? 's' : '-';
}

static const char *line_of(struct matrix *m, const struct route *r)
{
    auto_buf line = {0};
    buf_printf(&line, "%s\t%s\t", methods[r->method], r->path);
    for (int role = ROLE_NONE; role < ROLE__COUNT; role++)
        buf_printf(&line, "%c\t", cell(m->visitors[role], r));
    buf_printf(&line, "%s%s", r->flags & ROUTE_WHEN_LOCKED ? "locked " : "", r->flags & ROUTE_NO_CSRF ? "no-csrf" : "");
    return arena_strdup(m->w->arena, line.data);
}

static int by_text(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const char **lines_of_program(struct matrix *m)
{
    const char **lines = NEW_ARRAY(m->w->arena, m->count + 1, const char *);
    for (size_t i = 0; i < m->count; i++)
        lines[i] = line_of(m, &m->routes[i]);
    qsort(lines, m->count, sizeof *lines, by_text);
    return lines;
}

static void write_matrix(struct matrix *m, const char *const *lines)
{
    FILE *out = fopen(MATRIX, "w");
    assert_non_null(out);
    fprintf(out, "# + gets through, - is refused, s is asked to sign in\n# method\tpath\tnobody");
    for (int role = ROLE_NONE + 1; role < ROLE__COUNT; role++)
        fprintf(out, "\t%s", role_name((enum role)role));
    fprintf(out, "\tflags\n");
    for (size_t i = 0; i < m->count; i++)
        fprintf(out, "%s\n", lines[i]);
    assert_int_equal(fclose(out), 0);
}

static char **lines_of_file(struct matrix *m, size_t *ret_count)
{
    char **lines = NEW_ARRAY(m->w->arena, 2000, char *), text[1024];
    FILE *in = fopen(MATRIX, "r");
    size_t n = 0;
    assert_non_null(in);
    while (n < 2000 && fgets(text, sizeof text, in))
        if (*text != '#')
            lines[n++] = arena_strndup(m->w->arena, text, strcspn(text, "\n"));
    fclose(in);
    *ret_count = n;
    return lines;
}

static bool has_line(char *const *lines, size_t count, const char *line)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(lines[i], line))
            return true;
    return false;
}

static void every_route_and_role_has_its_agreed_cell(void **state)
{
    struct matrix *m = *state;
    const char **lines = lines_of_program(m);
    if (getenv("RENKEI_WRITE_MATRIX"))
        write_matrix(m, lines);
    size_t agreed_count = 0, wrong = 0;
    char **agreed = lines_of_file(m, &agreed_count);
    for (size_t i = 0; i < m->count; i++)
        if (!has_line(agreed, agreed_count, lines[i])) {
            fprintf(stderr, "not agreed to: %s\n", lines[i]);
            wrong++;
        }
    if (wrong || agreed_count != m->count)
        fail_msg("%zu routes differ from %s, which has %zu lines for %zu routes", wrong, MATRIX, agreed_count, m->count);
}

static void a_role_gets_through_exactly_where_the_permission_table_lets_it(void **state)
{
    struct matrix *m = *state;
    for (size_t i = 0; i < m->count; i++)
        for (int role = ROLE_NONE; role < ROLE__COUNT; role++) {
            bool through = cell(m->visitors[role], &m->routes[i]) == '+';
            if (through != role_may((enum role)role, m->routes[i].needs))
                fail_msg("%s %s as %s", methods[m->routes[i].method], m->routes[i].path, role_name((enum role)role));
        }
}

static void no_write_gets_through_without_the_sessions_token(void **state)
{
    struct matrix *m = *state;
    for (size_t i = 0; i < m->count; i++)
        for (int role = ROLE_NONE + 1; role < ROLE__COUNT; role++) {
            const struct route *r = &m->routes[i];
            bool open = r->method == GET || (r->flags & ROUTE_NO_CSRF);
            if (!open && visit(m->visitors[role], r, "wrong") == PROBED)
                fail_msg("%s %s takes a write without its token", methods[r->method], r->path);
        }
}

static void every_route_of_the_api_has_a_summary(void **state)
{
    struct matrix *m = *state;
    for (size_t i = 0; i < m->count; i++)
        if (!m->routes[i].summary || !*m->routes[i].summary)
            fail_msg("%s %s has no summary", methods[m->routes[i].method], m->routes[i].path);
}

static void every_write_behind_a_permission_is_in_the_audit_trail(void **state)
{
    struct matrix *m = *state;
    size_t count = 0;
    const struct route *const *all = app_routes(m->program, &count);
    for (size_t i = 0; i < count; i++)
        if (all[i]->method != GET &&
            (all[i]->needs == PERM_RECORD_WRITE || all[i]->needs == PERM_RECORD_IMPORT || all[i]->needs == PERM_USER_ADMIN) &&
            !all[i]->audit)
            fail_msg("%s %s has no audit label", methods[all[i]->method], all[i]->path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_and_role_has_its_agreed_cell),
        cmocka_unit_test(a_role_gets_through_exactly_where_the_permission_table_lets_it),
        cmocka_unit_test(no_write_gets_through_without_the_sessions_token),
        cmocka_unit_test(every_route_of_the_api_has_a_summary),
        cmocka_unit_test(every_write_behind_a_permission_is_in_the_audit_trail),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
