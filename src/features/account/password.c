#include "features/account/password.h"

#include "base/count.h"
#include "base/text.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

/* OWASP's first choice for argon2id: 19 MiB, 2 passes; about 20 ms on an office PC. */
enum { MEMORY = 19 * 1024 * 1024, PASSES = 2, WAIT_SECONDS = 5 };

/* What strangers try first: common passwords and the words of this work, as they look after plain() below. */
static const char *const guessable[] = {
    "password", "passw0rd", "pass", "word", "qwertyuiop", "qwerty", "asdfghjkl", "asdf", "zxcvbnm", "zxcv", "iloveyou", "welcome", "letmein", "admin",
    "administrator", "kanrisha", "kanri", "login", "user", "test", "guest", "root", "master", "secret", "changeme", "hello", "sakura", "nippon",
    "japan", "nihon", "tokyo", "osaka", "oosaka", "ohsaka", "renkei", "zaitaku", "iryo", "iryou", "kaigo", "soudan", "sodan", "shien", "shienshitsu",
    "hokeni", "kenkou", "kenko", "ishikai", "kuyakusho", "kango", "houmon", "coordinator", "summer", "winter", "spring", "autumn", "abcdefgh", "abcdef",
    "abcd", "abc", "1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234", "123", "987654321", "87654321", "7654321", "654321",
    "4321", "0000", "1111", "2024", "2025", "2026", "2027", "れんけい", "連携", "在宅", "医療", "介護", "相談", "支援", "大阪",
};

/* Letters that are usually written as signs, folded back. */
static char *plain(struct arena *a, const char *s)
{
    static const char from[] = "@$!", to[] = "asi";
    char *p = text_fold(a, s);
    for (char *c = p; *c; c++) {
        const char *at = strchr(from, *c);
        *c = at ? to[at - from] : *c;
    }
    return p;
}

static void cut_out(char *text, const char *word)
{
    size_t n = strlen(word);
    for (char *at; n && (at = strstr(text, word));)
        memmove(at, at + n, strlen(at + n) + 1);
}

/* How many characters are left when guessable words and repeated characters are taken away. */
static size_t unguessable(const char *password, const char *login_name, const char *display_name, struct arena *a)
{
    char *rest = plain(a, password);
    const char *login = plain(a, login_name), *name = plain(a, display_name);
    if (text_length(login) > 2)
        cut_out(rest, login);
    if (text_length(name) > 1)
        cut_out(rest, name);
    for (size_t i = 0; i < COUNT(guessable); i++)
        cut_out(rest, guessable[i]);
    size_t left = 0;
    for (const char *c = rest; *c; c++)
        left += ((unsigned char)*c & 0xc0) != 0x80 && (c == rest || *c != c[-1]);
    return left;
}

/* Kinds of characters: lower case, upper case, digits, everything else. */
static int kinds(const char *password)
{
    bool lower = false, upper = false, digit = false, other = false;
    for (const char *c = password; *c; c++) {
        bool is_lower = *c >= 'a' && *c <= 'z', is_upper = *c >= 'A' && *c <= 'Z', is_digit = *c >= '0' && *c <= '9';
        lower |= is_lower;
        upper |= is_upper;
        digit |= is_digit;
        other |= !is_lower && !is_upper && !is_digit;
    }
    return lower + upper + digit + other;
}

const char *password_refusal(const char *password, const char *login_name, const char *display_name, struct arena *a)
{
    size_t length = text_length(password);
    if (length < PASSWORD_SHORTEST)
        return "パスワードが短すぎます。8文字以上（二要素認証を使わないときは13文字以上）にしてください。";
    if (length > PASSWORD_LONGEST)
        return "パスワードが長すぎます。128文字以内にしてください。";
    if (kinds(password) < 3)
        return "英大文字・英小文字・数字・記号のうち3種類以上を混ぜてください。";
    if (unguessable(password, login_name, display_name, a) < 4)
        return "推測されやすいパスワードです。名前・利用者ID・よくある言葉・連番を避け、関係のない言葉を組み合わせてください。";
    return NULL;
}

bool password_is_long(const char *password)
{
    return text_length(password) >= PASSWORD_LONG;
}

char *password_new(struct arena *a)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz", digits[] = "23456789", capitals[] = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    char *p = arena_alloc(a, 25);
    for (int i = 0, at = 0; i < 20; i++) {
        if (i && i % 5 == 0)
            p[at++] = '-';
        int kind = i % 5;
        p[at++] = kind == 0 ? capitals[randombytes_uniform(sizeof capitals - 1)]
                  : kind == 4 ? digits[randombytes_uniform(sizeof digits - 1)]
                              : letters[randombytes_uniform(sizeof letters - 1)];
    }
    return p;
}

/* Not state but a turnstile: argon2id's memory is the scarce thing, whoever asks for it. */
static pthread_mutex_t turnstile = PTHREAD_MUTEX_INITIALIZER;

static bool enter(struct err *err)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_SECONDS;
    return !pthread_mutex_timedlock(&turnstile, &until) || err_set(err, ERR_BUSY, "account.busy", "password checks queue");
}

bool password_hash(const char *password, struct arena *a, const char **ret_hash, struct err *err)
{
    char *hash = arena_alloc(a, crypto_pwhash_STRBYTES);
    if (sodium_init() < 0 || !enter(err))
        return false;
    int failed = crypto_pwhash_str_alg(hash, password, strlen(password), PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    pthread_mutex_unlock(&turnstile);
    if (failed)
        return err_set(err, ERR_BUSY, "account.busy", "no memory for argon2id");
    *ret_hash = hash;
    return true;
}

bool password_fits(const char *hash, const char *password, bool *ret_fits, struct err *err)
{
    /* Of a random password that nobody kept, with the limits above. */
    static const char nobodys[] = "$argon2id$v=19$m=19456,t=2,p=1$C7Mc1bvParnMyna6Tbj65A$QkVOnGIpo5VIcEMO21NVU0TN8rtzFgWmTHmoxuLevPM";
    if (sodium_init() < 0 || !enter(err))
        return false;
    bool fits = !crypto_pwhash_str_verify(hash ? hash : nobodys, password, strlen(password));
    pthread_mutex_unlock(&turnstile);
    *ret_fits = fits && hash;
    return true;
}
