/* fuzz_text.c -- any bytes can be cleaned, folded and converted, and what comes out is text. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void must_be_text(const char *s)
{
    must(text_is_utf8(s, strlen(s)));
}

static void try_text(struct arena *a, const char *clean)
{
    const char *folded = text_fold(a, clean), *kana = text_katakana(a, clean);
    must_be_text(folded);
    must_be_text(kana);
    must_be_text(text_cut(a, clean, 3));
    must(text_length(text_cut(a, clean, 3)) <= 4);
    must(text_width(clean) <= 2 * text_length(clean));
    must(text_collate(clean, clean) == 0);
    must(strspn(text_digits(a, clean), "0123456789") == strlen(text_digits(a, clean)));
    auto_buf words = {0}, bytes = {0}, again = {0};
    text_bigrams(&words, folded);
    if (words.size)
        must_be_text(words.data);
    text_to_cp932(&bytes, clean, strlen(clean));
    must(text_from_cp932(&again, bytes.data ? bytes.data : "", bytes.size) < 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    auto_arena *a = arena_new();
    const char *bytes = (const char *)data, *clean = text_clean(a, bytes, size, size % 2), *raw = arena_strndup(a, bytes, size);
    must_be_text(clean);
    must(!strcmp(clean, text_clean(a, clean, strlen(clean), size % 2)));
    try_text(a, clean);
    /* Neither does text that nobody cleaned do harm. */
    (void)text_fold(a, raw);
    (void)text_katakana(a, raw);
    (void)text_width(raw);
    (void)text_is_kana(raw);
    auto_buf decoded = {0}, encoded = {0};
    text_from_cp932(&decoded, bytes, size);
    if (decoded.size)
        must_be_text(decoded.size && !memchr(decoded.data, '\0', decoded.size) ? decoded.data : "");
    text_to_cp932(&encoded, bytes, size);
    (void)text_guess_encoding(bytes, size);
    return 0;
}
