/* vacancy_public.h -- inside the feature: what an office reaches by link or QR code. */
#pragma once
#include "web/feature.h"

handler_fn vacancy_public_page, vacancy_public_post, vacancy_public_undo;
