#include "store/store_messages.h"

#include "base/count.h"

const struct store_message store_messages[] = {
    {"store.away", "いま、データベースにつながりません。入力した内容はこの画面に残っています。少し待ってから、もう一度保存してください。"},
    {"store.full", "サーバーのディスクがいっぱいで保存できません。入力した内容はこの画面に残っています。管理者に連絡し、空きを作ってから、もう一度保存してください。"},
    {"store.busy", "ほかの処理が続いていて、データベースが応答しません。少し待ってから、もう一度お試しください。"},
    {"store.broken", "データベースのファイルが壊れているか、連携のデータベースではありません。管理者に連絡し、バックアップから復元してください。"},
    {"store.failed", "処理の途中で誤りが見つかり、何も変更せずに止めました。もう一度お試しください。続くときは管理者に連絡してください。"},
    {"store.duplicate", "同じ内容がすでに登録されています。一覧で確かめてください。"},
    {"store.conflict", "ほかの人の変更と重なり、保存できませんでした。もう一度保存してください。"},
    {"store.newer", "このデータベースは、より新しい版の連携で使われています。プログラムを新しい版に入れ替えてください。"},
    {"store.url", "データの場所は sqlite:ファイル名 または postgresql://… の形で指定してください。"},
    {"store.collation", "このデータベースは並び順の設定が合いません。CREATE DATABASE renkei TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' "
                        "LC_CTYPE 'C' で作り直してください。"},
    {"record.exists", "この内容はすでに保存されています。一覧で確かめてください。"},
    {"record.stale", "編集している間に、ほかの人がこの記録を変更しました。両方の内容を見比べて、保存し直してください。"},
    {"record.not_found", "記録が見つかりません。削除されたか、見る権限がない記録です。一覧から選び直してください。"},
};
const size_t store_message_count = COUNT(store_messages);
