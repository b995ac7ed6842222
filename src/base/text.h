/* text.h -- Japanese text: UTF-8 checking, folding for search, bigrams, CP932.
 *
 * All text inside the program is valid UTF-8 in NFC as typed.  Folding is only for searching and matching;
 * it is never shown and never written back (names keep their 旧字 and 異体字).
 * Source: ../shared/domain/formats.md §0 rule 3, standards.md §8; CP932 as in Microsoft's table. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* True for well-formed UTF-8 without NUL, surrogates and noncharacters. */
bool text_is_utf8(const char *s, size_t size);
/* Copies what a person typed: ill-formed bytes become U+FFFD, control characters other than TAB and LF go, CRLF
 * and CR become LF, blanks (half and full width) are trimmed at both ends.  `single_line` turns LF and TAB to a blank. */
char *text_clean(struct arena *a, const char *s, size_t size, bool single_line);
/* Number of characters as a person counts them (grapheme clusters are not needed: code points). */
size_t text_length(const char *s);
/* The first `n` characters; adds … when it cut. */
char *text_cut(struct arena *a, const char *s, size_t n);
/* Columns on a fixed-width page: 2 for full width, 1 for half width. */
size_t text_width(const char *s);

/* Folded for search and matching: NFKC, lower case, katakana to hiragana, 旧字/異体字 to the common form, every hyphen
 * and dash variant to '-', blanks and variation selectors removed, ヶ and ヵ to け and か.  "ｶﾀｶﾅ" and "かたかな" give the same; "髙" gives "高". */
char *text_fold(struct arena *a, const char *s);
/* Kana of a name as the field writes it: NFKC, hiragana to katakana, blanks to one. */
char *text_katakana(struct arena *a, const char *s);
/* True when the text has only kana, prolonged sound marks, middle dots, digits, Latin letters and blanks. */
bool text_is_kana(const char *s);
/* The overlapping two-character words of the folded text separated by blanks: 透析室 -> "透析 析室".  A text of
 * one character gives that character.  Words are built per run of letters and digits; punctuation separates. */
void text_bigrams(struct buf *out, const char *folded);
/* Digits only, full width taken: "０６－１２３４" -> "061234". */
char *text_digits(struct arena *a, const char *s);
/* Compares for sorting by kana or name as a Japanese person expects (ICU collation, ja). */
int text_collate(const char *x, const char *y);

/* UTF-8 to CP932.  Characters that CP932 lacks become their common form when there is one (髙 is in CP932, 﨑 too; 𠮷 -> 吉)
 * and otherwise 〓; returns how many became 〓. */
size_t text_to_cp932(struct buf *out, const char *s, size_t size);
/* CP932 to UTF-8; returns the offset of the first ill-formed byte, or -1.  Ill-formed bytes become U+FFFD. */
long text_from_cp932(struct buf *out, const char *bytes, size_t size);
/* What the bytes of a file most likely are. */
enum text_encoding { ENCODING_UTF8, ENCODING_UTF8_BOM, ENCODING_CP932, ENCODING_UTF16, ENCODING_UNKNOWN };
enum text_encoding text_guess_encoding(const char *bytes, size_t size);
