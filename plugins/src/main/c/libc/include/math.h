/* The part of <math.h> that plugins may use: see libm.c. Errors stay within 1 unit in the last place of a double. */
#ifndef MICROPHONE_MATH_H
#define MICROPHONE_MATH_H

#define M_PI 3.14159265358979323846
#define M_LN10 2.30258509299404568402
#define M_SQRT1_2 0.70710678118654752440

/* One WASM instruction each. */
#define sqrt(x) __builtin_sqrt(x)
#define sqrtf(x) __builtin_sqrtf(x)
#define floor(x) __builtin_floor(x)
#define floorf(x) __builtin_floorf(x)
#define ceil(x) __builtin_ceil(x)
#define rint(x) __builtin_rint(x)
#define fabs(x) __builtin_fabs(x)
#define fabsf(x) __builtin_fabsf(x)

/* |x| up to 1e5: beyond it the reduced angle loses digits. */
double sin(double x);
double cos(double x);

double exp(double x);
double log(double x);
double log10(double x);
#endif
