#include "output/output_messages.h"

#include "base/count.h"

#include <string.h>

const struct output_message output_messages[] = {
    {"csv.binary", "CSVとして読めないデータが入っています。表計算ソフトで開き、「CSV UTF-8」で保存し直してください。"},
    {"csv.cannot_read", "ファイルを読み取れませんでした。もう一度選び直してください。"},
    {"csv.cell_too_large", "1つのセルが長すぎます。引用符（\"）の閉じ忘れがないか確かめてください。"},
    {"csv.encoding", "文字コードを判別できませんでした。「CSV UTF-8」またはシフトJISで保存し直してください。"},
    {"csv.too_many_cells", "1行のセルが1,024個を超えています。不要な列を削除してください。"},
    {"csv.unclosed_quote", "引用符（\"）が閉じられていない行があります。その行を直して保存し直してください。"},
    {"csv.utf16", "文字コードがUTF-16（Unicodeテキスト）です。「CSV UTF-8」で保存し直してください。"},
    {"paper.cannot_write", "PDFを作成できませんでした。もう一度お試しください。"},
    {"paper.too_many_rows", "行が多すぎてPDFにできません。条件で絞り込むか、ExcelかCSVを選んでください。"},
    {"refused_rows.cannot_write", "取り込めない行を書き出せません。書き出し先のファイル名を確かめてください。"},
    {"table.no_chart", "この表にはグラフにできる数値がありません。表のままご覧ください。"},
    {"table.unknown_format", "その形式では書き出せません。Excel、CSV、PDFから選んでください。"},
    {"xlsx.bomb", "ファイルを展開すると大きすぎるため、読み込みを中止しました。行を分けて保存し直してください。"},
    {"xlsx.broken", "Excelファイルが壊れているようです。Excelで開いて保存し直してください。"},
    {"xlsx.cannot_read", "ファイルを読み取れませんでした。もう一度選び直してください。"},
    {"xlsx.cannot_write", "Excelファイルを作成できませんでした。しばらくしてからもう一度お試しください。"},
    {"xlsx.cell_too_large", "1つのセルの文字が多すぎます。内容を分けて保存し直してください。"},
    {"xlsx.dtd", "安全に読めない指定（DTD）が含まれています。Excelで開いて保存し直してください。"},
    {"xlsx.macro", "マクロ付きのファイルは読み込めません。マクロなしの「.xlsx」で保存し直してください。"},
    {"xlsx.no_sheet", "読み込むシートが見つかりません。シートが非表示になっていないか確かめてください。"},
    {"xlsx.not_xlsx", "Excelファイル（.xlsx）ではないようです。「.xlsx」または「CSV UTF-8」で保存し直してください。"},
    {"xlsx.password", "パスワードが付いているか、古い形式（.xls）のファイルです。パスワードを外し、「.xlsx」で保存し直してください。"},
    {"xlsx.too_large", "ファイルの文字が多すぎます。行を分けて保存し直してください。"},
    {"xlsx.too_many_cells", "1行のセルが1,024個を超えています。不要な列を削除してください。"},
    {"xlsx.too_many_rows", "行または列が多すぎて、Excelに書き出せません。条件で絞り込むか、CSVを選んでください。"},
};
const size_t output_message_count = COUNT(output_messages);

const char *output_message_find(const char *key)
{
    for (size_t i = 0; i < output_message_count; i++)
        if (!strcmp(output_messages[i].key, key))
            return output_messages[i].sentence;
    return "";
}
