/*
 * A real transform of size N as a complex one of N/2, by Stockham's self-sorting passes of radix 4, 2, 3 and 5.
 *
 * Papers: W. T. Cochran et al., "What is the fast Fourier transform?", Proc. IEEE 55(10), 1967 (Stockham's order, which
 * needs no bit reversal); C. Temperton, "Self-sorting mixed-radix fast Fourier transforms", J. Comp. Phys. 52, 1983 (the
 * passes for 3, 4 and 5); H. V. Sorensen et al., "Real-valued fast Fourier transform algorithms", IEEE Trans. ASSP
 * 35(6), 1987 (the split). Written for the JVM: scalar code, each factor read once for a whole inner loop, radix 4 for
 * few loads and stores, and short functions, which the JIT compiles well.
 *
 * A pass turns `n`-point transforms, of which there are `stride` side by side, into `radix` times as many, shorter ones.
 */
#include "microphone_fft.h"

#include <math.h>

#define SIN_60 0.86602540378443864676f
#define COS_72 0.30901699437494742410f
#define SIN_72 0.95105651629515357212f
#define COS_144 (-0.80901699437494742410f)
#define SIN_144 0.58778525229247312917f

typedef struct {
  float re;
  float im;
} Complex;

static inline Complex plus(Complex a, Complex b) {
  return (Complex){a.re + b.re, a.im + b.im};
}

static inline Complex minus(Complex a, Complex b) {
  return (Complex){a.re - b.re, a.im - b.im};
}

static inline Complex times(Complex a, Complex b) {
  return (Complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static inline Complex scaled(float factor, Complex a) {
  return (Complex){factor * a.re, factor * a.im};
}

/* a - i b */
static inline Complex minus_i(Complex a, Complex b) {
  return (Complex){a.re + b.im, a.im - b.re};
}

/* a + i b */
static inline Complex plus_i(Complex a, Complex b) {
  return (Complex){a.re - b.im, a.im + b.re};
}

static __attribute__((noinline)) void pass_2(int n, int stride, const Complex *restrict w, const Complex *restrict in,
                                             Complex *restrict out) {
  int part = n / 2 * stride;
  for (int p = 0; p < n / 2; p++, out += stride) {
    Complex w1 = w[p];
    for (int q = 0; q < stride; q++, in++, out++) {
      Complex a = in[0];
      Complex b = in[part];
      out[0] = plus(a, b);
      out[stride] = times(w1, minus(a, b));
    }
  }
}

static __attribute__((noinline)) void pass_3(int n, int stride, const Complex *restrict w, const Complex *restrict in,
                                             Complex *restrict out) {
  int part = n / 3 * stride;
  for (int p = 0; p < n / 3; p++, out += 2 * stride, w += 2) {
    Complex w1 = w[0];
    Complex w2 = w[1];
    for (int q = 0; q < stride; q++, in++, out++) {
      Complex a = in[0];
      Complex sum = plus(in[part], in[2 * part]);
      Complex turned = scaled(SIN_60, minus(in[part], in[2 * part]));
      Complex middle = plus(a, scaled(-0.5f, sum));
      out[0] = plus(a, sum);
      out[stride] = times(w1, minus_i(middle, turned));
      out[2 * stride] = times(w2, plus_i(middle, turned));
    }
  }
}

static __attribute__((noinline)) void pass_4(int n, int stride, const Complex *restrict w, const Complex *restrict in,
                                             Complex *restrict out) {
  int part = n / 4 * stride;
  for (int p = 0; p < n / 4; p++, out += 3 * stride, w += 3) {
    Complex w1 = w[0];
    Complex w2 = w[1];
    Complex w3 = w[2];
    for (int q = 0; q < stride; q++, in++, out++) {
      Complex even = plus(in[0], in[2 * part]);
      Complex even_difference = minus(in[0], in[2 * part]);
      Complex odd = plus(in[part], in[3 * part]);
      Complex odd_difference = minus(in[part], in[3 * part]);
      out[0] = plus(even, odd);
      out[stride] = times(w1, minus_i(even_difference, odd_difference));
      out[2 * stride] = times(w2, minus(even, odd));
      out[3 * stride] = times(w3, plus_i(even_difference, odd_difference));
    }
  }
}

static __attribute__((noinline)) void pass_5(int n, int stride, const Complex *restrict w, const Complex *restrict in,
                                             Complex *restrict out) {
  int part = n / 5 * stride;
  for (int p = 0; p < n / 5; p++, out += 4 * stride, w += 4) {
    for (int q = 0; q < stride; q++, in++, out++) {
      Complex a = in[0];
      Complex outer = plus(in[part], in[4 * part]);
      Complex outer_difference = minus(in[part], in[4 * part]);
      Complex inner = plus(in[2 * part], in[3 * part]);
      Complex inner_difference = minus(in[2 * part], in[3 * part]);
      Complex first = plus(a, plus(scaled(COS_72, outer), scaled(COS_144, inner)));
      Complex second = plus(a, plus(scaled(COS_144, outer), scaled(COS_72, inner)));
      Complex first_turned = plus(scaled(SIN_72, outer_difference), scaled(SIN_144, inner_difference));
      Complex second_turned = minus(scaled(SIN_144, outer_difference), scaled(SIN_72, inner_difference));
      out[0] = plus(a, plus(outer, inner));
      out[stride] = times(w[0], minus_i(first, first_turned));
      out[2 * stride] = times(w[1], minus_i(second, second_turned));
      out[3 * stride] = times(w[2], plus_i(second, second_turned));
      out[4 * stride] = times(w[3], plus_i(first, first_turned));
    }
  }
}

/* Where the last pass left its result: one half of the work memory. `first` is the transform's input, in either half. */
static Complex *all_passes(const RealFft *fft, Complex *first) {
  Complex *halves[2] = {(Complex *)fft->work, (Complex *)fft->work + fft->size / 2};
  const Complex *w = (const Complex *)fft->pass_twiddles;
  Complex *in = first;
  int n = fft->size / 2;
  int stride = 1;
  for (int i = 0; i < fft->pass_count; i++) {
    int radix = fft->radices[i];
    Complex *out = in == halves[0] ? halves[1] : halves[0];
    if (radix == 4) pass_4(n, stride, w, in, out);
    if (radix == 2) pass_2(n, stride, w, in, out);
    if (radix == 3) pass_3(n, stride, w, in, out);
    if (radix == 5) pass_5(n, stride, w, in, out);
    w += n / radix * (radix - 1);
    n /= radix;
    stride *= radix;
    in = out;
  }
  return in;
}

/* Bins k and size / 2 - k at a time: with E and O the transforms of the even and odd samples, X[k] = E[k] + w^k O[k]. */
void real_fft_forward(const RealFft *fft, const float *samples, float *spectrum) {
  const Complex *z = all_passes(fft, (Complex *)samples);
  const Complex *w = (const Complex *)fft->split_twiddles;
  Complex *x = (Complex *)spectrum;
  int half = fft->size / 2;
  Complex first = z[0];
  for (int k = 1; k <= half / 2; k++) {
    Complex a = z[k];
    Complex b = {z[half - k].re, -z[half - k].im};
    Complex even = scaled(0.5f, plus(a, b));
    Complex odd = times(w[k], scaled(0.5f, minus(a, b)));
    x[k] = minus_i(even, odd);
    /* The conjugate of the other bin's value. */
    Complex mirrored = plus_i(even, odd);
    x[half - k] = (Complex){mirrored.re, -mirrored.im};
  }
  x[0] = (Complex){first.re + first.im, 0};
  x[half] = (Complex){first.re - first.im, 0};
}

/* Real and imaginary parts change places before and after the forward passes, which makes them the inverse ones. */
void real_fft_inverse(const RealFft *fft, const float *spectrum, float *samples) {
  const Complex *w = (const Complex *)fft->split_twiddles;
  const Complex *x = (const Complex *)spectrum;
  Complex *z = (Complex *)fft->work;
  int half = fft->size / 2;
  float scale = 1.0f / fft->size;
  z[0] = (Complex){scale * (x[0].re - x[half].re), scale * (x[0].re + x[half].re)};
  for (int k = 1; k <= half / 2; k++) {
    Complex a = x[k];
    Complex b = {x[half - k].re, -x[half - k].im};
    Complex even = scaled(scale, plus(a, b));
    Complex odd = times((Complex){w[k].re, -w[k].im}, scaled(scale, minus(a, b)));
    Complex value = plus_i(even, odd);
    Complex mirrored = minus_i(even, odd);
    z[k] = (Complex){value.im, value.re};
    z[half - k] = (Complex){-mirrored.im, mirrored.re};
  }
  const Complex *swapped = all_passes(fft, z);
  for (int n = 0; n < half; n++) {
    samples[2 * n] = swapped[n].im;
    samples[2 * n + 1] = swapped[n].re;
  }
}

/* 5 and 3 first: the first pass has an inner loop of one, which costs least where a pass does most. */
static int split_into_radices(RealFft *fft) {
  static const int radices[] = {5, 3, 4, 2};
  int rest = fft->size / 2;
  fft->pass_count = 0;
  for (int i = 0; i < 4; i++) {
    for (; rest % radices[i] == 0; rest /= radices[i]) fft->radices[fft->pass_count++] = radices[i];
  }
  return rest == 1;
}

static Complex unit_root(int numerator, int denominator) {
  double angle = -2 * M_PI * numerator / denominator;
  return (Complex){(float)cos(angle), (float)sin(angle)};
}

int real_fft_prepare(RealFft *fft, int size, float *memory) {
  if (size < 2 || size > REAL_FFT_MAX_SIZE || size % 2 != 0) return -1;
  fft->size = size;
  if (!split_into_radices(fft)) return -1;
  fft->pass_twiddles = memory;
  fft->split_twiddles = memory + size;
  fft->work = memory + 2 * size;
  Complex *w = (Complex *)fft->pass_twiddles;
  int n = size / 2;
  for (int i = 0; i < fft->pass_count; i++) {
    int radix = fft->radices[i];
    for (int p = 0; p < n / radix; p++) {
      for (int k = 1; k < radix; k++) *w++ = unit_root(p * k, n);
    }
    n /= radix;
  }
  for (int k = 0; k <= size / 4; k++) ((Complex *)fft->split_twiddles)[k] = unit_root(k, size);
  return 0;
}

void hann_window(float *window, int size) {
  for (int n = 0; n < size; n++) window[n] = (float)(0.5 - 0.5 * cos(2 * M_PI * n / size));
}

void root_hann_window(float *window, int size) {
  for (int n = 0; n < size; n++) window[n] = (float)sin(M_PI * n / size);
}
