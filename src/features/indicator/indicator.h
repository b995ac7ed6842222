/* indicator.h -- 資源の指標: what the directory says about an area, as reports (報告 › 資源の指標).
 *
 * Source: indicators.md I10 (在宅療養支援診療所数), I18 (24時間対応の訪問看護ステーション数), §3 日常の療養支援・急変時の対応 (structure).
 * A figure is the directory's of today; what was never imported is not known (－) and not 0. */
#pragma once
#include "web/feature.h"

extern const struct feature indicator_feature;
