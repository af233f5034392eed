/*
 * Elementary functions in double precision, for tables and coefficients and a few logarithms a frame: short series
 * after an exact range reduction, not tuned for speed.
 *
 * Method: J.-M. Muller, "Elementary Functions", 3rd ed., ch. 11 (Cody and Waite's reduction: subtract k times a
 * constant split into parts so short that each product is exact) and Taylor series cut off below 1e-19.
 */
#include <math.h>
#include <stdint.h>

/* pi/2 in three parts; the first two have 33 bits, so k * part is exact for k below 2^20. */
#define HALF_PI_1 1.57079632673412561417e+00
#define HALF_PI_2 6.07710050630396597660e-11
#define HALF_PI_3 2.02226624879595063154e-21

/* ln 2 in two parts; the first has 32 bits. */
#define LN2_1 6.93147180369123816490e-01
#define LN2_2 1.90821492927058770002e-10

static uint64_t bits_of(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double double_of(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

/* Both for |r| <= pi/4. */
static double sine_series(double r) {
  double r2 = r * r;
  double term = 1.0 / 355687428096000.0;
  term = term * r2 - 1.0 / 1307674368000.0;
  term = term * r2 + 1.0 / 6227020800.0;
  term = term * r2 - 1.0 / 39916800.0;
  term = term * r2 + 1.0 / 362880.0;
  term = term * r2 - 1.0 / 5040.0;
  term = term * r2 + 1.0 / 120.0;
  term = term * r2 - 1.0 / 6.0;
  return r + r * r2 * term;
}

static double cosine_series(double r) {
  double r2 = r * r;
  double term = 1.0 / 20922789888000.0;
  term = term * r2 - 1.0 / 87178291200.0;
  term = term * r2 + 1.0 / 479001600.0;
  term = term * r2 - 1.0 / 3628800.0;
  term = term * r2 + 1.0 / 40320.0;
  term = term * r2 - 1.0 / 720.0;
  term = term * r2 + 1.0 / 24.0;
  return 1.0 - (0.5 * r2 - r2 * r2 * term);
}

/* sin(x + quarter_turns * pi/2) */
static double circular(double x, int32_t quarter_turns) {
  double k = rint(x * (2.0 / M_PI));
  double r = ((x - k * HALF_PI_1) - k * HALF_PI_2) - k * HALF_PI_3;
  uint32_t quadrant = (uint32_t)((int32_t)k + quarter_turns);
  double value = quadrant & 1 ? cosine_series(r) : sine_series(r);
  return quadrant & 2 ? -value : value;
}

double sin(double x) {
  return circular(x, 0);
}

double cos(double x) {
  return circular(x, 1);
}

double exp(double x) {
  if (x != x) return x;
  if (x > 709.78) return __builtin_inf();
  if (x < -745.2) return 0.0;
  double k = rint(x * (1.0 / 0.69314718055994530942));
  double r = (x - k * LN2_1) - k * LN2_2;
  double term = 1.0 / 6227020800.0;
  term = term * r + 1.0 / 479001600.0;
  term = term * r + 1.0 / 39916800.0;
  term = term * r + 1.0 / 3628800.0;
  term = term * r + 1.0 / 362880.0;
  term = term * r + 1.0 / 40320.0;
  term = term * r + 1.0 / 5040.0;
  term = term * r + 1.0 / 720.0;
  term = term * r + 1.0 / 120.0;
  term = term * r + 1.0 / 24.0;
  term = term * r + 1.0 / 6.0;
  term = term * r + 0.5;
  double value = 1.0 + (r + r * r * term);
  /* 2^k in two steps, for results at both ends of the range. */
  int32_t exponent = (int32_t)k;
  int32_t half = exponent / 2;
  value *= double_of((uint64_t)(1023 + half) << 52);
  return value * double_of((uint64_t)(1023 + exponent - half) << 52);
}

double log(double x) {
  if (x != x || x == __builtin_inf()) return x;
  if (x == 0) return -__builtin_inf();
  if (x < 0) return __builtin_nan("");
  int32_t exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    exponent = -54;
  }
  uint64_t bits = bits_of(x);
  exponent += (int32_t)(bits >> 52) - 1023;
  double mantissa = double_of((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  if (mantissa > 1.41421356237309504880) {
    mantissa *= 0.5;
    exponent++;
  }
  /* ln m = 2 artanh(s), s = (m-1)/(m+1), |s| <= 0.172 */
  double f = mantissa - 1.0;
  double s = f / (mantissa + 1.0);
  double s2 = s * s;
  double term = 1.0 / 23.0;
  term = term * s2 + 1.0 / 21.0;
  term = term * s2 + 1.0 / 19.0;
  term = term * s2 + 1.0 / 17.0;
  term = term * s2 + 1.0 / 15.0;
  term = term * s2 + 1.0 / 13.0;
  term = term * s2 + 1.0 / 11.0;
  term = term * s2 + 1.0 / 9.0;
  term = term * s2 + 1.0 / 7.0;
  term = term * s2 + 1.0 / 5.0;
  term = term * s2 + 1.0 / 3.0;
  /* 2 s = f - s f exactly in real numbers; written so that the large part, f, carries no rounding. */
  double ln_mantissa = f - s * (f - 2.0 * s2 * term);
  return exponent * LN2_1 + (ln_mantissa + exponent * LN2_2);
}

double log10(double x) {
  return log(x) * (1.0 / M_LN10);
}
