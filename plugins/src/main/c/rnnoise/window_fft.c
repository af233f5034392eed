/*
 * Real signals of length N through a complex transform of N / 2: even samples as real parts, odd ones as imaginary
 * parts, and the two interleaved spectra taken apart by their symmetry. H. V. Sorensen et al., "Real-Valued Fast Fourier
 * Transform Algorithms", IEEE Trans. ASSP 35(6), 1987.
 *
 * The complex transform is Stockham's, which sorts as it goes (C. Van Loan, "Computational Frameworks for the Fast
 * Fourier Transform", 1992, section 1.7): 480 = 4 * 4 * 5 * 6, a function for each, with strides that are constants. So
 * each inner loop reads and writes at a constant distance, and whoever compiles it can check its bounds once.
 */
#include "window_fft.h"

#include <math.h>

typedef kiss_fft_cpx Complex;

enum { HALF = WINDOW_FFT_LENGTH / 2 };

/* exp(-2 pi i k p / n) for the powers k that a pass turns by, p after p. */
static struct {
  Complex first[HALF / 4][3];
  Complex second[HALF / 16][3];
  Complex third[6][4];
  /* exp(-2 pi i k / 960) */
  Complex real[HALF / 2 + 1];
} turns;

static void fill(Complex *table, int points, int powers, int length) {
  for (int p = 0; p < points; p++) {
    for (int k = 1; k <= powers; k++) {
      double angle = -2 * M_PI * k * p / length;
      table[p * powers + k - 1] = (Complex){(float)cos(angle), (float)sin(angle)};
    }
  }
}

void window_fft_prepare(void) {
  fill(turns.first[0], HALF / 4, 3, HALF);
  fill(turns.second[0], HALF / 16, 3, HALF / 4);
  fill(turns.third[0], 6, 4, HALF / 16);
  for (int k = 0; k <= HALF / 2; k++) {
    double angle = -2 * M_PI * k / WINDOW_FFT_LENGTH;
    turns.real[k] = (Complex){(float)cos(angle), (float)sin(angle)};
  }
}

/*
 * Part by part: clang would load a struct as one integer of 64 bits, and take it apart in integer registers.
 */
static inline __attribute__((always_inline)) Complex at(const Complex *from) {
  return (Complex){from->r, from->i};
}

static inline __attribute__((always_inline)) Complex sum(Complex a, Complex b) {
  return (Complex){a.r + b.r, a.i + b.i};
}

static inline __attribute__((always_inline)) Complex difference(Complex a, Complex b) {
  return (Complex){a.r - b.r, a.i - b.i};
}

static inline __attribute__((always_inline)) Complex product(Complex a, Complex b) {
  return (Complex){a.r * b.r - a.i * b.i, a.r * b.i + a.i * b.r};
}

/* a + i b and a - i b */
static inline __attribute__((always_inline)) Complex plus_i(Complex a, Complex b) {
  return (Complex){a.r - b.i, a.i + b.r};
}

static inline __attribute__((always_inline)) Complex minus_i(Complex a, Complex b) {
  return (Complex){a.r + b.i, a.i - b.r};
}

static inline __attribute__((always_inline)) Complex scaled(Complex a, float by) {
  return (Complex){a.r * by, a.i * by};
}

static void four_first(Complex *to, const Complex *from) {
  for (int p = 0; p < HALF / 4; p++) {
    Complex a = at(from + p), b = at(from + p + HALF / 4), c = at(from + p + HALF / 2), d = at(from + p + 3 * HALF / 4);
    Complex even = sum(a, c), even_less = difference(a, c), odd = sum(b, d), odd_less = difference(b, d);
    to[4 * p] = sum(even, odd);
    to[4 * p + 1] = product(minus_i(even_less, odd_less), at(turns.first[p] + 0));
    to[4 * p + 2] = product(difference(even, odd), at(turns.first[p] + 1));
    to[4 * p + 3] = product(plus_i(even_less, odd_less), at(turns.first[p] + 2));
  }
}

static void four_second(Complex *to, const Complex *from) {
  for (int q = 0; q < 4; q++) {
    for (int p = 0; p < HALF / 16; p++) {
      const Complex *in = from + q + 4 * p;
      Complex *out = to + q + 16 * p;
      Complex a = at(in + 0), b = at(in + HALF / 4), c = at(in + HALF / 2), d = at(in + 3 * HALF / 4);
      Complex even = sum(a, c), even_less = difference(a, c), odd = sum(b, d), odd_less = difference(b, d);
      out[0] = sum(even, odd);
      out[4] = product(minus_i(even_less, odd_less), at(turns.second[p] + 0));
      out[8] = product(difference(even, odd), at(turns.second[p] + 1));
      out[12] = product(plus_i(even_less, odd_less), at(turns.second[p] + 2));
    }
  }
}

#define COS_72 0.309016994374947424f
#define SIN_72 0.951056516295153572f
#define COS_144 -0.809016994374947424f
#define SIN_144 0.587785252292473129f

static void five_third(Complex *to, const Complex *from) {
  for (int p = 0; p < 6; p++) {
    for (int q = 0; q < 16; q++) {
      const Complex *in = from + q + 16 * p;
      Complex *out = to + q + 80 * p;
      const Complex *turn = turns.third[p];
      Complex a = at(in), b = at(in + HALF / 5), c = at(in + 2 * HALF / 5), d = at(in + 3 * HALF / 5),
              e = at(in + 4 * HALF / 5);
      Complex outer = sum(b, e), outer_less = difference(b, e), inner = sum(c, d), inner_less = difference(c, d);
      out[0] = sum(a, sum(outer, inner));
      Complex around = sum(a, sum(scaled(outer, COS_72), scaled(inner, COS_144)));
      Complex apart = sum(scaled(outer_less, SIN_72), scaled(inner_less, SIN_144));
      out[16] = product(minus_i(around, apart), at(turn));
      out[64] = product(plus_i(around, apart), at(turn + 3));
      around = sum(a, sum(scaled(outer, COS_144), scaled(inner, COS_72)));
      apart = difference(scaled(outer_less, SIN_144), scaled(inner_less, SIN_72));
      out[32] = product(minus_i(around, apart), at(turn + 1));
      out[48] = product(plus_i(around, apart), at(turn + 2));
    }
  }
}

/* exp(-2 pi i / 3) = -1/2 - i sqrt(3)/2 */
#define SIN_60 0.866025403784438647f

/* Two transforms of three, of the even and of the odd ones. */
static void six_last(Complex *to, const Complex *from) {
  for (int q = 0; q < HALF / 6; q++) {
    Complex a = at(from + q), b = at(from + q + 2 * HALF / 6), c = at(from + q + 4 * HALF / 6);
    Complex both = sum(b, c), apart = scaled(difference(b, c), SIN_60);
    Complex e0 = sum(a, both), around = difference(a, scaled(both, .5f));
    Complex e1 = minus_i(around, apart), e2 = plus_i(around, apart);
    a = at(from + q + 3 * HALF / 6), b = at(from + q + 5 * HALF / 6), c = at(from + q + HALF / 6);
    both = sum(b, c), apart = scaled(difference(b, c), SIN_60);
    Complex o0 = sum(a, both);
    around = difference(a, scaled(both, .5f));
    Complex o1 = minus_i(around, apart), o2 = plus_i(around, apart);
    to[q] = sum(e0, o0);
    to[q + 3 * HALF / 6] = difference(e0, o0);
    to[q + HALF / 6] = difference(e1, o1);
    to[q + 4 * HALF / 6] = sum(e1, o1);
    to[q + 2 * HALF / 6] = sum(e2, o2);
    to[q + 5 * HALF / 6] = difference(e2, o2);
  }
}

/* All three differ; `from` is only read. */
static void transform(Complex *to, const Complex *from, Complex *between) {
  four_first(between, from);
  four_second(to, between);
  five_third(between, to);
  six_last(to, between);
}

void window_fft_forward(Complex *spectrum, const float *samples) {
  Complex between[HALF];
  transform(spectrum, (const Complex *)samples, between);
  Complex zero = spectrum[0];
  spectrum[0] = (Complex){(zero.r + zero.i) / WINDOW_FFT_LENGTH, 0};
  spectrum[HALF] = (Complex){(zero.r - zero.i) / WINDOW_FFT_LENGTH, 0};
  for (int k = 1; k <= HALF / 2; k++) {
    Complex low = at(spectrum + k), high = at(spectrum + HALF - k);
    float even_r = low.r + high.r, even_i = low.i - high.i;
    Complex odd = product((Complex){low.i + high.i, high.r - low.r}, at(turns.real + k));
    const float scale = .5f / WINDOW_FFT_LENGTH;
    spectrum[k] = (Complex){scale * (even_r + odd.r), scale * (even_i + odd.i)};
    spectrum[HALF - k] = (Complex){scale * (even_r - odd.r), scale * (odd.i - even_i)};
  }
}

void window_fft_backward(float *samples, const Complex *spectrum) {
  Complex packed[HALF];
  Complex between[HALF];
  /* Packed in reverse, which makes the forward transform the inverse one. */
  packed[0] = (Complex){spectrum[0].r + spectrum[HALF].r, spectrum[0].r - spectrum[HALF].r};
  for (int k = 1; k <= HALF / 2; k++) {
    Complex low = at(spectrum + k), high = at(spectrum + HALF - k);
    float even_r = low.r + high.r, even_i = low.i - high.i;
    float difference_r = low.r - high.r, difference_i = low.i + high.i;
    /* Times i and the conjugate of the turn. */
    float odd_r = difference_r * turns.real[k].i - difference_i * turns.real[k].r;
    float odd_i = difference_r * turns.real[k].r + difference_i * turns.real[k].i;
    packed[HALF - k] = (Complex){even_r + odd_r, even_i + odd_i};
    packed[k] = (Complex){even_r - odd_r, odd_i - even_i};
  }
  transform((Complex *)samples, packed, between);
}
