/* The small helpers of command.h. */
#include "main/command.h"

#include <stddef.h>
#include <string.h>

int exit_of(enum err e)
{
    static const int exits[] = {
        [OK] = EXIT_DONE,         [NOT_FOUND] = EXIT_NOT_FOUND, [DENIED] = EXIT_DENIED,
        [INVALID] = EXIT_INVALID, [CONFLICT] = EXIT_CONFLICT,   [BUSY] = EXIT_BUSY,
        [FAULT] = EXIT_FAULT,
    };

    return exits[e];
}

const char *take_option(int *argc, char **argv, const char *name)
{
    for (int i = 1; i + 1 < *argc; i++) {
        if (strcmp(argv[i], name) != 0)
            continue;
        const char *value = argv[i + 1];
        memmove(argv + i, argv + i + 2, (size_t)(*argc - i - 2) * sizeof *argv);
        *argc -= 2;
        return value;
    }
    return NULL;
}

int take_flag(int *argc, char **argv, const char *name)
{
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], name) != 0)
            continue;
        memmove(argv + i, argv + i + 1, (size_t)(*argc - i - 1) * sizeof *argv);
        *argc -= 1;
        return 1;
    }
    return 0;
}
