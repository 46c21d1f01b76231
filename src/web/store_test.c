/* Files that people give with a matter: taken by what is in them and not by their name, so many and
 * so large, kept outside of everything served, and given out to whoever may read the matter as
 * something to save and never as a page. */
#include "flow/flow_test.h"

#include "web/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char png[] = "\x89PNG\r\n\x1A\n and the rest of a picture";
static const char pdf[] = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj";
#define ZIP "PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0crc.size....\x13\0\0\0"
static const char docx[] = ZIP "[Content_Types].xml and the rest";
static const char zip[] = ZIP "malware/install.exe and the rest";
static const char doc[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 an old Word file";

/* An upload as the server leaves it: a file beside the kept ones, and its digest. */
static struct http_upload upload(struct town *t, const char *name, const void *bytes, size_t size)
{
    static int number;
    struct http_upload u = {.field = S("files"), .name = str_of(name), .size = (int64_t)size};
    struct digest d = crypto_sha256((str){bytes, size});

    u.path = str_fmt(t->w.arena, "%s/files/upload-%d", t->w.dir, number++);
    FILE *f = fopen(u.path.at, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
    memcpy(u.sha256, d.byte, sizeof u.sha256);
    return u;
}

#define UPLOAD(t, name, bytes) upload((t), (name), (bytes), sizeof(bytes) - 1)

static struct page_answer raise_with(struct town *t, struct http_upload *u, size_t count,
                                     const char *body)
{
    return world_ask(&t->w, &(struct ask){.who = "raiser",
                                          .method = "POST",
                                          .path = "/raise",
                                          .body = body,
                                          .lang = "en",
                                          .uploads = u,
                                          .upload_count = count});
}

static const char typed[] = "step=send&title=A+lamp+is+out&situation=It+has+been+dark.";

static const struct sql FILES = {
    "FILES", "SELECT matter, id, type, name FROM attachment ORDER BY id DESC LIMIT 1", NULL, 0};
static const struct sql FILE_COUNT = {"FILE_COUNT", "SELECT COUNT(*) FROM attachment", NULL, 0};

struct kept {
    struct town *t;
    int64_t matter, id, count;
    str type, name;
};

static enum err read_kept(struct ctx *c, void *arg)
{
    struct kept *k = arg;
    struct rows row;
    bool found;

    TRY(db_number(c->db, &k->count, 0, &FILE_COUNT));
    TRY(db_rows(&row, c->db, &FILES));
    TRY(db_next(&row, &found));
    if (!found)
        return OK;
    k->matter = take_i64(&row);
    k->id = take_i64(&row);
    k->type = take_str(&row, k->t->w.arena);
    k->name = take_str(&row, k->t->w.arena);
    return db_done(&row);
}

/* The file that was given last. */
static struct kept kept(struct town *t)
{
    struct kept k = {.t = t};

    assert_int_equal(town_read(t, NULL, read_kept, &k), OK);
    return k;
}

/* ---- what is taken ---- */

static void pictures_pdf_and_word_are_taken_by_what_is_in_them(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
        const char *type;
    } good[] = {
        {"lamp.png", png, sizeof png - 1, "image/png"},
        {"lamp.jpg", "\xFF\xD8\xFF\xE0 JFIF", 9, "image/jpeg"},
        {"lamp.gif", "GIF89a and so on", 16, "image/gif"},
        {"lamp.webp", "RIFF\x10\0\0\0WEBPVP8 ", 16, "image/webp"},
        {"letter.pdf", pdf, sizeof pdf - 1, "application/pdf"},
        {"letter.DOCX", docx, sizeof docx - 1,
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"letter.doc", doc, sizeof doc - 1, "application/msword"},
        {"a picture.pdf", png, sizeof png - 1, "image/png"},
    };
    struct town *t = *state;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct http_upload u = upload(t, good[i].name, good[i].bytes, good[i].size);
        struct page_answer a = raise_with(t, &u, 1, typed);
        assert_int_equal(a.status, 303);
        struct kept k = kept(t);
        assert_string_equal(k.type.at, good[i].type);
        /* it is what it is, and says so at the end of its name */
        bool is_renamed = str_eq(str_of(good[i].name), S("a picture.pdf"));
        assert_string_equal(k.name.at, is_renamed ? "a picture.pdf.png" : good[i].name);
        assert_int_equal(k.count, i + 1);
    }
}

static void what_only_calls_itself_a_document_is_refused(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
    } bad[] = {
        {"letter.pdf", "<!doctype html><script>alert(1)</script>", 40},
        {"letter.pdf", " %PDF-1.7", 9}, /* not at its start: something stands before it */
        {"picture.png", "MZ\x90\0\x03\0\0\0", 8},
        {"setup.exe", "MZ\x90\0\x03\0\0\0", 8},
        {"picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x\"/>", 52},
        {"picture.png", "<?xml version=\"1.0\"?><svg/>", 27},
        {"script.pdf", "#!/bin/sh\n", 10},
        {"all.zip", docx, sizeof docx - 1},
        {"letter.docx", zip, sizeof zip - 1},
        {"letter.docx", zip, 29},
        {"setup.msi", doc, sizeof doc - 1},
        {"text.txt", "only words", 10},
        {"short.png", "\x89PN", 3},
        {"sound.webp", "RIFF\x10\0\0\0WAVEfmt ", 16},
        {"empty.pdf", "", 0},
    };
    struct town *t = *state;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_upload u = upload(t, bad[i].name, bad[i].bytes, bad[i].size);
        struct page_answer a = raise_with(t, &u, 1, typed);
        if (a.status != 422)
            fail_msg("%s: %d", bad[i].name, a.status);
        assert_true(says(&a, "class=\"field-error\""));
        assert_true(says(&a, bad[i].name));
        assert_true(says(&a, "value=\"A lamp is out\"")); /* what was typed still stands */
    }
    assert_int_equal(kept(t).count, 0);
}

/* ---- how many, how large ---- */

static void ten_files_are_taken_and_eleven_are_not(void **state)
{
    struct town *t = *state;
    struct http_upload u[STORE_FILES_MAX + 1];

    for (size_t i = 0; i <= STORE_FILES_MAX; i++)
        u[i] = UPLOAD(t, "lamp.png", png);
    struct page_answer a = raise_with(t, u, STORE_FILES_MAX + 1, typed);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "class=\"field-error\""));
    assert_true(says(&a, "value=\"A lamp is out\""));
    /* they came, and each can be left out without choosing the others again */
    assert_int_equal(times(&a, "type=\"checkbox\" name=\"kept\""), STORE_FILES_MAX + 1);
    assert_int_equal(kept(t).count, 0);
    for (size_t i = 0; i < STORE_FILES_MAX; i++)
        u[i] = UPLOAD(t, "lamp.png", png);
    assert_int_equal(raise_with(t, u, STORE_FILES_MAX, typed).status, 303);
    assert_int_equal(kept(t).count, STORE_FILES_MAX);
}

static void far_too_much_in_a_form_is_said_where_it_stands_and_the_rest_is_still_there(void **state)
{
    struct town *t = *state;
    struct ask k = {.who = "raiser",
                    .method = "POST",
                    .path = "/raise",
                    .body = typed,
                    .refused_status = 413,
                    .refused_field = "situation"};

    struct page_answer a = world_ask(&t->w, &k);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, msg_text(LANG_ZH, MSG_ERROR_FIELD_CUT).at));
    assert_true(says(&a, "value=\"A lamp is out\""));
    struct http_upload u[HTTP_UPLOADS_MAX];
    for (size_t i = 0; i < HTTP_UPLOADS_MAX; i++)
        u[i] = UPLOAD(t, "lamp.png", png);
    k.uploads = u;
    k.upload_count = HTTP_UPLOADS_MAX;
    k.refused_field = "files";
    a = world_ask(&t->w, &k);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "32\xe4\xb8\xaa\xe6\x96\x87\xe4\xbb\xb6"));
    assert_true(says(&a, "value=\"A lamp is out\""));
    assert_int_equal(kept(t).count, 0);
    k = (struct ask){
        .who = "raiser", .method = "POST", .path = "/raise", .body = "", .refused_status = 413};
    assert_int_equal(world_ask(&t->w, &k).status, 413); /* it was not read at all */
}

static void a_file_past_the_limit_is_refused_with_the_limit(void **state)
{
    struct town *t = *state;
    struct http_upload u = UPLOAD(t, "lamp.png", png);

    u.size = t->w.app.config.upload_max + 1;
    struct page_answer a = raise_with(t, &u, 1, typed);
    assert_int_equal(a.status, 422);
    assert_true(says(&a, "1 MB"));
    u = UPLOAD(t, "lamp.png", png);
    u.is_too_large = true; /* the server stopped reading it */
    assert_int_equal(raise_with(t, &u, 1, typed).status, 422);
    assert_int_equal(kept(t).count, 0);
}

/* ---- where they are kept ---- */

static void a_file_is_kept_under_its_digest_for_the_program_alone(void **state)
{
    struct town *t = *state;
    struct http_upload u = UPLOAD(t, "../../etc/passwd.png", png);
    struct stat st;

    struct digest d = crypto_sha256((str){png, sizeof png - 1});
    str hex = crypto_hex(t->w.arena, digest_str(&d));
    assert_int_equal(raise_with(t, &u, 1, typed).status, 303);
    assert_string_equal(kept(t).name.at, "passwd.png");
    assert_int_equal(
        stat(str_fmt(t->w.arena, "%s/files/%.2s/%s", t->w.dir, hex.at, hex.at).at, &st), 0);
    assert_int_equal(stat(str_fmt(t->w.arena, "%s/files/%.2s", t->w.dir, hex.at).at, &st), 0);
    assert_int_equal(st.st_mode & 077, 0);
    /* No address leads into that folder. */
    static const char *const folders[] = {"/files", "/assets/../files", "/assets/%2e%2e%2ffiles"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        str path = str_fmt(t->w.arena, "%s/%.2s/%s", folders[i], hex.at, hex.at);
        assert_int_equal(get(&t->w, "raiser", path.at).status, 404);
    }
}

static void nobody_names_a_file_that_he_did_not_send(void **state)
{
    struct town *t = *state;
    struct http_upload u = UPLOAD(t, "lamp.png", png);

    /* A form that is looked over keeps its file through a hidden field. */
    struct page_answer a =
        raise_with(t, &u, 1, "step=check&title=A+lamp+is+out&situation=It+has+been+dark.");
    assert_int_equal(a.status, 200);
    size_t at = str_find(a.body, S("name=\"kept\" value=\""));
    assert_true(at != SIZE_MAX);
    str rest = str_slice(a.body, at + 19, a.body.len);
    struct buf value = {.arena = t->w.arena}, forged = {.arena = t->w.arena};
    http_encode(&value, str_cut(&rest, '"'));
    buf_put(&forged, buf_str(&value));
    forged.at[str_find(buf_str(&forged), S("lamp.png"))] =
        'd'; /* the bytes are there, but not so */
    assert_int_equal(
        raise_with(t, NULL, 0, str_fmt(t->w.arena, "%s&kept=%s", typed, buf_str(&forged).at).at)
            .status,
        303);
    assert_int_equal(kept(t).count, 0);
    assert_int_equal(
        raise_with(t, NULL, 0, str_fmt(t->w.arena, "%s&kept=%s", typed, buf_str(&value).at).at)
            .status,
        303);
    assert_int_equal(kept(t).count, 1);
}

/* ---- how they are given out ---- */

static void a_file_is_saved_and_never_shown_as_a_page(void **state)
{
    struct town *t = *state;
    struct http_upload u = UPLOAD(t, "a letter.pdf", pdf);

    assert_int_equal(raise_with(t, &u, 1, typed).status, 303);
    struct kept k = kept(t);
    struct page_answer a = get(
        &t->w, "raiser",
        str_fmt(t->w.arena, "/matters/%lld/files/%lld", (long long)k.matter, (long long)k.id).at);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.type.at, "application/pdf");
    assert_true(str_eq(a.body, (str){pdf, sizeof pdf - 1}));
    assert_true(has_header(&a, "Content-Disposition: attachment; filename*=UTF-8''a%20letter.pdf"));
    assert_true(has_header(&a, "X-Content-Type-Options: nosniff"));
    assert_true(has_header(&a, "Content-Security-Policy: default-src 'none'"));
}

static void a_file_of_a_matter_that_is_not_shown_is_not_there(void **state)
{
    static const char *const others[] = {NULL, "stranger", "handler_a", "security"};
    struct town *t = *state;
    struct http_upload u = UPLOAD(t, "lamp.png", png);

    world_person(&t->w, "security", ROLE_SECURITY_ADMIN, 0);
    assert_int_equal(raise_with(t, &u, 1, typed).status, 303); /* in screening */
    struct kept k = kept(t);
    const char *path =
        str_fmt(t->w.arena, "/matters/%lld/files/%lld", (long long)k.matter, (long long)k.id).at;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(get(&t->w, others[i], path).status, 404);
    assert_int_equal(get(&t->w, "raiser", path).status, 200);
    walk_to_preparing(t); /* another matter, which everybody may read */
    path =
        str_fmt(t->w.arena, "/matters/%lld/files/%lld", (long long)t->matter, (long long)k.id).at;
    assert_int_equal(get(&t->w, NULL, path).status, 404);
    assert_int_equal(get(&t->w, "raiser", path).status, 404);
}

/* ---- what nobody sent ---- */

static enum err sweep(struct ctx *c, void *arg)
{
    (void)arg;
    return store_sweep(c);
}

static bool is_there(struct town *t, str digest)
{
    str hex = crypto_hex(t->w.arena, digest);

    return access(str_fmt(t->w.arena, "%s/files/%.2s/%.*s", t->w.dir, hex.at, STR_ARG(hex)).at,
                  F_OK) == 0;
}

static void make_older(struct town *t, str digest, int days)
{
    str hex = crypto_hex(t->w.arena, digest);
    struct timespec then[2];

    clock_gettime(CLOCK_REALTIME, &then[0]);
    then[0].tv_sec -= (time_t)days * 24 * 3600;
    then[1] = then[0];
    str path = str_fmt(t->w.arena, "%s/files/%.2s/%.*s", t->w.dir, hex.at, STR_ARG(hex));
    assert_int_equal(utimensat(AT_FDCWD, path.at, then, 0), 0);
}

static void a_file_of_a_form_that_was_never_sent_goes_after_two_days(void **state)
{
    struct town *t = *state;
    struct http_upload sent = UPLOAD(t, "lamp.png", png), unsent = UPLOAD(t, "letter.pdf", pdf);
    struct digest a = crypto_sha256((str){png, sizeof png - 1});
    struct digest b = crypto_sha256((str){pdf, sizeof pdf - 1});

    assert_int_equal(raise_with(t, &sent, 1, typed).status, 303);
    struct page_answer look =
        raise_with(t, &unsent, 1, "step=check&title=A+lamp+is+out&situation=It+has+been+dark.");
    assert_int_equal(look.status, 200); /* looked over, and left */
    assert_int_equal(town_read(t, NULL, sweep, NULL), OK);
    assert_true(is_there(t, digest_str(&a)) && is_there(t, digest_str(&b)));
    make_older(t, digest_str(&a), 3);
    make_older(t, digest_str(&b), 3);
    assert_int_equal(town_read(t, NULL, sweep, NULL), OK);
    assert_true(is_there(t, digest_str(&a)));
    assert_false(is_there(t, digest_str(&b)));
}

static void a_file_that_is_sent_again_is_young_again(void **state)
{
    struct town *t = *state;
    struct http_upload first = UPLOAD(t, "letter.pdf", pdf), again = UPLOAD(t, "letter.pdf", pdf);
    struct digest b = crypto_sha256((str){pdf, sizeof pdf - 1});
    static const char look[] = "step=check&title=A+lamp+is+out&situation=It+has+been+dark.";

    raise_with(t, &first, 1, look);
    make_older(t, digest_str(&b), 3);
    raise_with(t, &again, 1, look);
    assert_int_equal(town_read(t, NULL, sweep, NULL), OK);
    assert_true(is_there(t, digest_str(&b)));
}

int main(void)
{
    const struct CMUnitTest files[] = {
        IN_TOWN(pictures_pdf_and_word_are_taken_by_what_is_in_them),
        IN_TOWN(what_only_calls_itself_a_document_is_refused),
        IN_TOWN(ten_files_are_taken_and_eleven_are_not),
        IN_TOWN(a_file_of_a_form_that_was_never_sent_goes_after_two_days),
        IN_TOWN(a_file_that_is_sent_again_is_young_again),
        IN_TOWN(far_too_much_in_a_form_is_said_where_it_stands_and_the_rest_is_still_there),
        IN_TOWN(a_file_past_the_limit_is_refused_with_the_limit),
        IN_TOWN(a_file_is_kept_under_its_digest_for_the_program_alone),
        IN_TOWN(nobody_names_a_file_that_he_did_not_send),
        IN_TOWN(a_file_is_saved_and_never_shown_as_a_page),
        IN_TOWN(a_file_of_a_matter_that_is_not_shown_is_not_there),
    };
    int failed = 0;

    RUN_ON_BOTH(files, failed);
    return failed;
}
