#include "features/demo/demo_words.h"

#include "base/count.h"

const struct demo_name demo_surnames[] = {
    {"見本", "ミホン"}, {"架空", "カクウ"}, {"例示", "レイジ"}, {"仮名", "カメイ"}, {"模擬", "モギ"},
    {"試作", "シサク"}, {"想定", "ソウテイ"}, {"練習", "レンシュウ"},
};
const size_t demo_surname_count = COUNT(demo_surnames);

const struct demo_name demo_given_names[] = {
    {"花子", "ハナコ"}, {"太郎", "タロウ"}, {"梅子", "ウメコ"}, {"次郎", "ジロウ"}, {"松江", "マツエ"}, {"三郎", "サブロウ"},
    {"菊枝", "キクエ"}, {"四郎", "シロウ"}, {"桜子", "サクラコ"}, {"五郎", "ゴロウ"}, {"藤乃", "フジノ"}, {"一郎", "イチロウ"},
};
const size_t demo_given_name_count = COUNT(demo_given_names);

const struct demo_topic demo_topics[] = {
    {"home_doctor", "home_nursing", "daily_care", "通院が難しくなり、訪問診療をしてくれる医師を探している。", "候補の診療所を3か所伝え、受け入れの可否を確認した。"},
    {"home_doctor", "", "daily_care", "主治医が往診に対応しておらず、訪問診療への切り替えを相談したい。", "区内の訪問診療医を紹介し、主治医への連絡方法を助言した。"},
    {"discharge", "home_nursing", "admission_discharge", "来週の退院に向けて、自宅での点滴と訪問看護の調整を相談。", "退院前カンファレンスの日程を調整した。"},
    {"discharge", "facility_admission", "admission_discharge", "一人暮らしに戻れるか不安があり、退院先を検討している。", "在宅と施設の両方の情報を伝え、家族の意向を確認してもらうことにした。"},
    {"hospital_transfer", "respite", "admission_discharge", "急性期の治療が終わり、区内で転院先を探している。", "受け入れ可能な病院を2か所伝えた。"},
    {"respite", "caregiver_support", "daily_care", "介護者の入院のため、短期間の受け入れ先を探している。", "レスパイト入院の窓口につないだ。"},
    {"home_nursing", "medical_procedure", "daily_care", "気管切開の吸引ができる訪問看護ステーションを知りたい。", "24時間対応のステーションを紹介した。"},
    {"home_dentistry", "", "daily_care", "義歯が合わず食事量が減っている。訪問歯科を希望。", "在宅歯科ケアステーションにつないだ。"},
    {"medication", "", "daily_care", "薬の飲み残しが多く、訪問薬剤管理を相談したい。", "かかりつけ薬局と一包化について相談するよう助言した。"},
    {"rehabilitation", "", "daily_care", "退院後の訪問リハビリの利用方法を知りたい。", "利用の流れと事業所を案内した。"},
    {"dementia", "mental_health", "daily_care", "認知症の症状が進み受診を拒んでいる。往診できる医師はいるか。", "初期集中支援チームと往診可能な医師を紹介した。"},
    {"palliative_care", "advance_care_planning", "end_of_life_care", "自宅での看取りを希望。麻薬の管理ができる体制を整えたい。", "訪問診療、訪問看護、薬局の役割を確認し、連絡体制を決めた。"},
    {"advance_care_planning", "", "end_of_life_care", "本人の意向をどのように記録し共有すればよいか。", "人生会議の進め方とシートを説明した。"},
    {"emergency", "", "sudden_change", "夜間に急変したときの連絡先と搬送先を決めておきたい。", "ブルーカードの仕組みを説明し、主治医に相談することになった。"},
    {"care_service", "", "daily_care", "医療系サービスの導入にあたり主治医の意見をもらう方法を相談。", "医療・介護連携シートの使い方を案内した。"},
    {"difficult_cooperation", "information_sharing", "daily_care", "主治医と連絡が取りづらく、報告の方法に困っている。", "連絡しやすい時間帯を確認し、間に入って調整した。"},
    {"medical_procedure", "home_doctor", "admission_discharge", "在宅酸素と胃ろうの管理ができる医療機関を探している。", "対応できる診療所に確認し、受け入れの返事を得た。"},
    {"rights", "caregiver_support", "daily_care", "身寄りがなく、入院時の手続きをする人がいない。", "区役所と社会福祉協議会につないだ。"},
};
const size_t demo_topic_count = COUNT(demo_topics);
