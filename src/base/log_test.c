#include "base/log.h"

#include "tests/support/spec.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs `log_event` with stderr going to a pipe and gives back what was written. */
static void written(char line[2048], enum log_level level, const char *event, const char *value)
{
    int ends[2], kept = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_event(level, event, "id=%s", value);
    dup2(kept, STDERR_FILENO);
    close(ends[1]);
    close(kept);
    ssize_t n = read(ends[0], line, 2047);
    line[n < 0 ? 0 : n] = '\0';
    close(ends[0]);
}

static void an_event_is_one_line_with_time_level_name_and_values(void **state)
{
    (void)state;
    char line[2048];
    written(line, LOG_WARN, "store.slow", "C-1");
    assert_string_equal(strchr(line, ' '), " warn store.slow id=C-1\n");
    assert_int_equal(strchr(line, ' ') - line, strlen("2024-11-30T05:03:27.123Z"));
}

static void a_value_cannot_forge_a_second_line(void **state)
{
    (void)state;
    char line[2048];
    written(line, LOG_INFO, "x", "1\n2024-01-01T00:00:00.000Z error forged\x1b[2J");
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    assert_null(strchr(line, '\x1b'));
}

static void an_endless_value_is_cut_and_still_ends_the_line(void **state)
{
    (void)state;
    char line[2048], value[1500];
    memset(value, 'a', sizeof value);
    value[sizeof value - 1] = '\0';
    written(line, LOG_ERROR, "x", value);
    assert_in_range(strlen(line), 500, 1024);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

static void debug_lines_are_written_only_when_asked_for(void **state)
{
    (void)state;
    char line[2048];
    unsetenv("RENKEI_LOG_DEBUG");
    written(line, LOG_DEBUG, "x", "1");
    assert_string_equal(line, "");
    setenv("RENKEI_LOG_DEBUG", "1", 1);
    written(line, LOG_DEBUG, "x", "1");
    assert_non_null(strstr(line, " debug x id=1\n"));
    unsetenv("RENKEI_LOG_DEBUG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_line_with_time_level_name_and_values),
        cmocka_unit_test(a_value_cannot_forge_a_second_line),
        cmocka_unit_test(an_endless_value_is_cut_and_still_ends_the_line),
        cmocka_unit_test(debug_lines_are_written_only_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
