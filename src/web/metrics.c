#include "web/metrics.h"

#include "web/app_private.h"

#include <stdio.h>
#include <unistd.h>

/* Upper limits in microseconds; the last has none. */
static const int64_t limits[METRICS_BUCKETS] = {100,   250,   500,    1000,    2500,    5000,
                                                10000, 50000, 250000, 1000000, 5000000, INT64_MAX};

void metrics_request(struct metrics *m, int status, int64_t microseconds)
{
    size_t bucket = 0;
    while (microseconds > limits[bucket])
        bucket++;
    unsigned class = (unsigned)status / 100;
    atomic_fetch_add_explicit(&m->requests[class < METRICS_CLASSES ? class : 5], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->microseconds, (uint64_t)microseconds, memory_order_relaxed);
}

static void value(struct buf *out, const char *name, const char *type, const char *help, long long n)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name, n);
}

static long long resident_bytes(void)
{
    long long size = 0, resident = 0;
    FILE *in = fopen("/proc/self/statm", "re");
    if (!in)
        return 0;
    if (fscanf(in, "%lld %lld", &size, &resident) != 2)
        resident = 0;
    fclose(in);
    return resident * sysconf(_SC_PAGESIZE);
}

static void requests(const struct metrics *m, struct buf *out)
{
    buf_text(out, "# HELP renkei_requests_total Replies by class of status.\n# TYPE renkei_requests_total counter\n");
    for (int i = 1; i < METRICS_CLASSES; i++)
        buf_printf(out, "renkei_requests_total{status=\"%dxx\"} %llu\n", i, (unsigned long long)m->requests[i]);
    buf_text(out, "# HELP renkei_request_seconds Time in a worker.\n# TYPE renkei_request_seconds histogram\n");
    unsigned long long sum = 0;
    for (int i = 0; i < METRICS_BUCKETS; i++) {
        sum += m->buckets[i];
        if (i + 1 < METRICS_BUCKETS)
            buf_printf(out, "renkei_request_seconds_bucket{le=\"%g\"} %llu\n", (double)limits[i] / 1e6, sum);
        else
            buf_printf(out, "renkei_request_seconds_bucket{le=\"+Inf\"} %llu\n", sum);
    }
    buf_printf(out, "renkei_request_seconds_sum %g\nrenkei_request_seconds_count %llu\n", (double)m->microseconds / 1e6, sum);
}

void metrics_write(struct app *app, struct buf *out)
{
    const struct metrics *m = &app->metrics;
    struct store_stats stats = {0};
    if (app_store(app))
        store_stats(app_store(app), &stats);
    buf_printf(out, "# HELP renkei_info Version of the program.\n# TYPE renkei_info gauge\nrenkei_info{version=\"%s\"} 1\n",
               RENKEI_VERSION);
    requests(m, out);
    value(out, "renkei_workers", "gauge", "Request threads.", m->workers);
    value(out, "renkei_queued_requests", "gauge", "Requests waiting for a thread.", m->queued);
    value(out, "renkei_connections", "gauge", "Open connections.", m->connections);
    value(out, "renkei_streams", "gauge", "Open event streams.", m->streams);
    value(out, "renkei_audit_missing_total", "counter", "Writes without their own audit entry.", (long long)m->audit_missing);
    value(out, "renkei_store_writes_total", "counter", "Writes.", (long long)stats.writes);
    value(out, "renkei_store_groups_total", "counter", "Commits that carried them.", (long long)stats.groups);
    value(out, "renkei_store_retries_total", "counter", "Writes tried again.", (long long)stats.retries);
    value(out, "renkei_store_reads_total", "counter", "Reads.", (long long)stats.reads);
    value(out, "renkei_store_failures_total", "counter", "Reads and writes that failed.", (long long)stats.failures);
    value(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
}
