/*
 * Upstream's pitch analysis (pitch.c, from CELT: J.-M. Valin et al., "A High-Quality Speech and Audio Codec With Less
 * Than 10-ms Delay", IEEE Trans. ASLP 18(1), 2010) with the same results bit for bit, and its inner products several at
 * a time: one alone waits for each of its additions.
 */
#include <stdlib.h>
#include <string.h>

#define celt_pitch_xcorr upstream_pitch_xcorr
#define pitch_search upstream_pitch_search
#define remove_doubling upstream_remove_doubling
#include "pitch.c"
#undef celt_pitch_xcorr
#undef pitch_search
#undef remove_doubling

/* sums[l] = the sum of x[j] y[j + l] over `length` values, for 8 lags. */
static void eight_products(const float *x, const float *y, float *sums, int length) {
  float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  for (int j = 0; j < length; j++) {
    s0 += x[j] * y[j];
    s1 += x[j] * y[j + 1];
    s2 += x[j] * y[j + 2];
    s3 += x[j] * y[j + 3];
    s4 += x[j] * y[j + 4];
    s5 += x[j] * y[j + 5];
    s6 += x[j] * y[j + 6];
    s7 += x[j] * y[j + 7];
  }
  sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3, sums[4] = s4, sums[5] = s5, sums[6] = s6, sums[7] = s7;
}

/* The last eight overlap with those before; what is shorter goes upstream's way. */
void celt_pitch_xcorr(const float *x, const float *y, float *xcorr, int len, int max_pitch) {
  if (max_pitch < 8) {
    upstream_pitch_xcorr(x, y, xcorr, len, max_pitch);
    return;
  }
  for (int lag = 0; lag < max_pitch; lag += 8) {
    int first = lag < max_pitch - 8 ? lag : max_pitch - 8;
    eight_products(x, y + first, xcorr + first, len);
  }
}

static int near(int lag, const int *coarse) {
  return abs(lag - 2 * coarse[0]) <= 2 || abs(lag - 2 * coarse[1]) <= 2;
}

/*
 * A search at a quarter of the rate, then at half the rate around the two best, then between samples. Of `y`, eight
 * samples more than the lags need can be read.
 */
void pitch_search(const float *x, float *y, int len, int max_pitch, int *pitch) {
  int lags = max_pitch / 2;
  float *x4 = malloc(sizeof *x4 * (len / 4));
  float *y4 = malloc(sizeof *y4 * ((len + max_pitch) / 4));
  float *xcorr = malloc(sizeof *xcorr * lags);
  int best[2] = {0, 0};
  for (int j = 0; j < len / 4; j++) x4[j] = x[2 * j];
  for (int j = 0; j < (len + max_pitch) / 4; j++) y4[j] = y[2 * j];
  celt_pitch_xcorr(x4, y4, xcorr, len / 4, max_pitch / 4);
  find_best_pitch(xcorr, y4, len / 4, max_pitch / 4, best);

  memset(xcorr, 0, lags * sizeof *xcorr);
  for (int lag = 0; lag < lags;) {
    float sums[8];
    if (near(lag, best)) eight_products(x, y + lag, sums, len / 2);
    for (int l = 0; l < 8 && lag < lags && near(lag, best); l++, lag++) xcorr[lag] = sums[l] < -1 ? -1 : sums[l];
    if (lag < lags && !near(lag, best)) lag++;
  }
  find_best_pitch(xcorr, y, len / 2, lags, best);

  int offset = 0;
  if (best[0] > 0 && best[0] < lags - 1) {
    float before = xcorr[best[0] - 1], at = xcorr[best[0]], after = xcorr[best[0] + 1];
    if (after - before > .7f * (at - before)) {
      offset = 1;
    } else if (before - after > .7f * (at - after)) {
      offset = -1;
    }
  }
  *pitch = 2 * best[0] - offset;
  free(x4);
  free(y4);
  free(xcorr);
}

/* The sums of x[j] a[j], x[j] b[j], x[j] c[j] and x[j] d[j]. */
static void four_products(const float *x, const float *a, const float *b, const float *c, const float *d, float *sums,
                          int length) {
  float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (int j = 0; j < length; j++) {
    s0 += x[j] * a[j];
    s1 += x[j] * b[j];
    s2 += x[j] * c[j];
    s3 += x[j] * d[j];
  }
  sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3;
}

/* sums[l] = the sum of x[j] x[j - lags[l]], for four lags. */
static void lagged_products(const float *x, const int *lags, float *sums, int length) {
  four_products(x, x - lags[0], x - lags[1], x - lags[2], x - lags[3], sums, length);
}

enum { FRACTIONS = 15, MOST_LAGS = 32 };

/*
 * Whether the pitch is a fraction of what the search found. The lags are known before any of their products is, so that
 * these are taken together.
 */
float remove_doubling(float *x, int maxperiod, int minperiod, int len, int *period, int prev_period, float prev_gain) {
  int most = maxperiod / 2, least = minperiod / 2, samples = len / 2, before = prev_period / 2;
  int found = *period / 2 < most ? *period / 2 : most - 1;
  x += most;

  int lags[MOST_LAGS] = {0, found};
  float products[MOST_LAGS];
  int count = 2;
  for (int k = 2; k <= FRACTIONS; k++) {
    int lag = (2 * found + k) / (2 * k);
    if (lag < least) break;
    int another = (2 * second_check[k] * found + k) / (2 * k);
    if (k == 2) another = found + lag > most ? found : found + lag;
    lags[count++] = lag;
    lags[count++] = another;
  }
  for (int l = 0; l < count; l += 4) lagged_products(x, lags + l, products + l, samples);

  float *energies = malloc(sizeof *energies * (most + 1));
  float own = products[0], energy = own;
  energies[0] = own;
  for (int lag = 1; lag <= most; lag++) {
    energy = energy + x[-lag] * x[-lag] - x[samples - lag] * x[samples - lag];
    energies[lag] = energy < 0 ? 0 : energy;
  }

  int best = found;
  float best_product = products[1], best_energy = energies[found];
  float first_gain = compute_pitch_gain(best_product, own, best_energy), gain = first_gain;
  for (int l = 2; l < count; l += 2) {
    int k = l / 2 + 1, lag = lags[l];
    float product = .5f * (products[l] + products[l + 1]);
    float both = .5f * (energies[lag] + energies[lags[l + 1]]);
    float own_gain = compute_pitch_gain(product, own, both);
    float going_on = 0;
    if (abs(lag - before) <= 1) {
      going_on = prev_gain;
    } else if (abs(lag - before) <= 2 && 5 * k * k < found) {
      going_on = .5f * prev_gain;
    }
    /* Short periods have to show more. */
    float floor = .3f, share = .7f;
    if (lag < 3 * least) floor = .4f, share = .85f;
    float threshold = share * first_gain - going_on;
    if (threshold < floor) threshold = floor;
    if (own_gain > threshold) {
      best = lag;
      best_product = product;
      best_energy = both;
      gain = own_gain;
    }
  }
  free(energies);
  if (best_product < 0) best_product = 0;
  float pitch_gain = best_energy <= best_product ? 1 : best_product / (best_energy + 1);

  int around[4] = {best - 1, best, best + 1, best + 1};
  lagged_products(x, around, products, samples);
  int offset = 0;
  if (products[2] - products[0] > .7f * (products[1] - products[0])) {
    offset = 1;
  } else if (products[0] - products[2] > .7f * (products[1] - products[2])) {
    offset = -1;
  }
  *period = 2 * best + offset < minperiod ? minperiod : 2 * best + offset;
  return pitch_gain > gain ? gain : pitch_gain;
}
