/* log.h -- one line per event on stderr: time, level, event, key=value.
 *
 * Only the edges log (server, job runner, commands).  Values are ids, counts and codes; names, addresses, phone numbers and
 * what people typed never go into the log. */
#pragma once
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_event(enum log_level level, const char *event, const char *details, ...) __attribute__((format(printf, 3, 4)));
