/* text_form.h -- common forms of 旧字 and 異体字, for the files of text.h only. */
#pragma once
#include <stdint.h>

/* 吉 for 𠮷; 0 when the character is in common use itself. */
int32_t text_common_form(int32_t c);
