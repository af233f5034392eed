#include "microphone_plugin.h"

#include "crosstalk.h"

#include <string.h>

/* The newest hop predicted from: a nearer one overlaps the window by three quarters and holds what is to stay. */
#define FIRST_LAG_HOPS 2
#define TAPS 3
#define LAST_LAG_HOPS (FIRST_LAG_HOPS + TAPS - 1)
/* Until so many hops were learnt from, IVA's outputs are not apart enough to tell whose past it is. */
#define HOPS_BEFORE_LEARNING 45
/* Averages over 4.3 s. */
#define REMEMBERED_HOPS 200.0
#define BAND_SHARE 0.8
/* Share of the mean power of the past added to it. */
#define LOADING 1e-3
/* So that no function becomes a method too long for the JIT. */
#define NOT_INLINED __attribute__((noinline))

typedef struct {
  float re;
  float im;
} Value;

/* Of the other talker's past outputs z and a talker's output y: E[z_a conj(z_b)] for b <= a, and E[y conj(z_a)]. */
typedef struct {
  Complex past[TAPS][TAPS];
  Complex output[TAPS];
} Statistics;

typedef struct {
  Statistics statistics[2];
  Complex filters[2][TAPS];
  int turns;
} Bin;

static Bin bins[REPLAYED_BINS];
/* The spectra of the last hops, the newest at `newest`, each older one a place further on. */
static Value heard[LAST_LAG_HOPS + 1][REPLAYED_BINS][2];
static int newest;
/* Each talker's outputs of the newest hop, and of the hops that are predicted from; without the other one's past. */
static Complex outputs[2][REPLAYED_BINS];
static Complex past_outputs[2][REPLAYED_BINS][TAPS];
static Complex cleaned[2][REPLAYED_BINS];
static double powers[REPLAYED_BINS];
static double weights[REPLAYED_BINS];
static double hops_learnt;

void crosstalk_reset(void) {
  memset(bins, 0, sizeof bins);
  memset(heard, 0, sizeof heard);
  newest = 0;
  hops_learnt = 0;
}

static void remember(Complex spectrum[BINS][2]) {
  newest = (newest + LAST_LAG_HOPS) % (LAST_LAG_HOPS + 1);
  for (int k = 1; k < REPLAYED_BINS; k++) {
    for (int c = 0; c < MICROPHONE_CHANNELS; c++) {
      heard[newest][k][c] = (Value){(float)spectrum[k][c].re, (float)spectrum[k][c].im};
    }
  }
}

static Complex combined(const Complex row[2], const Value x[2]) {
  return (Complex){row[0].re * x[0].re - row[0].im * x[0].im + row[1].re * x[1].re - row[1].im * x[1].im,
                   row[0].re * x[0].im + row[0].im * x[0].re + row[1].re * x[1].im + row[1].im * x[1].re};
}

/* What IVA knows now is applied to the past too. */
static NOT_INLINED void find_outputs(int talker) {
  for (int k = 1; k < REPLAYED_BINS; k++) {
    const Demixing *w = iva_demixing(k);
    const Complex *row = talker ? w->second : w->first;
    outputs[talker][k] = combined(row, heard[newest][k]);
    for (int tap = 0; tap < TAPS; tap++) {
      int at = (newest + FIRST_LAG_HOPS + tap) % (LAST_LAG_HOPS + 1);
      past_outputs[talker][k][tap] = combined(row, heard[at][k]);
    }
  }
}

static NOT_INLINED void clean(int talker) {
  for (int k = 1; k < REPLAYED_BINS; k++) {
    const Complex *filter = bins[k].filters[talker];
    const Complex *past = past_outputs[!talker][k];
    Complex y = outputs[talker][k];
    for (int tap = 0; tap < TAPS; tap++) y = subtract(y, complex_product(filter[tap], past[tap]));
    cleaned[talker][k] = y;
  }
}

static void add_share(Complex *mean, double keep, double take, Complex x, Complex y) {
  Complex product = complex_product(x, conjugate(y));
  mean->re = keep * mean->re + take * product.re;
  mean->im = keep * mean->im + take * product.im;
}

static NOT_INLINED void accumulate(int talker, double share) {
  for (int k = 1; k < REPLAYED_BINS; k++) {
    Statistics *statistics = &bins[k].statistics[talker];
    const Complex *past = past_outputs[!talker][k];
    double take = share * weights[k];
    for (int a = 0; a < TAPS; a++) {
      for (int b = 0; b <= a; b++) add_share(&statistics->past[a][b], 1 - share, take, past[a], past[b]);
      add_share(&statistics->output[a], 1 - share, take, outputs[talker][k], past[a]);
    }
  }
}

/* The filter g that leaves least: sum over b of g_b E[z_b conj(z_a)] = E[y conj(z_a)]. By L D L^H. */
static NOT_INLINED void solve(const Statistics *statistics, Complex filter[TAPS]) {
  Complex factor[TAPS][TAPS];
  double diagonal[TAPS];
  double load = 1e-20;
  for (int a = 0; a < TAPS; a++) load += LOADING / TAPS * statistics->past[a][a].re;
  for (int a = 0; a < TAPS; a++) {
    for (int b = 0; b <= a; b++) {
      /* The system's matrix is the transposed one: conjugated. */
      Complex sum = conjugate(statistics->past[a][b]);
      for (int c = 0; c < b; c++) {
        sum = subtract(sum, scale(complex_product(factor[a][c], conjugate(factor[b][c])), diagonal[c]));
      }
      if (a == b) {
        diagonal[a] = sum.re + load;
      } else {
        factor[a][b] = scale(sum, 1 / diagonal[b]);
      }
    }
  }
  for (int a = 0; a < TAPS; a++) {
    filter[a] = statistics->output[a];
    for (int b = 0; b < a; b++) filter[a] = subtract(filter[a], complex_product(factor[a][b], filter[b]));
  }
  for (int a = TAPS - 1; a >= 0; a--) {
    filter[a] = scale(filter[a], 1 / diagonal[a]);
    for (int b = a + 1; b < TAPS; b++) {
      filter[a] = subtract(filter[a], complex_product(conjugate(factor[b][a]), filter[b]));
    }
  }
}

static void learn_talker(int talker, double share) {
  for (int k = 1; k < REPLAYED_BINS; k++) powers[k] = power(cleaned[talker][k]);
  iva_weigh(powers, BAND_SHARE, weights);
  accumulate(talker, share);
  for (int k = 1; k < REPLAYED_BINS; k++) solve(&bins[k].statistics[talker], bins[k].filters[talker]);
}

/* Where IVA's outputs have changed places, so has what was learnt of them. */
static NOT_INLINED void follow_turns(void) {
  for (int k = 1; k < REPLAYED_BINS; k++) {
    int turns = iva_turns(k);
    if (((turns ^ bins[k].turns) & 1) != 0) {
      Bin before = bins[k];
      for (int talker = 0; talker < 2; talker++) {
        bins[k].statistics[talker] = before.statistics[!talker];
        memcpy(bins[k].filters[talker], before.filters[!talker], sizeof before.filters[0]);
      }
    }
    bins[k].turns = turns;
  }
}

void crosstalk_hear(Complex spectrum[BINS][2], int learn) {
  remember(spectrum);
  follow_turns();
  for (int talker = 0; talker < 2; talker++) find_outputs(talker);
  for (int talker = 0; talker < 2; talker++) clean(talker);
  if (!learn || ++hops_learnt <= HOPS_BEFORE_LEARNING) return;
  double spectra = hops_learnt - HOPS_BEFORE_LEARNING;
  double share = 1 / (spectra < REMEMBERED_HOPS ? spectra : REMEMBERED_HOPS);
  for (int talker = 0; talker < 2; talker++) learn_talker(talker, share);
  for (int talker = 0; talker < 2; talker++) clean(talker);
}

void crosstalk_output(int bin, const Complex x[2], Complex y[2]) {
  const Demixing *w = iva_demixing(bin);
  for (int talker = 0; talker < 2; talker++) {
    const Complex *row = talker ? w->second : w->first;
    y[talker] = bin < REPLAYED_BINS ? cleaned[talker][bin]
                                    : add(complex_product(row[0], x[0]), complex_product(row[1], x[1]));
  }
}
