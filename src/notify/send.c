/*
 * send -- one attempt at a message, over libcurl. The only file that knows it.
 *
 * What matters is to tell apart "surely not taken", "refused for good" and "perhaps taken". For
 * mail the last begins when all of the message was handed to the socket and no answer has come;
 * for SMS when the request was sent.
 */
#include "base/buf.h"
#include "notify/notify.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

enum { CONNECT_MS = 10 * 1000, TIMEOUT_MS = 30 * 1000, ANSWER_MAX = 64 * 1024 };

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct upload {
    str rest;
    bool was_read; /* all of it went to curl */
};

static size_t give(char *at, size_t size, size_t count, void *arg)
{
    struct upload *u = arg;
    size_t n = size * count;

    if (n > u->rest.len)
        n = u->rest.len;
    if (n > 0)
        memcpy(at, u->rest.at, n);
    u->rest = str_slice(u->rest, n, u->rest.len);
    u->was_read = u->rest.len == 0;
    return n;
}

/* The answer is not looked at, only kept from growing without end. */
static size_t swallow(char *at, size_t size, size_t count, void *arg)
{
    size_t *left = arg, n = size * count;

    (void)at;
    if (n > *left)
        return 0;
    *left -= n;
    return n;
}

static CURL *open_handle(struct arena *a, const struct notify_config *config, str url,
                         const char *protocols)
{
    pthread_once(&started, start_curl);
    CURL *h = curl_easy_init();

    if (h == NULL)
        return NULL;
    curl_easy_setopt(h, CURLOPT_URL, str_z(a, url));
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS,
                     config->timeout_ms == 0 ? (long)TIMEOUT_MS : (long)config->timeout_ms);
    return h;
}

static str why_of(struct arena *a, CURLcode code, long status)
{
    if (status > 0)
        return str_fmt(a, "%ld", status);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return S("timeout");
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
        return S("unreachable");
    return str_fmt(a, "curl %d", (int)code);
}

/* What the SMTP server's last answer means. Before the message itself is sent, a 5xx about the
 * sign-in, the greeting or TLS is a fault of the configuration and not of the message. */
static enum sent judge_mail(CURLcode code, long status, bool was_read)
{
    bool is_refused = status >= 500 && status <= 599;

    if (code == CURLE_OK)
        return SENT;
    if (was_read && status >= 400)
        return is_refused ? SENT_NEVER : SENT_LATER;
    if (was_read)
        return SENT_UNKNOWN;
    if (code == CURLE_SEND_ERROR && is_refused && status != 530)
        return SENT_NEVER; /* sender or recipient refused */
    return SENT_LATER;
}

enum sent send_mail(struct arena *a, const struct notify_config *config, str to, str message,
                    str *why)
{
    struct upload upload = {.rest = message};
    long status = 0;

    *why = S("mail is off");
    if (config->mail_url.len == 0)
        return SENT_OFF;
    CURL *h = open_handle(a, config, config->mail_url, "smtp,smtps");
    if (h == NULL)
        return SENT_LATER;
    struct curl_slist *recipients = curl_slist_append(NULL, str_fmt(a, "<%.*s>", STR_ARG(to)).at);
    curl_easy_setopt(h, CURLOPT_MAIL_FROM, str_fmt(a, "<%.*s>", STR_ARG(config->mail_from)).at);
    curl_easy_setopt(h, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(h, CURLOPT_USE_SSL,
                     config->mail_needs_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
    if (config->mail_user.len > 0) {
        curl_easy_setopt(h, CURLOPT_USERNAME, str_z(a, config->mail_user));
        curl_easy_setopt(h, CURLOPT_PASSWORD, str_z(a, config->mail_password));
    }
    curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(h, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(h, CURLOPT_READDATA, &upload);
    curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message.len);
    CURLcode code = curl_easy_perform(h);
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    if (upload.was_read && status == 354)
        status = 0; /* "go on": the answer to the message itself never came */
    *why = why_of(a, code, status);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(h);
    return judge_mail(code, status, upload.was_read);
}

static void put_form_part(struct buf *b, CURL *h, str name, str value)
{
    char *n = curl_easy_escape(h, name.at, (int)name.len);
    char *v = curl_easy_escape(h, value.at, (int)value.len);

    buf_fmt(b, "%s%s=%s", b->len > 0 ? "&" : "", n, v);
    curl_free(n);
    curl_free(v);
}

static str sms_body(struct arena *a, CURL *h, const struct notify_config *config, str to, str text)
{
    struct buf b = {.arena = a};

    if (!config->sms_is_json) {
        put_form_part(&b, h, config->sms_to_field, to);
        put_form_part(&b, h, config->sms_text_field, text);
        return buf_str(&b);
    }
    buf_byte(&b, '{');
    buf_json(&b, config->sms_to_field);
    buf_byte(&b, ':');
    buf_json(&b, to);
    buf_byte(&b, ',');
    buf_json(&b, config->sms_text_field);
    buf_byte(&b, ':');
    buf_json(&b, text);
    buf_byte(&b, '}');
    return buf_str(&b);
}

/* 408 and 5xx may come from a proxy in front of a gateway that did its work; 429 and 503 say that
 * nothing was done. */
static enum sent judge_sms(CURLcode code, long status, bool was_connected)
{
    if (status >= 200 && status < 300)
        return SENT;
    if (status == 429 || status == 503 || status == 401)
        return SENT_LATER;
    if (status >= 400 && status < 500 && status != 408)
        return SENT_NEVER;
    if (status == 0 &&
        (!was_connected || code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
         code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION))
        return SENT_LATER;
    return SENT_UNKNOWN;
}

enum sent send_sms(struct arena *a, const struct notify_config *config, str to, str text, str key,
                   str *why)
{
    size_t left = ANSWER_MAX;
    long status = 0;
    curl_off_t connected = 0;

    *why = S("sms is off");
    if (config->sms_url.len == 0)
        return SENT_OFF;
    CURL *h = open_handle(a, config, config->sms_url, "http,https");
    if (h == NULL)
        return SENT_LATER;
    str body = sms_body(a, h, config, to, text);
    struct curl_slist *headers = curl_slist_append(
        NULL, config->sms_is_json ? "Content-Type: application/json"
                                  : "Content-Type: application/x-www-form-urlencoded");
    headers = curl_slist_append(headers, str_fmt(a, "Idempotency-Key: %.*s", STR_ARG(key)).at);
    headers = curl_slist_append(headers, "Expect:");
    if (config->sms_token.len > 0)
        headers = curl_slist_append(
            headers, str_fmt(a, "Authorization: Bearer %.*s", STR_ARG(config->sms_token)).at);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, body.at);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &left);
    CURLcode code = curl_easy_perform(h);
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(h, CURLINFO_PRETRANSFER_TIME_T, &connected);
    *why = why_of(a, code, status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(h);
    return judge_sms(code, status, connected > 0);
}
