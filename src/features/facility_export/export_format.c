/* export_format.c -- what each layout's columns hold, as published.  Source: formats.md C1 to C4. */
#include "features/facility_export/export_format.h"

#include "base/count.h"

#include <string.h>

#define AT(member) offsetof(struct export_row, member)
#define BLANK AT(blank) /* the directory does not hold it */

/* C1; brackets of the building are half width there. */
static const struct export_column care_standard[] = {
    {"全国地方公共団体コード", AT(publisher)}, {"ID", AT(number), NULL}, {"地方公共団体名", AT(publisher_name)}, {"介護サービス事業所名称", AT(name)},
    {"介護サービス事業所名称_カナ", AT(kana)}, {"介護サービス事業所名称_英字", BLANK}, {"実施サービス", AT(service)},
    {"所在地_全国地方公共団体コード", AT(area_code)}, {"町字ID", BLANK}, {"所在地_連結表記", AT(address)}, {"所在地_都道府県", AT(prefecture)},
    {"所在地_市区町村", AT(city)}, {"所在地_町字", AT(town)}, {"所在地_番地以下", AT(block)}, {"建物名等(方書)", AT(building)}, {"緯度", AT(latitude)},
    {"経度", AT(longitude)}, {"高度の種別", BLANK}, {"高度の値", BLANK}, {"電話番号", AT(phone)}, {"内線番号", BLANK}, {"FAX番号", AT(fax)},
    {"連絡先メールアドレス", BLANK}, {"連絡先FormURL", BLANK}, {"連絡先備考（その他、SNSなど）", BLANK}, {"郵便番号", AT(postal)},
    {"法人番号", AT(corporation_number)}, {"法人の名称", AT(corporation)}, {"事業所番号", AT(office_number)}, {"利用可能曜日", AT(days)},
    {"利用可能曜日特記事項", AT(note)}, {"定員", AT(capacity)}, {"URL", AT(url)}, {"画像", BLANK}, {"画像_ライセンス", BLANK}, {"備考", BLANK},
};
/* C2 */
static const struct export_column care_recommended[] = {
    {"都道府県コード又は市区町村コード", AT(area_code)}, {"NO", AT(number)}, {"都道府県名", AT(prefecture)}, {"市区町村名", AT(city)},
    {"介護サービス事業所名称", AT(name)}, {"介護サービス事業所名称_カナ", AT(kana)}, {"実施サービス", AT(service)}, {"住所", AT(address)},
    {"方書", AT(building)}, {"緯度", AT(latitude)}, {"経度", AT(longitude)}, {"電話番号", AT(phone)}, {"内線番号", BLANK}, {"FAX番号", AT(fax)},
    {"法人番号", AT(corporation_number)}, {"法人の名称", AT(corporation)}, {"事業所番号", AT(office_number)}, {"利用可能曜日", AT(days)},
    {"利用可能曜日特記事項", AT(note)}, {"定員", AT(capacity)}, {"URL", AT(url)}, {"備考", BLANK},
};
/* C3 */
static const struct export_column medical_recommended[] = {
    {"都道府県コード又は市区町村コード", AT(area_code)}, {"NO", AT(number)}, {"都道府県名", AT(prefecture)}, {"市区町村名", AT(city)}, {"名称", AT(name)},
    {"名称_カナ", AT(kana)}, {"医療機関の種類", AT(institution)}, {"住所", AT(address)}, {"方書", AT(building)}, {"緯度", AT(latitude)},
    {"経度", AT(longitude)}, {"電話番号", AT(phone)}, {"内線番号", BLANK}, {"FAX番号", AT(fax)}, {"法人番号", AT(corporation_number)},
    {"法人の名称", AT(corporation)}, {"医療機関コード", AT(office_number)}, {"診療曜日", AT(weekdays)}, {"診療開始時間", AT(opens)},
    {"診療終了時間", AT(closes)}, {"診療日時特記事項", AT(hours_note)}, {"時間外における対応", BLANK}, {"診療科目", AT(specialities)},
    {"病床数", AT(beds)}, {"URL", AT(url)}, {"備考", BLANK},
};
/* C4: inferred from C1 and C3; verify with the Digital Agency's sheet before publishing. */
static const struct export_column medical_standard[] = {
    {"全国地方公共団体コード", AT(publisher)}, {"ID", AT(number), NULL}, {"地方公共団体名", AT(publisher_name)}, {"名称", AT(name)}, {"名称_カナ", AT(kana)},
    {"名称_英字", BLANK}, {"医療機関の種類", AT(institution)}, {"所在地_全国地方公共団体コード", AT(area_code)}, {"町字ID", BLANK},
    {"所在地_連結表記", AT(address)}, {"所在地_都道府県", AT(prefecture)}, {"所在地_市区町村", AT(city)}, {"所在地_町字", AT(town)},
    {"所在地_番地以下", AT(block)}, {"建物名等(方書)", AT(building)}, {"緯度", AT(latitude)}, {"経度", AT(longitude)}, {"高度の種別", BLANK},
    {"高度の値", BLANK}, {"電話番号", AT(phone)}, {"内線番号", BLANK}, {"FAX番号", AT(fax)}, {"連絡先メールアドレス", BLANK}, {"連絡先FormURL", BLANK},
    {"連絡先備考（その他、SNSなど）", BLANK}, {"郵便番号", AT(postal)}, {"法人番号", AT(corporation_number)}, {"法人の名称", AT(corporation)},
    {"医療機関コード", AT(office_number)}, {"診療曜日", AT(weekdays)}, {"診療開始時間", AT(opens)}, {"診療終了時間", AT(closes)},
    {"診療日時特記事項", AT(hours_note)}, {"時間外における対応", BLANK}, {"診療科目", AT(specialities)}, {"病床数", AT(beds)}, {"URL", AT(url)},
    {"画像", BLANK}, {"画像_ライセンス", BLANK}, {"備考", BLANK},
};
/* Our own: what the viewer sees; the local facts follow. */
static const struct export_column plain[] = {
    {"ID", AT(id), "id"}, {"名称", AT(name), "name"}, {"フリガナ", AT(kana), "kana"}, {"機関の種類", AT(kind), "kind"},
    {"介護サービスの種類", AT(service), "service"}, {"診療科目", AT(specialities), "specialities"}, {"地域コード", AT(area_code), "area_code"},
    {"都道府県", AT(prefecture), "prefecture"}, {"市区町村", AT(city), "city"}, {"郵便番号", AT(postal), "postal"}, {"住所", AT(address), "address"},
    {"方書", AT(building), "building"}, {"緯度", AT(latitude), NULL}, {"経度", AT(longitude), NULL}, {"電話番号", AT(phone), "phone"},
    {"FAX番号", AT(fax), "fax"}, {"ホームページ", AT(url), "url"}, {"法人番号", AT(corporation_number), "corporation_number"},
    {"法人の名称", AT(corporation), "corporation"}, {"事業所番号・医療機関コード", AT(office_number), "office_number"},
    {"利用できる曜日", AT(days), "days"}, {"診療時間・営業時間", AT(hours), "hours"}, {"説明", AT(note), "note"}, {"定員", AT(capacity), "capacity"},
    {"病床数", AT(beds), "beds"}, {"最新の公表データにある", AT(listed), "is_listed"}, {"出典", AT(attribution), "attribution"},
};

#define COLUMNS(array) array, COUNT(array)
static const char csv_type[] = "text/csv; charset=utf-8";
const struct export_format export_formats[] = {
    {"xlsx", "Excel", "%s_facilities.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", false, EXPORT_XLSX, COLUMNS(plain)},
    {"csv", "CSV（UTF-8）", "%s_facilities.csv", csv_type, "", false, EXPORT_PLAIN_CSV, COLUMNS(plain)},
    {"geojson", "地図（GeoJSON）", "%s_facilities.geojson", "application/geo+json", "", false, EXPORT_GEOJSON, COLUMNS(plain)},
    {"c1", "介護サービス事業所一覧（自治体標準）", "%s_care_service.csv", csv_type, "care", true, EXPORT_CSV, COLUMNS(care_standard)},
    {"c2", "介護サービス事業所一覧（推奨データセット）", "%s_care_service.csv", csv_type, "care", true, EXPORT_CSV, COLUMNS(care_recommended)},
    {"c3", "医療機関一覧（推奨データセット）", "%s_hospital.csv", csv_type, "hospital clinic", false, EXPORT_CSV, COLUMNS(medical_recommended)},
    {"c4", "医療機関一覧（自治体標準・列は推定）", "%s_hospital.csv", csv_type, "hospital clinic", false, EXPORT_CSV, COLUMNS(medical_standard)},
    {"kaigo", "介護サービス情報公表システムの形式", "jigyosho_%s.csv", csv_type, "care", true, EXPORT_KAIGO, NULL, 0},
};
const size_t export_format_count = COUNT(export_formats);

const struct export_format *export_format_find(const char *name)
{
    for (size_t i = 0; i < COUNT(export_formats); i++)
        if (!strcmp(export_formats[i].name, name))
            return &export_formats[i];
    return NULL;
}
