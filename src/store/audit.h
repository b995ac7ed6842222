/* audit.h -- 監査証跡: who did what to which record, when and why; each entry's hash covers the one before.
 *
 * Every write and every read of personal data appends an entry.  A write's entry commits with the write; a read's is handed over
 * before its reply leaves and commits with the next group.  Entries hold ids, never names or text.
 * Chain: hash = BLAKE2b-256(prev_hash || seq || at || user_id || office_id || action || object_kind || object_id || detail), fields
 * separated by 0x1f, seq starting at 1 without gaps.  SQLite: the writer thread links the group before its commit.  PostgreSQL: entries
 * commit into audit_wait; one node at a time (advisory lock) moves them into the chain within a second; audit_verify does so first.
 * audit_now is both, for whoever reads SQL.  Reads'
 * entries are written by the one that links and linked at once.
 * Source: MHLW guideline 6.0 シス17 (standards.md §5). */
#pragma once
#include "store/store.h"

struct audit_entry {
    const char *user_id, *office_id; /* "" for the system */
    const char *action;              /* route's audit label, "consultation.save" */
    const char *object_kind, *object_id;
    const char *detail;              /* codes and field names, e.g. "fields=summary,outcome rev=3"; never values of personal fields */
};

/* Inside a write. */
bool audit_append(struct db *db, const struct audit_entry *e, struct err *err);
/* From anywhere; the members are copied. */
void audit_later(struct store *s, const struct audit_entry *e);

struct audit_report {
    long long entries;      /* checked */
    long long broken_seq;   /* the first entry that does not fit, 0 when all do */
    const char *head;       /* hash of the last entry, hex, in the arena */
    const char *reason;     /* Japanese sentence when broken */
};
/* Walks the whole chain.  False only when the store cannot be read. */
bool audit_verify(struct store *s, struct arena *a, struct audit_report *ret_report, struct err *err);
/* The hash of one entry, for the verification of an export (store/backup.h uses the same). */
char *audit_hash(struct arena *a, const char *prev_hash, long long seq, const char *at, const struct audit_entry *e);
