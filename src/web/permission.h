/* permission.h -- roles and what they may do.
 *
 * A route names one permission; a role is a row of bits (permission.c).  Which rows a role sees is the scope's business
 * (store/scope.h).  Source: programme.md §3. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum permission {
    PERM_PUBLIC,        /* nobody need be signed in */
    PERM_SIGNED_IN,     /* anybody signed in, also with a locked screen's own pages */
    PERM_RECORD_READ,   /* consultations, activities, meetings, trainings; masked when the scope says so */
    PERM_RECORD_WRITE,
    PERM_RECORD_IMPORT,
    PERM_REPORT_READ,   /* tables and charts */
    PERM_FORM_WRITE,    /* draft a form for submission */
    PERM_FORM_CONFIRM,  /* contractor manager */
    PERM_FORM_RECEIVE,  /* health bureau: receive, return, accept */
    PERM_FORM_READ,
    PERM_DIRECTORY_READ,
    PERM_DIRECTORY_WRITE,
    PERM_DIRECTORY_IMPORT, /* open data into the directory; which entries are the same */
    PERM_USER_ADMIN,
    PERM_AUDIT_READ,
    PERM_SYSTEM,        /* backup status, jobs of others, metrics page */
    PERM__COUNT
};

enum role {
    ROLE_NONE,
    ROLE_COORDINATOR,          /* コーディネーター */
    ROLE_CONTRACTOR_MANAGER,   /* 受託法人責任者 */
    ROLE_WARD_OFFICER,         /* 区役所 担当者 */
    ROLE_HEALTH_BUREAU,        /* 健康局 */
    ROLE_SYSTEM_ADMINISTRATOR, /* システム管理者: people and settings, no personal records */
    ROLE_VIEWER,               /* 閲覧のみ */
    ROLE_PROFESSIONAL,         /* 登録専門職: reads the directory's professional fields, no records; programme.md §9.1 はびナビ */
    ROLE__COUNT
};

const char *role_name(enum role r);  /* "coordinator" */
const char *role_label(enum role r); /* コーディネーター */
enum role role_from_name(const char *name); /* ROLE_NONE when unknown */
bool role_may(enum role r, enum permission p);
