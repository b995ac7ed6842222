#include "tests/support/sample_record.h"

#include "web/job.h"
#include "web/stream_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *start(struct sample_world *s, const char *to)
{
    assert_int_equal(visitor_post(s->hanako, "/count", arena_printf(s->w->arena, "to=%s", to)), 303);
    return visitor_header(s->hanako, "Location");
}

/* The page's answer once the job has reached the state, within a minute. */
static void wait_for(struct sample_world *s, const char *page, const char *state)
{
    for (int i = 0; i < 3000; i++) {
        visitor_get(s->hanako, page);
        if (strstr(s->hanako->body, arena_printf(s->w->arena, "data-job-state=\"%s\"", state)))
            return;
        usleep(20000);
    }
    fail_msg("never %s: %s", state, page);
}

static const char *tail(struct sample_world *s, const char *page, const char *word)
{
    return arena_printf(s->w->arena, "%s/%s", page, word);
}

static void a_job_runs_and_hands_its_file_to_who_started_it(void **state)
{
    struct sample_world *s = *state;
    struct visitor *other = sample_visitor(s, "U-2", ROLE_COORDINATOR, "O-1"), *administrator = sample_visitor(s, "U-7", ROLE_SYSTEM_ADMINISTRATOR, "");
    const char *page = start(s, "3");
    visitor_get(s->hanako, page);
    assert_non_null(strstr(s->hanako->body, "順番待ち"));
    struct job_runner *runner = job_runner_start(s->app);
    wait_for(s, page, "done");
    assert_int_equal(visitor_get(s->hanako, tail(s, page, "file")), 200);
    assert_string_equal(s->hanako->body, "3 from 0\n");
    assert_int_equal(visitor_get(other, page), 404);
    assert_int_equal(visitor_get(other, tail(s, page, "file")), 404);
    assert_int_equal(visitor_get(administrator, page), 200);
    assert_int_equal(visitor_get(administrator, tail(s, page, "file")), 403);
    job_runner_stop(runner);
}

static void a_job_that_cannot_go_on_says_why(void **state)
{
    struct sample_world *s = *state;
    const char *page = start(s, "13");
    struct job_runner *runner = job_runner_start(s->app);
    wait_for(s, page, "failed");
    assert_non_null(strstr(s->hanako->body, "2月分は確定しています"));
    assert_int_equal(visitor_get(s->hanako, tail(s, page, "file")), 404);
    job_runner_stop(runner);
}

static void a_job_can_be_stopped_on_the_way_and_before(void **state)
{
    struct sample_world *s = *state;
    const char *page = start(s, "1000000"), *waiting = start(s, "5");
    struct job_runner *runner = job_runner_start(s->app);
    wait_for(s, page, "running");
    assert_int_equal(visitor_post(s->hanako, tail(s, waiting, "cancel"), ""), 303);
    wait_for(s, waiting, "cancelled");
    assert_int_equal(visitor_post(s->hanako, tail(s, page, "cancel"), ""), 303);
    wait_for(s, page, "cancelled");
    job_runner_stop(runner);
}

static void a_job_goes_on_after_the_program_was_stopped(void **state)
{
    struct sample_world *s = *state;
    const char *page = start(s, "1000000");
    struct job_runner *runner = job_runner_start(s->app);
    wait_for(s, page, "running");
    struct err err = {0};
    while (db_int(world_db(s->w), &err, 0, "SELECT COUNT(*) FROM job WHERE state <> ''") == 0)
        usleep(5000);
    job_runner_stop(runner);
    wait_for(s, page, "queued");
    assert_true(db_int(world_db(s->w), &err, 0, "SELECT CAST(state AS BIGINT) FROM job") > 0);
    runner = job_runner_start(s->app);
    wait_for(s, page, "running");
    assert_int_equal(visitor_post(s->hanako, tail(s, page, "cancel"), ""), 303);
    wait_for(s, page, "cancelled");
    job_runner_stop(runner);
}

/* What a stream brings to who opens it now. */
static const char *first_of_stream(struct sample_world *s, const char *page)
{
    enum { ROOM = 4000 };
    char *told = arena_alloc(s->w->arena, ROOM);
    assert_int_equal(visitor_get(s->hanako, tail(s, page, "events")), 200);
    struct stream *stream = s->hanako->transport.stream;
    assert_non_null(stream);
    ssize_t n = stream_take(stream, told, ROOM - 1);
    told[n > 0 ? n : 0] = '\0';
    stream_close(stream);
    s->hanako->transport.stream = NULL;
    return told;
}

static void who_listens_after_the_end_is_told_at_once(void **state)
{
    struct sample_world *s = *state;
    const char *page = start(s, "3"), *told = first_of_stream(s, page);
    assert_non_null(strstr(told, "event: progress"));
    assert_null(strstr(told, "event: end"));
    struct job_runner *runner = job_runner_start(s->app);
    wait_for(s, page, "done");
    told = first_of_stream(s, page);
    assert_non_null(strstr(told, "\"done\":3"));
    assert_non_null(strstr(told, "event: end"));
    job_runner_stop(runner);
}

static void nothing(void *arg)
{
    (void)arg;
}

/* Ten thousand who open the same stream would otherwise tell each other ten thousand times. */
static void who_opens_a_stream_says_nothing_to_the_others(void **state)
{
    struct sample_world *s = *state;
    const char *page = start(s, "3");
    char told[4000];
    assert_int_equal(visitor_get(s->hanako, tail(s, page, "events")), 200);
    struct stream *first = s->hanako->transport.stream;
    s->hanako->transport.stream = NULL;
    stream_attach(first, nothing, nothing, NULL);
    assert_true(stream_take(first, told, sizeof told) > 0);
    first_of_stream(s, page);
    assert_int_equal(stream_take(first, told, sizeof told), 0);
    stream_close(first);
}

#define spec(f) cmocka_unit_test_setup_teardown(f, sample_begin, sample_end)
int main(void)
{
    const struct CMUnitTest specs[] = {
        spec(a_job_runs_and_hands_its_file_to_who_started_it),
        spec(a_job_that_cannot_go_on_says_why),
        spec(a_job_can_be_stopped_on_the_way_and_before),
        spec(who_listens_after_the_end_is_told_at_once),
        spec(who_opens_a_stream_says_nothing_to_the_others),
        spec(a_job_goes_on_after_the_program_was_stopped),
    };
    return cmocka_run_group_tests_name("job", specs, NULL, NULL);
}
