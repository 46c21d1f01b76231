#include "opinion/real.h"

#include <math.h>

/* ln 2 in two parts, the first of which times a whole number below 2^20 is exact (Cody, Waite
 * 1980). */
static const double LN2_HIGH = 6.93147180369123816490e-01, LN2_LOW = 1.90821492927058770002e-10;

/* x times 2 to the k, where that needs no rounding. */
static double times_power(double x, int k)
{
    union {
        uint64_t bits;
        double power;
    } two = {.bits = (uint64_t)(k + 1023) << 52};

    return x * two.power;
}

double real_exp(double x)
{
    /* 1 / i! */
    static const double part[] = {
        1.0,
        1.0,
        1.0 / 2,
        1.0 / 6,
        1.0 / 24,
        1.0 / 120,
        1.0 / 720,
        1.0 / 5040,
        1.0 / 40320,
        1.0 / 362880,
        1.0 / 3628800,
        1.0 / 39916800,
        1.0 / 479001600,
        1.0 / 6227020800,
    };
    double sum = 0;

    if (x != x)
        return x;
    if (x > 709.78)
        return INFINITY;
    if (x < -745)
        return 0;
    int k = (int)(x / LN2_HIGH + (x < 0 ? -0.5 : 0.5));
    double r = (x - k * LN2_HIGH) - k * LN2_LOW; /* within ln 2 / 2 */
    for (int i = (int)(sizeof part / sizeof *part); i-- > 0;)
        sum = part[i] + r * sum;
    if (k < -1021 || k > 1023) /* two steps, the second of which may round */
        return times_power(times_power(sum, k / 2), k - k / 2);
    return times_power(sum, k);
}

double real_log(double x)
{
    int k;
    double part = frexp(x, &k);

    if (part < 0.70710678118654752) {
        part *= 2;
        k--;
    }
    /* ln part = 2 artanh t, |t| < 0.172 */
    double t = (part - 1) / (part + 1), squared = t * t, sum = 0;
    for (int i = 21; i > 0; i -= 2)
        sum = 1.0 / i + squared * sum;
    return k * LN2_HIGH + (2 * t * sum + k * LN2_LOW);
}

double real_logistic(double x)
{
    return 1 / (1 + real_exp(-x));
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static const uint64_t GOLDEN = UINT64_C(0x9e3779b97f4a7c15);

struct real_random real_random_begin(uint64_t seed, uint64_t stream)
{
    return (struct real_random){mix(mix(seed + GOLDEN) ^ (stream + 1) * GOLDEN)};
}

uint64_t real_random_bits(struct real_random *r)
{
    r->state += GOLDEN;
    return mix(r->state);
}

double real_random_unit(struct real_random *r)
{
    return (double)(real_random_bits(r) >> 11) * 0x1p-53;
}

uint64_t real_random_below(struct real_random *r, uint64_t below)
{
    uint64_t most = UINT64_MAX - UINT64_MAX % below, bits;

    do
        bits = real_random_bits(r);
    while (bits >= most);
    return bits % below;
}

static double polynomial(const double *at, int count, double x)
{
    double sum = 0;

    for (int i = count; i-- > 0;)
        sum = sum * x + at[i];
    return sum;
}

/* The continued fraction (Laplace 1805) is slow near zero, where a quotient of polynomials serves.
 */
enum { TAIL_LEVELS = 100 };

double real_normal_beyond(double z)
{
    static const double over[] = {220.206867912376,   221.213596169931, 112.079291497871,
                                  33.912866078383,    6.37396220353165, 0.700383064443688,
                                  3.52624965998911e-2};
    static const double under[] = {440.413735824752, 793.826512519948,   637.333633378831,
                                   296.564248779674, 86.7807322029461,   16.064177579207,
                                   1.75566716318264, 8.83883476483184e-2};
    double e = real_exp(-z * z / 2), fraction = z;

    if (z > 37)
        return 0;
    if (z < 2)
        return e * polynomial(over, 7, z) / polynomial(under, 8, z);
    for (int i = TAIL_LEVELS; i > 0; i--)
        fraction = z + i / fraction;
    return e / fraction / 2.506628274631000502;
}

double real_random_normal(struct real_random *r)
{
    static const double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                               1.9715909503065514427e3, 1.3731693765509461125e4,
                               4.5921953931549871457e4, 6.7265770927008700853e4,
                               3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double b[] = {1.0,
                               4.2313330701600911252e1,
                               6.8718700749205790830e2,
                               5.3941960214247511077e3,
                               2.1213794301586595867e4,
                               3.9307895800092710610e4,
                               2.8729085735721942674e4,
                               5.2264952788528545610e3};
    static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.0,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1.0,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
    double q = real_random_unit(r) + 0x1p-54 - 0.5;

    if (fabs(q) <= 0.425) {
        double x = 0.180625 - q * q;
        return q * polynomial(a, 8, x) / polynomial(b, 8, x);
    }
    double tail = sqrt(-real_log(q < 0 ? 0.5 + q : 0.5 - q));
    double x = tail <= 5 ? tail - 1.6 : tail - 5;
    double z = tail <= 5 ? polynomial(c, 8, x) / polynomial(d, 8, x)
                         : polynomial(e, 8, x) / polynomial(f, 8, x);
    return q < 0 ? -z : z;
}
