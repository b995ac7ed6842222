/* export.c -- everything in a folder that people and other programs can read, and that can be taken back.
 *
 * README.md says what is there, schema.sql documents each column, TABLE.csv holds the rows (UTF-8, RFC 4180), manifest.json the
 * counts and hashes.  CSV here is exact, so that it can be read back: nothing blank means NULL, "" an empty text; bytes are hex. */
#include "base/buf.h"
#include "base/field.h"
#include "base/json.h"
#include "store/backup.h"
#include "store/export_read.h"
#include "store/load.h"
#include "store/store_inside.h"

#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct exporting {
    const char *folder;
    const struct migration_list *migrations;
    const struct export_words *words;
    struct arena *arena;
    struct buf row, readme;
    struct json manifest;
    struct buf manifest_text;
    FILE *file;
    crypto_generichash_state hash;
    long long rows, bytes;
    struct backup_result result;
};

static bool fail_write(struct err *err)
{
    return err_set(err, ERR_STORE_AWAY, errno == ENOSPC || errno == EFBIG ? "backup.full" : "backup.cannot_write", "errno %d", errno);
}

/* --- one file, hashed while it is written --- */

static bool file_begin(struct exporting *x, const char *name, struct err *err)
{
    const char *path = arena_printf(x->arena, "%s/%s", x->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    x->file = fd < 0 ? NULL : fdopen(fd, "wb");
    x->bytes = x->rows = 0;
    crypto_generichash_init(&x->hash, NULL, 0, 32);
    return x->file || fail_write(err);
}

static bool file_put(struct exporting *x, const char *text, size_t size, struct err *err)
{
    crypto_generichash_update(&x->hash, (const unsigned char *)text, size);
    x->bytes += (long long)size;
    return fwrite(text, 1, size, x->file) == size || fail_write(err);
}

static bool file_end(struct exporting *x, char hex[65], struct err *err)
{
    unsigned char hash[32];
    crypto_generichash_final(&x->hash, hash, sizeof hash);
    sodium_bin2hex(hex, 65, hash, sizeof hash);
    bool ok = fflush(x->file) == 0 && fsync(fileno(x->file)) == 0;
    if (!ok)
        fail_write(err);
    fclose(x->file);
    x->file = NULL;
    x->result.bytes += x->bytes;
    return ok;
}

static bool write_file(struct exporting *x, const char *name, const struct buf *text, struct err *err)
{
    char hex[65];
    return file_begin(x, name, err) && file_put(x, text->data ? text->data : "", text->size, err) && file_end(x, hex, err);
}

/* --- tables --- */

static void put_quoted(struct buf *out, const char *text)
{
    buf_char(out, '"');
    for (const char *s = text, *quote; *s; s = quote + 1) {
        quote = strchrnul(s, '"');
        buf_bytes(out, s, (size_t)(quote - s));
        if (!*quote)
            break;
        buf_text(out, "\"\"");
    }
    buf_char(out, '"');
}

static void put_bytes(struct buf *out, const char *bytes, size_t size)
{
    buf_char(out, 'x');
    for (size_t i = 0; i < size; i++)
        buf_printf(out, "%02x", (unsigned char)bytes[i]);
}

static void put_cell(struct buf *out, const struct value *v)
{
    if (v->kind == VALUE_TEXT)
        put_quoted(out, v->text);
    else if (v->kind == VALUE_INT)
        buf_printf(out, "%lld", v->number);
    else if (v->kind == VALUE_BYTES)
        put_bytes(out, v->text, v->size);
}

static bool write_row(void *arg, const struct catalog_table *t, const struct value *values, struct err *err)
{
    struct exporting *x = arg;
    buf_cut(&x->row, 0);
    for (size_t i = 0; i < t->column_count; i++) {
        if (i)
            buf_char(&x->row, ',');
        put_cell(&x->row, &values[i]);
    }
    buf_text(&x->row, "\r\n");
    x->rows++;
    return file_put(x, x->row.data, x->row.size, err);
}

static bool write_names(struct exporting *x, const struct catalog_table *t, struct err *err)
{
    buf_cut(&x->row, 0);
    for (size_t i = 0; i < t->column_count; i++)
        buf_printf(&x->row, "%s%s", i ? "," : "", t->columns[i].name);
    buf_text(&x->row, "\r\n");
    return file_put(x, x->row.data, x->row.size, err);
}

/* The text after "-- " in the line of a column: in its CREATE TABLE, or where it was added. */
static const char *comment_in(const char *sql, const char *table, const char *column, struct arena *a)
{
    const char *create = sql ? strstr(sql, arena_printf(a, "CREATE TABLE %s (\n", table)) : NULL;
    const char *added = sql ? strstr(sql, arena_printf(a, "ALTER TABLE %s ADD COLUMN %s ", table, column)) : NULL;
    size_t size = strlen(column);
    for (const char *line = create ? strchr(create, '\n') : NULL; line && line[1] != ')'; line = strchr(line + 1, '\n')) {
        const char *word = line + 1 + strspn(line + 1, " ");
        if (strncmp(word, column, size) == 0 && word[size] == ' ')
            added = word;
    }
    const char *comment = added ? strstr(arena_strndup(a, added, strcspn(added, "\n")), "-- ") : NULL;
    return comment ? comment + 3 : "";
}

static const char *comment_of(const struct exporting *x, const char *table, const char *column)
{
    const char *found = "";
    for (size_t t = 0; t < x->migrations->count; t++)
        for (size_t i = 0; i < x->migrations->counts[t]; i++) {
            const struct migration *m = &x->migrations->tables[t][i];
            const char *const texts[] = {m->sql, m->sql_sqlite, m->sql_postgresql};
            for (size_t k = 0; k < 3 && !*found; k++)
                found = comment_in(texts[k], table, column, x->arena);
        }
    return found;
}

/* The head that every record has (record.h). */
static const char *common_words(const char *column)
{
    static const char *const words[][2] = {
        {"id", "この行の番号（UUIDv7）"},        {"office_id", "事業所（office.id）"},     {"area_code", "市区町村・区の全国地方公共団体コード"},
        {"created_at", "作った日時（協定世界時）"}, {"created_by", "作った人（user_account.id）"}, {"changed_at", "最後に変えた日時（協定世界時）"},
        {"changed_by", "最後に変えた人（user_account.id）"}, {"deleted_at", "消した日時（協定世界時）、消していなければ空"},
        {"deleted_by", "消した人（user_account.id）"}, {"revision", "何回目の内容か（1から）"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], column) == 0)
            return words[i][1];
    return "";
}

/* A cell of a Markdown table. */
static void put_words(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_char(out, '\\');
        buf_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void describe_column(struct exporting *x, const struct catalog_table *t, const struct catalog_column *c)
{
    static const char *const kinds[] = {[VALUE_TEXT] = "文字", [VALUE_INT] = "整数", [VALUE_BYTES] = "バイト列（xに続く16進）"};
    const struct field *f = x->words ? x->words->column(x->words->arg, t->name, c->name) : NULL;
    buf_printf(&x->readme, "| %s | %s | %s | ", c->name, kinds[c->kind], c->key ? "○" : "");
    put_words(&x->readme, f && f->label ? f->label : "");
    buf_text(&x->readme, " | ");
    const char *comment = comment_of(x, t->name, c->name);
    put_words(&x->readme, *comment ? comment : common_words(c->name));
    if (f && f->codes)
        buf_printf(&x->readme, " コード表 %s", f->codes);
    if (f && f->source) {
        buf_text(&x->readme, " 出典 ");
        put_words(&x->readme, f->source);
    }
    buf_text(&x->readme, " |\n");
}

static void describe(struct exporting *x, const struct catalog_table *t, const char *file, const char *hex)
{
    const char *name = x->words ? x->words->table(x->words->arg, t->name) : "";
    buf_printf(&x->readme, "\n## %s\n\n%s%s%lld 行、`%s`\n\n| 列 | 種類 | 鍵 | 項目 | 注記 |\n|---|---|---|---|---|\n", t->name, name,
               *name ? "。" : "", x->rows, file);
    for (size_t i = 0; i < t->column_count; i++)
        describe_column(x, t, &t->columns[i]);
    json_open(&x->manifest, '{');
    json_pair(&x->manifest, "table", t->name);
    json_pair(&x->manifest, "file", file);
    json_pair_int(&x->manifest, "rows", x->rows);
    json_pair(&x->manifest, "blake2b_256", hex);
    json_close(&x->manifest, '}');
}

static bool write_table(struct exporting *x, struct db *db, const struct catalog_table *t, struct err *err)
{
    char hex[65];
    const char *file = arena_printf(x->arena, "%s.csv", t->name);
    if (!file_begin(x, file, err) || !write_names(x, t, err) || !catalog_walk(db, t, true, write_row, x, err) || !file_end(x, hex, err))
        return false;
    x->result.tables++;
    x->result.rows += x->rows;
    describe(x, t, file, hex);
    return true;
}

/* --- what goes with them --- */

static void begin_readme(struct exporting *x, const char *at)
{
    buf_printf(&x->readme,
               "# 連携のデータの書き出し\n\n"
               "書き出した日時（協定世界時）: %s\nプログラムの版: " RENKEI_VERSION "\n\n"
               "表ごとに1つのCSVファイルがあります。文字コードはUTF-8、改行はCRLF、区切りはコンマです（RFC 4180）。"
               "何も書かれていない欄は「値なし」、`\"\"` は空の文字です。日付はISO 8601、作成・変更の日時は協定世界時です。\n\n"
               "各列の意味・単位・出典は `schema.sql` の注記にあります。ファイルごとの行数と照合用のハッシュ（BLAKE2b-256）は "
               "`manifest.json` にあります。\n\n"
               "元に戻すには `renkei restore --from-export フォルダー` を実行します。表計算ソフトで開いて保存し直したファイルは使えません。\n\n"
               "個人情報が含まれています。取り扱いに注意してください。ログイン中の情報（session）は含まれていません。\n",
               at);
}

static void add_sql(struct buf *out, const char *title, const char *sql)
{
    if (sql && *sql)
        buf_printf(out, "%s\n%s\n", title, sql);
}

static bool write_schema(struct exporting *x, struct err *err)
{
    auto_buf sql = {0};
    buf_text(&sql, "-- Every migration in the program, with its comments on columns.\n");
    for (size_t t = 0; t < x->migrations->count; t++)
        for (size_t i = 0; i < x->migrations->counts[t]; i++) {
            const struct migration *m = &x->migrations->tables[t][i];
            buf_printf(&sql, "\n-- %lld %s\n", m->number, m->name);
            add_sql(&sql, "", m->sql);
            add_sql(&sql, "-- SQLite only:", m->sql_sqlite);
            add_sql(&sql, "-- PostgreSQL only:", m->sql_postgresql);
        }
    return write_file(x, "schema.sql", &sql, err);
}

static bool begin_manifest(struct exporting *x, struct db *db, const char *at, struct err *err)
{
    long long *numbers;
    size_t count;
    if (!migration_numbers(db, x->arena, &numbers, &count, err))
        return false;
    json_init(&x->manifest, &x->manifest_text);
    json_open(&x->manifest, '{');
    json_pair(&x->manifest, "format", "RENKEI-EXPORT 1");
    json_pair(&x->manifest, "program", RENKEI_VERSION);
    json_pair(&x->manifest, "at", at);
    json_key(&x->manifest, "migrations");
    json_open(&x->manifest, '[');
    for (size_t i = 0; i < count; i++)
        json_int(&x->manifest, numbers[i]);
    json_close(&x->manifest, ']');
    json_key(&x->manifest, "tables");
    json_open(&x->manifest, '[');
    return true;
}

static bool write_all(struct db *db, void *arg, struct err *err)
{
    struct exporting *x = arg;
    struct catalog c;
    char at[32];
    real_utc(at);
    begin_readme(x, at);
    if (!catalog_read(db, x->arena, &c, err) || !begin_manifest(x, db, at, err))
        return false;
    for (size_t i = 0; i < c.count; i++)
        if (!write_table(x, db, &c.tables[i], err))
            return false;
    json_close(&x->manifest, ']');
    if (!fingerprint_in(db, x->result.fingerprint, err))
        return false;
    json_pair(&x->manifest, "fingerprint", x->result.fingerprint);
    json_close(&x->manifest, '}');
    buf_char(&x->manifest_text, '\n');
    /* The manifest comes last: a folder without it is not finished. */
    return write_schema(x, err) && write_file(x, "README.md", &x->readme, err) && write_file(x, "manifest.json", &x->manifest_text, err);
}

static bool is_free(const char *folder, struct err *err)
{
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT || fail_write(err);
    int entries = 0;
    while (readdir(d))
        entries++;
    closedir(d);
    return entries <= 2 || err_set(err, ERR_INPUT, "backup.folder_not_empty", "%d entries", entries - 2);
}

/* Our own unfinished folders hold plain files only. */
static void remove_part(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    rmdir(folder);
}

static bool finish_folder(const char *part, const char *folder, struct err *err)
{
    int fd = open(part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return (ok && rename(part, folder) == 0) || fail_write(err);
}

static const char *without_slash(struct arena *a, const char *folder)
{
    size_t size = strlen(folder);
    while (size > 1 && folder[size - 1] == '/')
        size--;
    return arena_strndup(a, folder, size);
}

bool export_write(struct store *s, const char *folder, const struct migration_list *migrations, const struct export_words *words,
                  struct backup_result *ret, struct err *err)
{
    auto_arena *a = arena_new();
    folder = without_slash(a, folder);
    struct exporting x = {.folder = arena_printf(a, "%s.part", folder), .migrations = migrations, .words = words, .arena = a};
    if (!is_free(folder, err))
        return false;
    remove_part(x.folder); /* of one that was killed */
    if (mkdir(x.folder, 0700) != 0)
        return fail_write(err);
    bool ok = store_view(s, write_all, &x, err);
    if (x.file)
        fclose(x.file);
    ok = ok && finish_folder(x.folder, folder, err);
    if (!ok)
        remove_part(x.folder);
    buf_free(&x.row);
    buf_free(&x.readme);
    buf_free(&x.manifest_text);
    if (ok && ret)
        *ret = x.result;
    return ok;
}
