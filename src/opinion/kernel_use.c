/* Which of the kernels is used. */
#include "opinion/kernel.h"

#include "opinion/opinion.h"

#include <stdatomic.h>
#include <string.h>

static _Atomic(const struct kernel *) in_use;

static bool is_able(const struct kernel *k)
{
#ifdef HAVE_WIDE_KERNELS
    if (k == &kernel_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("popcnt");
    if (k == &kernel_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
#endif
    return k == &kernel_scalar;
}

bool kernel_use(const char *name)
{
    static const struct kernel *const all[] = {
#ifdef HAVE_WIDE_KERNELS
        &kernel_avx512,
        &kernel_avx2,
#endif
        &kernel_scalar, /* every machine is able */
        NULL,
    };

    for (size_t i = 0; all[i] != NULL; i++) {
        if ((name == NULL || strcmp(name, all[i]->name) == 0) && is_able(all[i])) {
            atomic_store(&in_use, all[i]);
            return true;
        }
    }
    return false;
}

const struct kernel *kernel_in_use(void)
{
    const struct kernel *k = atomic_load(&in_use);

    if (k == NULL) {
        (void)kernel_use(NULL);
        k = atomic_load(&in_use);
    }
    return k;
}

const char *opinion_instruction_set(void)
{
    return kernel_in_use()->name;
}
