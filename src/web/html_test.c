#include "tests/support/spec.h"

#include "base/count.h"
#include "web/html.h"

typedef void writer(struct buf *out, const char *s);
struct sample {
    writer *write;
    const char *in, *out;
};

static void every_context_writes_values_harmlessly(void **state)
{
    static const struct sample samples[] = {
        {html_text, "<script>alert('1' & \"2\")</script>", "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;"},
        {html_text, "見本 花子", "見本 花子"},
        {html_text, "", ""},
        {html_text, NULL, ""},
        {html_lines, "一行目\n<b>", "一行目<br>&lt;b&gt;"},
        {html_url, "a b/見&?", "a%20b%2F%E8%A6%8B%26%3F"},
        {html_href, "/consultations?a=1&b=2", "/consultations?a=1&amp;b=2"},
        {html_href, "https://example.jp/", "https://example.jp/"},
        {html_href, "javascript:alert(1)", "#"},
        {html_href, "//evil.example/", "#"},
        {html_href, "/\\evil.example/", "#"},
        {html_href, "/\t/evil.example/", "#"},
        {html_href, NULL, "#"},
        {html_script_json, "{\"a\":\"</script>\"}", "{\"a\":\"\\u003c/script>\"}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        auto_buf out = {0};
        buf_text(&out, "");
        samples[i].write(&out, samples[i].in);
        assert_string_equal(out.data ? out.data : "", samples[i].out);
    }
}

static void numbers_have_thousands_separators_unless_they_are_attributes(void **state)
{
    static const struct {
        long long n;
        const char *text, *plain;
    } samples[] = {{0, "0", "0"},
                   {999, "999", "999"},
                   {1000, "1,000", "1000"},
                   {-1234567, "-1,234,567", "-1234567"},
                   {-100, "-100", "-100"}};
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        auto_buf text = {0}, plain = {0};
        html_int(&text, samples[i].n);
        html_number(&plain, samples[i].n);
        assert_string_equal(text.data, samples[i].text);
        assert_string_equal(plain.data, samples[i].plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_context_writes_values_harmlessly),
        cmocka_unit_test(numbers_have_thousands_separators_unless_they_are_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
