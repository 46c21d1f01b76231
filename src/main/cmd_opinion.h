/* cmd_opinion -- the parts of `shangliang opinion`. */
#pragma once
#include "main/command.h"
#include "opinion/opinion.h"

/* The heap: see decision 018. */
extern const struct opinion_memory opinion_heap;

/* Says what happened, unless it was said where it was found, and gives the exit status. */
int exit_of_opinion(enum opinion_err e);

/* opinion generate: votes made up, into a CSV. */
int opinion_generate_run(int argc, char **argv);
