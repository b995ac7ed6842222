/* consultation_import_words.c -- the words offices use: for headers of their ledgers and for what stands in the cells. */
#include "features/consultation/consultation_import.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const struct import_target import_targets[] = {
    {"received_at", "received_at", "受付日（日時）"},
    {"received_at.time", "received_at", "受付の時刻"},
    {"ended_at", "ended_at", "対応終了日時"},
    {"ended_at.time", "ended_at", "対応終了の時刻"},
    {"paper_no", "paper_no", NULL},
    {"channel", "channel", NULL},
    {"staff.text", "staff_id", "対応者の名前"},
    {"consulter_type", "consulter_type", NULL},
    {"consulter_org", "consulter_org", "相談者の所属"},
    {"consulter_name", "consulter_name", NULL},
    {"consulter_contact", "consulter_contact", NULL},
    {"resident_consultation", "resident_consultation", NULL},
    {"subject_kind", "subject_kind", NULL},
    {"is_ltci_subject", "is_ltci_subject", NULL},
    {"patient_kana", "patient_kana", NULL},
    {"patient_name", "patient_name", "利用者のお名前"},
    {"patient_pseudonym", "patient_pseudonym", NULL},
    {"sex", "sex", NULL},
    {"age_band", "age_band", "年齢・年齢層"},
    {"age_band.born", "age_band", "生年月日（年齢層にします）"},
    {"care_level", "care_level", NULL},
    {"insured_no_known", "insured_no_known", NULL},
    {"living", "living", NULL},
    {"current_place", "current_place", NULL},
    {"residence", "residence", NULL},
    {"main_disease", "main_disease", NULL},
    {"medical_procedures", "medical_procedures", NULL},
    {"consent", "consent", NULL},
    {"consent_on", "consent_on", NULL},
    {"content", "content", "相談内容（分類）"},
    {"scene", "scene", NULL},
    {"summary", "summary", NULL},
    {"response", "response", "対応（分類）"},
    {"progress.text", "progress", "支援経過（文章）"},
    {"outcome", "outcome", NULL},
    {"reason_unresolved", "reason_unresolved", NULL},
    {"reason_unresolved_text", "reason_unresolved_text", NULL},
    {"is_difficult_case", "is_difficult_case", NULL},
    {"issue_link", "issue_link", NULL},
    {"next_action", "next_action", NULL},
    {"next_action_on", "next_action_on", NULL},
};
const size_t import_target_count = COUNT(import_targets);

const char *const import_default_fields[] = {
    "subject_kind", "is_ltci_subject", "channel", "consulter_type", "content", "outcome", "reason_unresolved", "residence", "consent",
};
const size_t import_default_field_count = COUNT(import_default_fields);

const struct import_target *import_target_find(const char *name)
{
    for (size_t i = 0; i < COUNT(import_targets); i++)
        if (!strcmp(import_targets[i].name, name))
            return &import_targets[i];
    return NULL;
}

const char *import_target_label(const struct import_target *t)
{
    return t->label ? t->label : field_find(&consultation_set, t->field)->label;
}

/* -- headers ------------------------------------------------------------------------------------------------------------- */

/* Where several targets are named, the first whose list knows most of the cells is taken, else the last. */
static const struct {
    const char *words, *targets;
} headers[] = {
    {"受付日 受付年月日 相談日 相談年月日 相談受付日 日付 年月日 月日 日時 受付日時 相談日時 受理日 対応日 記録日", "received_at"},
    {"時間 時刻 受付時間 受付時刻 相談時間 相談時刻 開始時間 開始時刻", "received_at.time"},
    {"終了日時 対応終了日時", "ended_at"},
    {"終了時間 終了時刻 対応終了時間 対応終了時刻", "ended_at.time"},
    {"no 番号 管理番号 受付番号 相談番号 整理番号 台帳番号 通番 通し番号 連番 ケース番号 紙や以前の台帳の番号", "paper_no"},
    {"方法 相談方法 手段 相談手段 受付方法 相談形態 対応方法 媒体", "channel"},
    {"担当 担当者 対応者 受付者 記録者 記入者 相談員 コーディネーター 担当職員 対応職員", "staff.text"},
    {"相談者 相談元 依頼者 依頼元 紹介元 相談元区分 相談者区分 相談者の区分 相談者職種 相談者種別 職種 相談機関 相談元機関",
     "consulter_type consulter_org"},
    {"所属 所属機関 相談者所属 相談者の所属 事業所 事業所名 機関名 相談元事業所 相談者機関名", "consulter_org"},
    {"相談者氏名 相談者名 相談者のお名前 相談者の氏名 相談者のお名前等 依頼者名 依頼者氏名 担当ケアマネ", "consulter_name"},
    {"連絡先 電話番号 電話 tel 相談者連絡先 相談者電話", "consulter_contact"},
    {"住民 住民相談 住民からの相談", "resident_consultation"},
    {"種別 相談種別 相談の種別 相談区分", "subject_kind"},
    {"対象 介護保険対象 介護保険対象者 介護保険 対象者 介護保険の対象 対象区分", "is_ltci_subject"},
    {"フリガナ ふりがな カナ 氏名カナ 利用者フリガナ 利用者氏名カナ カナ氏名 患者フリガナ", "patient_kana"},
    {"氏名 名前 お名前 利用者 利用者名 利用者氏名 患者 患者名 患者氏名 対象者名 対象者氏名 本人氏名 ケース名", "patient_name"},
    {"仮名 イニシャル", "patient_pseudonym"},
    {"性別", "sex"},
    {"年齢 年代 年齢層 年齢区分 歳", "age_band"},
    {"生年月日 誕生日", "age_band.born"},
    {"介護度 要介護度 認定 要介護認定 介護認定 介護区分 要介護状態区分 認定区分", "care_level"},
    {"被保険者番号確認 被保険者番号の確認", "insured_no_known"},
    {"世帯 世帯状況 世帯の状況 家族構成 世帯構成", "living"},
    {"居所 現在の居所 現在地 療養場所 居場所", "current_place"},
    {"居住地 住所地 居住区 居住地区", "residence"},
    {"疾患 主疾患 主な疾患 病名 主病名 疾患名", "main_disease issue_link"},
    {"医療処置 処置 医療ニーズ", "medical_procedures"},
    {"同意 個人情報同意 個人情報使用の同意 同意の有無", "consent"},
    {"同意日 同意を確認した日", "consent_on"},
    {"内容 相談内容 主訴 相談事項 相談項目 内容区分 相談内容区分 相談分類 相談内容分類", "content summary"},
    {"概要 相談の概要 相談概要 詳細 相談詳細 内容詳細 相談内容詳細 備考 メモ 具体的内容", "summary"},
    {"場面 4つの場面", "scene"},
    {"対応 対応内容 対応区分 支援内容 処理 回答", "response progress.text"},
    {"経過 支援経過 対応経過 経過記録 対応詳細", "progress.text"},
    {"結果 転帰 結果区分 状況 対応結果 終結 処理結果", "outcome"},
    {"不成立理由 調整不成立の理由 未解決理由", "reason_unresolved reason_unresolved_text"},
    {"理由の説明", "reason_unresolved_text"},
    {"困難 困難事例 困難ケース", "is_difficult_case"},
    {"課題 関連する課題", "issue_link"},
    {"次の対応 今後の対応 今後の予定 次回対応", "next_action"},
    {"次の対応の期限 期限 次回予定日 次回日", "next_action_on"},
    /* Known and left out: the sheet has no place for them, and the insured person's number is never kept. */
    {"被保険者番号 保険者番号 保険証番号 認定番号 マイナンバー 個人番号 住所 利用者住所 患者住所 本人住所 続柄 主治医 かかりつけ医 有効期間 認定日", ""},
};

/* The header without what stands in brackets and marks: 「受付日（和暦）※」 is 受付日. */
static char *plain_header(struct arena *a, const char *header)
{
    char *s = text_fold(a, header), *to = s;
    for (const char *c = s; *c; c++) {
        if (*c == '(') {
            const char *end = strchr(c, ')');
            c = end ? end : c + strlen(c) - 1;
        } else if (!strchr("*:.#[]", *c))
            *to++ = *c;
    }
    *to = '\0';
    return *s ? s : text_fold(a, header);
}

enum { SURE = 1000 };
/* How well the header is one of the words: the whole word SURE, contained its length, 0 not. */
static size_t fit(const char *words, const char *header, struct arena *a)
{
    size_t best = 0;
    for (const char *word; (word = codes_next(&words, a));) {
        const char *folded = text_fold(a, word);
        if (!strcmp(folded, header))
            return SURE;
        if (text_length(folded) > 1 && strstr(header, folded) && strlen(folded) > best)
            best = strlen(folded);
    }
    return best;
}

static bool list_knows_most(const struct field *f, const char *const *samples, size_t count, struct arena *a)
{
    size_t said = 0, known = 0;
    for (size_t i = 0; i < count; i++)
        if (*samples[i]) {
            said++;
            known += import_codes(NULL, f, samples[i], a, &(const char *){NULL}) != NULL;
        }
    return said && known * 2 >= said;
}

static const char *choose(const char *targets, const char *const *samples, size_t count, struct arena *a)
{
    const char *chosen = "";
    for (const char *name; (name = codes_next(&targets, a));) {
        chosen = name;
        const struct import_target *target = import_target_find(name);
        const struct field *f = target ? field_find(&consultation_set, target->field) : NULL;
        if (f && (f->type == FIELD_CODE || f->type == FIELD_CODES) && list_knows_most(f, samples, count, a))
            break;
    }
    return chosen;
}

const char *import_guess(const char *header, const char *const *samples, size_t count, struct arena *a, bool *ret_sure)
{
    *ret_sure = true;
    if (refused_rows_is_own(header, a))
        return "";
    const char *plain = plain_header(a, header), *targets = "";
    size_t best = 0;
    for (size_t i = 0; i < import_target_count; i++)
        if (!strcmp(text_fold(a, import_target_label(&import_targets[i])), text_fold(a, header)))
            return import_targets[i].name;
    for (size_t i = 0; i < COUNT(headers); i++) {
        size_t n = fit(headers[i].words, plain, a);
        if (n > best) {
            best = n;
            targets = headers[i].targets;
        }
    }
    *ret_sure = best == SURE;
    return choose(targets, samples, count, a);
}

/* -- values -------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *list, *words, *code;
} values[] = {
    {"channel", "tel 電話相談 でんわ 架電 受電", "phone"},
    {"channel", "来室 窓口 面談 来訪", "visit_to_room"},
    {"channel", "訪問相談 居宅訪問 自宅訪問", "home_visit"},
    {"channel", "eメール email e-mail 電子メール", "mail"},
    {"channel", "会議 研修 会議研修", "at_meeting"},
    {"consulter_type", "ケアマネ ケアマネジャー ケアマネージャー cm 居宅介護支援事業所 居宅介護支援 居宅", "care_manager"},
    {"consulter_type", "包括支援センター 地域包括支援センター 包括 ブランチ", "community_support_center"},
    {"consulter_type", "msw 医療ソーシャルワーカー 地域連携室 連携室 医療連携室 地域医療連携室 病院msw 退院調整看護師 病院連携室", "hospital_liaison_office"},
    {"consulter_type", "病院 病院医師 病院看護師 病棟", "hospital_other"},
    {"consulter_type", "クリニック 医院 開業医 かかりつけ医 在宅医 主治医", "clinic"},
    {"consulter_type", "歯科医院 歯科医師 歯科医", "dental"},
    {"consulter_type", "薬剤師 調剤薬局", "pharmacy"},
    {"consulter_type", "訪看 訪問看護師 訪問看護st", "visiting_nurse_station"},
    {"consulter_type", "ヘルパー 訪問介護事業所", "home_help"},
    {"consulter_type", "デイ デイサービス 通所介護 ショートステイ 通所", "day_and_short_stay"},
    {"consulter_type", "施設 老人ホーム 特養 老健 有料老人ホーム グループホーム", "care_facility"},
    {"consulter_type", "障害 障害福祉 障害者支援センター", "disability_service"},
    {"consulter_type", "他区 他市 他区相談支援室", "other_area_desk"},
    {"consulter_type", "行政 区 保健センター 保健師", "ward_office"},
    {"consulter_type", "救急 救急隊 消防署", "fire_department"},
    {"consulter_type", "利用者 患者 当事者 本人様", "principal"},
    {"consulter_type", "ご家族 親族 知人 友人 家族等 子 妻 夫 娘 息子 長男 長女", "family"},
    {"subject_kind", "個別 個別相談 個別事例 ケース 患者 利用者", "individual_case"},
    {"subject_kind", "一般 一般相談 制度", "general"},
    {"subject_kind", "資源 資源の照会 問い合わせ", "resource_inquiry"},
    {"sex", "男 m", "male"},
    {"sex", "女 f", "female"},
    {"age_band", "40代 50代 40歳代 50歳代 2号", "from_40"},
    {"age_band", "10代 20代 30代 10歳代 20歳代 30歳代 小児", "under_40"},
    {"age_band", "90代 100歳以上 90歳代", "from_90"},
    {"care_level", "自立 なし 認定なし 非該当", "none"},
    {"care_level", "総合事業 事業対象", "project_subject"},
    {"care_level", "新規申請中 認定申請中", "applying"},
    {"care_level", "区変中 区変申請中 区分変更中", "change_applying"},
    {"yes_no", "○ 〇 ◯ ● 有 有り あり 該当 対象 レ 1 y yes", "yes"},
    {"yes_no", "× ✕ ✖ 無 無し なし 非該当 対象外 0 n no", "no"},
    {"yes_no_unknown", "○ 〇 ◯ ● 有 有り あり 該当 対象 対象者 レ 1 y yes", "yes"},
    {"yes_no_unknown", "× ✕ ✖ 無 無し なし 非該当 対象外 非対象 0 n no", "no"},
    {"yes_no_unknown", "? 未確認", "unknown"},
    {"living", "独り暮らし 一人暮らし ひとり暮らし 単身 単身世帯", "alone"},
    {"living", "高齢世帯 老夫婦 夫婦のみ 老々 老老", "elderly_household"},
    {"living", "同居 家族と同居", "with_children"},
    {"current_place", "在宅 居宅", "home"},
    {"current_place", "入院 入院中 病院", "hospital"},
    {"residence", "区内 同区 管内", "same_ward"},
    {"residence", "他区", "other_ward"},
    {"residence", "市外 他市", "other_city"},
    {"consent_kind", "文書 書面 文書同意", "written"},
    {"consent_kind", "口頭 口頭同意", "verbal"},
    {"consent_kind", "× 無 なし", "no"},
    {"consultation_content", "訪問診療 往診 往診医 在宅医 訪問医 訪問診療医 訪問診療の紹介", "home_doctor"},
    {"consultation_content", "入院 転院 入院調整 転院調整 入院先", "hospital_transfer"},
    {"consultation_content", "退院 退院調整 退院先", "discharge"},
    {"consultation_content", "訪看", "home_nursing"},
    {"consultation_content", "歯科 訪問歯科診療", "home_dentistry"},
    {"consultation_content", "薬 薬剤 内服", "medication"},
    {"consultation_content", "リハビリ リハ 訪問リハ", "rehabilitation"},
    {"consultation_content", "介護保険 ケアプラン サービス調整", "care_service"},
    {"consultation_content", "施設 入所 施設紹介", "facility_admission"},
    {"consultation_content", "精神疾患", "mental_health"},
    {"consultation_content", "緩和 ターミナル 終末期 看取 看取り", "palliative_care"},
    {"consultation_content", "意思決定", "advance_care_planning"},
    {"consultation_content", "急変 救急搬送", "emergency"},
    {"consultation_content", "家族支援 介護負担 介護者支援", "caregiver_support"},
    {"consultation_content", "障害", "disability"},
    {"consultation_content", "情報共有", "information_sharing"},
    {"response", "情報提供のみ 説明", "information"},
    {"response", "連絡調整 調整 関係機関調整 連絡", "coordination"},
    {"response", "紹介 資源紹介", "referral"},
    {"response", "訪問 同行", "accompanied_visit"},
    {"response", "書類作成", "document_support"},
    {"response", "継続 見守り", "continued_support"},
    {"outcome", "終結 終了 解決 完了 済 済み 解決済", "resolved"},
    {"outcome", "情報提供 情報提供のみ 助言のみ", "informed"},
    {"outcome", "結果待ち 返事待ち つないだ", "waiting_result"},
    {"outcome", "つながった 紹介済 導入 利用開始 成立", "connected"},
    {"outcome", "不成立 不調 調整不可", "not_arranged"},
    {"outcome", "継続中 対応中 未了 支援中", "continuing"},
    {"outcome", "取下げ 取り下げ 死亡 中止", "interrupted"},
    {"reason_unresolved", "満床 空床なし", "no_vacancy"},
};

static const char *age_band_of(long years)
{
    static const struct { long below; const char *code; } bands[] = {
        {40, "under_40"}, {65, "from_40"}, {70, "from_65"}, {75, "from_70"}, {80, "from_75"}, {85, "from_80"}, {90, "from_85"}, {130, "from_90"}};
    for (size_t i = 0; years >= 0 && i < COUNT(bands); i++)
        if (years < bands[i].below)
            return bands[i].code;
    return NULL;
}

/* 82, 82歳, 満82歳 */
static const char *age_code(const char *folded)
{
    const char *digits = folded + strcspn(folded, "0123456789");
    char *end;
    long years = strtol(digits, &end, 10);
    bool is_age = end != digits && (!*end || !strcmp(end, "歳") || !strcmp(end, "才")) && (digits == folded || !strncmp(folded, "満", 3));
    return is_age ? age_band_of(years) : NULL;
}

/* 介護3, 介3, 要介3, 要支2, 支援2 */
static const char *care_level_code(const char *folded)
{
    static const char *const care[] = {"care_1", "care_2", "care_3", "care_4", "care_5"}, *const support[] = {"support_1", "support_2"};
    size_t size = strlen(folded);
    if (size < 4 || folded[size - 1] < '1' || folded[size - 1] > '5')
        return NULL;
    size_t level = (size_t)(folded[size - 1] - '1');
    if (strstr(folded, "支"))
        return level < COUNT(support) ? support[level] : NULL;
    return strstr(folded, "介") ? care[level] : NULL;
}

/* 看取り is part of 緩和ケア・看取り and of no other label. */
static const char *part_of_one_label(const struct code_list *list, const char *folded, struct arena *a)
{
    const char *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        char *label = arena_strdup(a, list->codes[i].label), *rest = label;
        static const char *const marks[] = {"・", "（", "）", "、", "／"};
        for (size_t k = 0; k < COUNT(marks); k++)
            for (char *at; (at = strstr(label, marks[k]));)
                memset(at, '\n', strlen(marks[k]));
        for (char *part; (part = strsep(&rest, "\n"));)
            if (*part && !strcmp(text_fold(a, part), folded)) {
                if (found && found != list->codes[i].code)
                    return NULL;
                found = list->codes[i].code;
            }
    }
    return found;
}

static const char *word_code(const char *list, const char *folded, struct arena *a)
{
    for (size_t i = 0; i < COUNT(values); i++) {
        if (strcmp(values[i].list, list) != 0)
            continue;
        const char *words = values[i].words;
        for (const char *word; (word = codes_next(&words, a));)
            if (!strcmp(text_fold(a, word), folded))
                return values[i].code;
    }
    return NULL;
}

const char *import_code(const struct field *f, const char *text, struct arena *a)
{
    const char *code = code_from_label(f->codes, text), *folded = text_fold(a, text);
    if (!code && !*folded)
        return "-";
    if (!code)
        code = word_code(f->codes, folded, a);
    if (!code && !strcmp(f->codes, "age_band"))
        code = age_code(folded);
    if (!code && !strcmp(f->codes, "care_level"))
        code = care_level_code(folded);
    return code ? code : part_of_one_label(code_list_find(f->codes), folded, a);
}
