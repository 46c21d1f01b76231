#include "main/command.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

const struct command commands[] = {
    /* clang-format off */
    {"init",      "DIR [--db URL]",                        "make an empty instance in DIR",
     "DIR gets config.yaml, secret.key (keep it, it is in no backup), files/ and the database.", cmd_init},
    {"serve",     "DIR [--listen ADDR:PORT] [--log-requests] [--clock TIME]", "serve it",
     "--log-requests writes a line for each request: its route, status and microseconds, never what was in it.\n"
     "--clock shifts the program's clock to TIME (2026-12-31T08:00:00+08:00): for trying out, never for real work.", cmd_serve},
    {"demo",      "DIR [--from FOLDER]",                   "make a demonstration in DIR from the example records",
     "The sign-ins are made at run time and written to DIR/sign-ins.txt, readable by its owner alone.", cmd_demo},
    {"check",     "DIR",                                   "look over an instance: configuration, database, files, ledger",
     "One line for each thing looked at: ok, warning or problem. Nothing is changed, and a server may be running.\n"
     "Exit status 1 when there is a problem, 8 when it is the ledger.", cmd_check},
    {"import",    "DIR PATH...",                           "import folders of records (examples/zhengzhou/README.md)",
     "All of a folder or nothing; each fault as file, line and reason. A file has at most 256 KiB, a list at most 1000\n"
     "records. Importing again changes what has changed and adds what is new.", cmd_import},
    {"person",    "add|password|role|list DIR ...",        "accounts and roles",
     "  person add DIR LOGIN NAME [--mail ADDRESS] [--phone NUMBER] [--verified 0|1|2]\n"
     "  person password DIR LOGIN            a new password, printed once, to be changed at the next sign-in\n"
     "  person role DIR LOGIN ROLE [--scope KIND:CODE] [--end]\n"
     "  person list DIR", cmd_person},
    {"backup",    "DIR FILE",                              "copy database and files into FILE, online, without the key",
     "FILE is a tar archive: the database, files/, config.yaml, procedures/, and a signed manifest with a digest of each.\n"
     "secret.key is never in it: keep a copy of it elsewhere, or what is restored can only be read.", cmd_backup},
    {"restore",   "FILE DIR [--db URL]",                   "make DIR from a backup, verified",
     "DIR must be empty or not there; it appears only when every digest, the database and the ledger are right.\n"
     "A backup of a PostgreSQL instance goes into the empty database at URL.", cmd_restore},
    {"procedure", "check FILE... | list | show NAME | graph NAME [--dir DIR] [--lang zh|en]", "workflow files",
     "  procedure check FILE...      every fault as file:line: reason\n"
     "  procedure list               names, versions and labels\n"
     "  procedure show NAME          the text of the file\n"
     "  procedure graph NAME         its states and acts as SVG\n"
     "--dir: of that instance, with the operator's own; otherwise those inside the program.", cmd_procedure},
    {"ledger",    "verify DIR [--head FILE] | head DIR | erase DIR NUMBER --why TEXT", "verify, print, erase from the record",
     "  ledger verify DIR            every fault with its number in the record, and every matter whose rows are not\n"
     "                               what its last act left (doc/ledger.md); the exit status is then 8\n"
     "  ledger head DIR              the last signed head; keep it elsewhere, for `ledger verify --head FILE`\n"
     "  ledger erase DIR NUMBER      the contents kept of a matter, known by serial, case number or receipt; the\n"
     "                               digests stay, and an entry says that it was erased and why", cmd_ledger},
    {"opinion",   "analyze PATH ... | bench | compare A B | duplicates PATH | generate --out FILE ... | predict PATH | publish PATH ... | signals PATH | stability PATH", "groups and common ground in exported votes",
     "  opinion analyze PATH [--method default|polis] [--format auto|polis|matrix|csv|log] [--groups auto|1..6] [--seed N] [--refine N] [--threads N]\n"
     "                  [--json FILE] [--svg FILE] [--html FILE] [--lang zh|en] [--skip-bad]\n"
     "    PATH is a folder exported by Polis (votes.csv, comments.csv; or participants-votes.csv), the matrix alone, a\n"
     "    CSV of participant, statement, vote (-1, 0, 1) and perhaps timestamp, or a binary log of votes (doc/opinion.md).\n"
     "    --json: everything, to FILE or to - (standard output). A row that cannot be read ends it with file:line:column; --skip-bad leaves such rows out.\n"
     "    --svg: a map; --html: a report to read and print, of one file; in Chinese unless --lang en. Each to FILE or to -.\n"
     "    --groups: so many, whatever the votes say; --seed: of the sample and of the clouds that groups are judged by.\n"
     "    --refine: so many rounds over the votes themselves make the axes likelier (0 unless said, at most 20).\n"
     "  opinion compare A.json B.json\n"
     "    What differs between two answers that `analyze --json` wrote, of either method: people, axes, statements.\n"
     "  opinion stability PATH [--resamples N] [--seed N] [--method default|polis] [--format auto|polis|matrix|csv|log]\n"
     "                    [--json FILE] [--skip-bad]\n"
     "    How well the groups agree with those of people drawn anew, N times (20 unless said), and whether rows in\n"
     "    another order give the same answer.\n"
     "  opinion predict PATH [--times N] [--seed N] [--refine N] [--format auto|polis|matrix|csv|log] [--json FILE] [--skip-bad]\n"
     "    How well hidden votes, one in ten, are foretold by the others, by our own method and by that of Polis; N times\n"
     "    (3 unless said). Ours also with --refine rounds (2 unless said).\n"
     "  opinion generate --participants N --statements M --votes-mean X --out FILE [--groups K] [--seed S] [--truth FILE]\n"
     "                   [--shape ideal|class|line|square|disc|none] [--format csv|log]\n"
     "    Votes that are made up (doc/opinion.md), to try methods on; --truth: the group of each participant.\n"
     "  opinion bench [--case NAME] [--json FILE]\n"
     "    Times of this machine beside those of the method of Polis (doc/benchmarks.md); --case: one of 1000x100, 20000x300,\n"
     "    100000x500, 1000000x1000 (minutes, 3 GB: only when named), gram, places, next.\n"
     "  opinion publish PATH --state FILE [--json FILE] [--lang zh|en]\n"
     "  opinion publish PATH --noise RHO [--json FILE]\n"
     "                  both: [--format auto|polis|matrix|csv|log] [--groups auto|1..6] [--seed N]\n"
     "    Counts to show to everybody. --state: a row of counts changes only when nothing about fewer than ten people comes\n"
     "    out by comparing it with those shown before; FILE remembers them, and who voted what: it is private, one for each\n"
     "    consultation. --noise: one snapshot with random noise, RHO from 0.000001 to 100, 0.1 for example (doc/opinion.md).\n"
     "  opinion signals PATH [--format auto|polis|matrix|csv|log] [--seed N] [--json FILE]\n"
     "    Votes that are the same or nearly so, minutes with more votes than usual, and the answer with and without those\n"
     "    people. Evidence to look further, no proof; times are seconds or milliseconds since 1970 (doc/opinion.md).\n"
     "  opinion duplicates PATH [--all]\n"
     "    Pairs of statements that are nearly the same, with what differs; nothing is changed. PATH is a folder exported by\n"
     "    Polis, its comments.csv, or a CSV of statement and text. --all: also statements moderated out.", cmd_opinion},
    {"request",   "DIR METHOD PATH [--as LOGIN] [--lang zh|en] [--body FILE]", "one request through the main path",
     "Prints status line, headers, an empty line, the body. A POST gets its form token by itself.", cmd_request},
    {"help",      "[COMMAND]",                             "this, or more about one command", NULL, cmd_help},
    /* clang-format on */
};

const int command_count = sizeof commands / sizeof *commands;

static const struct command *find(const char *name)
{
    for (int i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

int usage(const char *name)
{
    const struct command *c = find(name);

    fprintf(stderr, "usage: shangliang %s %s\n", name, c == NULL ? "" : c->usage);
    return EXIT_USAGE;
}

static int print_one(const struct command *c)
{
    printf("shangliang %s %s\n  %s\n", c->name, c->usage, c->help);
    if (c->more != NULL)
        printf("%s\n", c->more);
    return EXIT_DONE;
}

static int no_command(const char *name)
{
    fprintf(stderr, "shangliang: there is no command %s; see shangliang help\n", name);
    return EXIT_USAGE;
}

int cmd_help(int argc, char **argv)
{
    const struct command *c = argc > 1 ? find(argv[1]) : NULL;

    if (c != NULL)
        return print_one(c);
    if (argc > 1)
        return no_command(argv[1]);
    puts("shangliang -- a consultation platform in one program\n\nusage:");
    for (int i = 0; i < command_count; i++)
        printf("  shangliang %-9s %s\n      %s\n", commands[i].name, commands[i].usage,
               commands[i].help);
    puts("\nexit status: 0 done, 1 fault, 2 usage, 3 invalid, 4 not found, 5 denied, 6 conflict, 7 "
         "busy,\n"
         "8 the ledger was tampered with. See shangliang(1).");
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    const struct command *c;

    if (argc < 2) {
        cmd_help(1, argv);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cmd_help(1, argv);
    if (strcmp(argv[1], "--version") == 0) {
        puts("shangliang " SHANGLIANG_VERSION);
        return EXIT_DONE;
    }
    for (int i = 1; i < argc; i++) {
        if (text_check(str_of(argv[i])) != TEXT_OK || strpbrk(argv[i], "\n\t") != NULL) {
            fprintf(stderr, "shangliang: argument %d is no line of UTF-8 text\n", i);
            return EXIT_USAGE;
        }
    }
    c = find(argv[1]);
    if (c == NULL)
        return no_command(argv[1]);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return print_one(c);
    }
    return c->run(argc - 1, argv + 1);
}
