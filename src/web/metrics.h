/* metrics.h -- counts for /metrics (Prometheus text). */
#pragma once
#include "base/buf.h"

#include <stdatomic.h>
#include <stdint.h>

enum { METRICS_BUCKETS = 12, METRICS_CLASSES = 6 };

struct metrics {
    _Atomic uint64_t requests[METRICS_CLASSES]; /* by status / 100 */
    _Atomic uint64_t buckets[METRICS_BUCKETS];  /* of the time in a worker, see metrics.c */
    _Atomic uint64_t microseconds;
    _Atomic uint64_t audit_missing; /* writes whose handler forgot its audit entry; must stay 0 */
    _Atomic int64_t workers, queued, connections, streams;
};

void metrics_request(struct metrics *m, int status, int64_t microseconds);
struct app;
void metrics_write(struct app *app, struct buf *out);
