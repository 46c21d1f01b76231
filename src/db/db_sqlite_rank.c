#include "db/db_sqlite.h"

#include <math.h>

/*
 * bm25_counted(table, weight of column 0, of column 1, ...): Okapi BM25 (Robertson and Zaragoza
 * 2009, eq. 3.15, k1 = 1.2, b = 0.75, as FTS5's own bm25), lower is better. FTS5's visits every
 * document of a word to learn how rare it is, tens of thousands for a common one; here documents
 * are counted up to COUNTED_MAX, and beyond that a word is simply common.
 */
enum { PHRASES_MAX = 64, COUNTED_MAX = 200 };

#define K1       1.2
#define B_LENGTH 0.75

/* What is the same for every document of one query. */
struct rank {
    double idf[PHRASES_MAX];
    double tokens_mean; /* of a document */
    int phrases;
};

static int count_one(const Fts5ExtensionApi *api, Fts5Context *fts, void *counted)
{
    int64_t *n = counted;

    (void)api;
    (void)fts;
    return ++*n < COUNTED_MAX ? SQLITE_OK : SQLITE_DONE;
}

static int make_rank(const Fts5ExtensionApi *api, Fts5Context *fts, struct rank **made)
{
    sqlite3_int64 documents = 0, tokens = 0;
    struct rank *r = sqlite3_malloc(sizeof *r);
    int code = r == NULL ? SQLITE_NOMEM : api->xRowCount(fts, &documents);

    if (code == SQLITE_OK)
        code = api->xColumnTotalSize(fts, -1, &tokens);
    if (code == SQLITE_OK) {
        int phrases = api->xPhraseCount(fts);
        r->phrases = phrases < PHRASES_MAX ? phrases : PHRASES_MAX;
        r->tokens_mean = tokens > 0 ? (double)tokens / (double)documents : 1;
        for (int i = 0; i < r->phrases && code == SQLITE_OK; i++) {
            int64_t n = 0;
            code = api->xQueryPhrase(fts, i, &n, count_one);
            double idf = log(((double)(documents - n) + 0.5) / ((double)n + 0.5));
            r->idf[i] = idf > 1e-6 ? idf : 1e-6; /* in more than half of all: still a hit */
        }
    }
    if (code == SQLITE_OK)
        code = api->xSetAuxdata(fts, r, sqlite3_free); /* frees it also when it fails */
    else
        sqlite3_free(r);
    *made = r;
    return code;
}

static int score(const Fts5ExtensionApi *api, Fts5Context *fts, const struct rank *r, int columns,
                 sqlite3_value **weights, double *sum)
{
    double frequency[PHRASES_MAX] = {0};
    int found = 0, tokens = 0;
    int code = api->xInstCount(fts, &found);

    for (int i = 0; i < found && code == SQLITE_OK; i++) {
        int phrase, column, offset;
        code = api->xInst(fts, i, &phrase, &column, &offset);
        if (code == SQLITE_OK && phrase < r->phrases)
            frequency[phrase] += column < columns ? sqlite3_value_double(weights[column]) : 1.0;
    }
    if (code == SQLITE_OK)
        code = api->xColumnSize(fts, -1, &tokens);
    double length = 1 - B_LENGTH + B_LENGTH * tokens / r->tokens_mean;
    for (int i = 0; i < r->phrases; i++)
        *sum += r->idf[i] * (frequency[i] * (K1 + 1)) / (frequency[i] + K1 * length);
    return code;
}

static void bm25_counted(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *result,
                         int columns, sqlite3_value **weights)
{
    struct rank *r = api->xGetAuxdata(fts, 0);
    double sum = 0;
    int code = r == NULL ? make_rank(api, fts, &r) : SQLITE_OK;

    if (code == SQLITE_OK)
        code = score(api, fts, r, columns, weights, &sum);
    if (code == SQLITE_OK)
        sqlite3_result_double(result, -sum);
    else
        sqlite3_result_error_code(result, code);
}

enum err sqlite_rank_add(struct db *db)
{
    sqlite3_stmt *stmt = NULL;
    fts5_api *fts = NULL;
    int code = sqlite3_prepare_v2(db->conn, "SELECT fts5(?1)", -1, &stmt, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_bind_pointer(stmt, 1, &fts, "fts5_api_ptr", NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(stmt);
        code = code == SQLITE_ROW && fts != NULL ? SQLITE_OK : SQLITE_ERROR;
    }
    sqlite3_finalize(stmt);
    if (code == SQLITE_OK)
        code = fts->xCreateFunction(fts, "bm25_counted", NULL, bm25_counted, NULL);
    return code == SQLITE_OK ? OK : sqlite_err(db, "bm25_counted", code & 0xFF);
}
