/* log_file.h -- SQLite's write-ahead log, written in large pieces.
 *
 * SQLite writes a page of the log in two calls, 24 bytes and 4,096, at places that no page of the kernel begins at: a commit of twenty pages
 * costs forty calls.  Through this layer ("VFS" to SQLite) what is written one behind the other is gathered, and goes to the file at
 * the latest with the end of its transaction, before SQLite asks for a flush or tells readers of it: nobody can see or miss the difference,
 * and a failed write fails the commit that it belongs to, as it would without. */
#pragma once

#define LOG_FILE_LAYER "renkei-log"

/* To be called by one thread, after sqlite3_initialize(); the name is given to sqlite3_open_v2 by who writes much. */
void log_file_register(void);
