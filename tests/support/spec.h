/* spec.h -- what every spec of this program includes: cmocka and the headers it wants before itself. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
