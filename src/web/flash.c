/* flash.c -- the sentence shown once after a redirect.  It travels in a cookie bound to the session by the app key, so that
 * neither showing nor setting it costs a write. */
#include "web/app_private.h"
#include "web/request.h"

#include <sodium.h>
#include <string.h>

enum { MAC_BYTES = 16 };

static void mac_of(const struct request *req, const char *text, size_t size, unsigned char mac[MAC_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, app_key(req->app), 32, MAC_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)"flash", 6);
    crypto_generichash_update(&state, (const unsigned char *)req->session->id, strlen(req->session->id) + 1);
    crypto_generichash_update(&state, (const unsigned char *)text, size);
    crypto_generichash_final(&state, mac, MAC_BYTES);
}

static void set_cookie(struct request *req, const char *value)
{
    reply_header(req, "Set-Cookie",
                 arena_printf(req->arena, "renkei-flash=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", value, *value ? 60 : 0,
                              app_config(req->app)->secure_cookie ? "; Secure" : ""));
}

/* MAC, sentence, NUL, undo address, NUL; in URL-safe base64. */
void reply_flash(struct request *req, const char *sentence, const char *undo_url)
{
    const char *undo = undo_url ? undo_url : "";
    size_t size = strlen(sentence) + 1 + strlen(undo) + 1;
    unsigned char *bytes = arena_alloc(req->arena, MAC_BYTES + size);
    memcpy(bytes + MAC_BYTES, sentence, strlen(sentence) + 1);
    memcpy(bytes + MAC_BYTES + strlen(sentence) + 1, undo, strlen(undo) + 1);
    mac_of(req, (const char *)bytes + MAC_BYTES, size, bytes);
    size_t room = sodium_base64_encoded_len(MAC_BYTES + size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(req->arena, room);
    sodium_bin2base64(text, room, bytes, MAC_BYTES + size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    set_cookie(req, text);
}

const char *flash_take(struct request *req, const char **ret_undo_url)
{
    *ret_undo_url = "";
    const char *cookie = request_cookie(req, "renkei-flash");
    if (!*cookie)
        return "";
    set_cookie(req, "");
    size_t room = strlen(cookie), size = 0;
    unsigned char *bytes = arena_alloc(req->arena, room + 1), mac[MAC_BYTES];
    if (sodium_base642bin(bytes, room, cookie, strlen(cookie), NULL, &size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
        size < MAC_BYTES + 2 || bytes[size - 1])
        return "";
    const char *sentence = (const char *)bytes + MAC_BYTES;
    mac_of(req, sentence, size - MAC_BYTES, mac);
    if (sodium_memcmp(mac, bytes, MAC_BYTES) || strlen(sentence) + 2 > size - MAC_BYTES)
        return "";
    *ret_undo_url = sentence + strlen(sentence) + 1;
    return sentence;
}
