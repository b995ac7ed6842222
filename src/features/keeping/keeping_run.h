/* keeping_run.h -- what was done to keep the data: backups, exports, restores, verifications; one row each, with its audit entry. */
#pragma once
#include "store/backup.h"

struct keeping_run {
    const char *kind;        /* "backup", "export", "restore", "verify" */
    const char *user_id;     /* "" for a command */
    const char *office_id;
    const char *file_name;   /* without folders, "" for a verification */
    long long rows, bytes;   /* verification: entries of the trail */
    const char *fingerprint; /* of the data; verification: hash of the trail's last entry */
    bool is_sealed, is_good;
    const char *finding;     /* verification: Japanese sentence; names of figures, never of people */
    const char *reason;      /* why it was taken out, as the person wrote it */
    const char *id, *at;     /* read: UTC */
};
extern const struct migration keeping_migrations[1];

/* Keeps the row and its audit entry in one write. */
bool keeping_run_save(struct store *s, const struct keeping_run *run, struct err *err);
/* The newest of this kind; `ret->id` NULL when there is none. */
bool keeping_run_newest(struct db *db, const char *kind, struct arena *a, struct keeping_run *ret, struct err *err);
/* The newest of all kinds but verifications, newest first. */
bool keeping_run_list(struct db *db, size_t most, struct arena *a, struct keeping_run **ret, size_t *ret_count, struct err *err);
