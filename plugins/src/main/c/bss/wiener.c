#include "microphone_plugin.h"

#include "wiener.h"

#include <math.h>

/* Spatial covariances are averages over 3 s. */
#define REMEMBERED_HOPS (3.0 * MICROPHONE_SAMPLE_RATE_HZ / HOP_SAMPLES)
/* The pull towards IVA's mixing vector, of each update. */
#define PULL 0.05
/* A diffuse part in every covariance. */
#define DIFFUSE 1e-3
/* Far below the rounding of 16-bit samples. */
#define SMALLEST_POWER 1e-9

typedef struct {
  Hermitian talker[2];
  int turns;
} Spatial;

static Spatial spatials[SEPARATED_BINS];
static double hops_learnt;

void wiener_reset(void) {
  for (int k = 0; k < SEPARATED_BINS; k++) {
    for (int talker = 0; talker < 2; talker++) spatials[k].talker[talker] = (Hermitian){1, 1, {0, 0}};
    spatials[k].turns = 0;
  }
  hops_learnt = 0;
}

static Hermitian scaled(Hermitian m, double factor) {
  return (Hermitian){m.a * factor, m.b * factor, scale(m.c, factor)};
}

/* Of a positive matrix; one that rounding left singular is taken as just not so. */
static Hermitian inverse(Hermitian m) {
  double determinant = m.a * m.b - power(m.c);
  double least = 1e-7 * m.a * m.b;
  double factor = 1 / (determinant < least ? least : determinant);
  return (Hermitian){m.b * factor, m.a * factor, scale(m.c, -factor)};
}

/* S - S Q S, what remains unknown of a talker whose covariance is S when the mixture's is inverse(Q). */
static Hermitian uncertainty(Hermitian s, Hermitian q) {
  Complex t00 = add((Complex){s.a * q.a, 0}, complex_product(s.c, conjugate(q.c)));
  Complex t01 = add(scale(q.c, s.a), scale(s.c, q.b));
  Complex t10 = add(scale(conjugate(s.c), q.a), scale(conjugate(q.c), s.b));
  Complex t11 = add(complex_product(conjugate(s.c), q.c), (Complex){s.b * q.b, 0});
  return (Hermitian){s.a - t00.re * s.a - complex_product(t01, conjugate(s.c)).re,
                     s.b - complex_product(t10, s.c).re - t11.re * s.b,
                     subtract(s.c, add(complex_product(t00, s.c), scale(t01, s.b)))};
}

static void towards(Hermitian *m, Hermitian target, double share) {
  m->a += share * (target.a - m->a);
  m->b += share * (target.b - m->b);
  m->c = add(m->c, scale(subtract(target.c, m->c), share));
}

/* Trace 2, and as much of a diffuse part as keeps it invertible. */
static void normalise(Hermitian *m, double share) {
  double mean = (m->a + m->b) / 2;
  if (!(mean > 1e-12)) {
    *m = (Hermitian){1, 1, {0, 0}};
    return;
  }
  *m = scaled(*m, 1 / mean);
  m->a += DIFFUSE * share;
  m->b += DIFFUSE * share;
  double largest = (1 - DIFFUSE) * m->a * m->b;
  double coherent = power(m->c);
  if (coherent > largest) m->c = scale(m->c, sqrt(largest / coherent));
}

static void learn(Hermitian *spatial, Hermitian posterior, const Complex mixing[2], double share) {
  Hermitian unmixed = inverse(*spatial);
  double variance = (unmixed.a * posterior.a + unmixed.b * posterior.b) / 2 +
                    complex_product(unmixed.c, conjugate(posterior.c)).re;
  if (!(variance > SMALLEST_POWER)) variance = SMALLEST_POWER;
  towards(spatial, scaled(posterior, 1 / variance), share);
  double factor = 2 / (power(mixing[0]) + power(mixing[1]) + 1e-30);
  Hermitian linear = {factor * power(mixing[0]), factor * power(mixing[1]),
                      scale(complex_product(mixing[0], conjugate(mixing[1])), factor)};
  towards(spatial, linear, PULL * share);
  normalise(spatial, share);
}

/* The columns of the demixing's inverse: how each output sounds at the microphones. */
static void invert(const Demixing *w, Complex mixing[2][2]) {
  Complex determinant = subtract(complex_product(w->first[0], w->second[1]), complex_product(w->first[1], w->second[0]));
  Complex factor = scale(conjugate(determinant), 1 / (power(determinant) + 1e-30));
  mixing[0][0] = complex_product(w->second[1], factor);
  mixing[0][1] = scale(complex_product(w->second[0], factor), -1);
  mixing[1][0] = scale(complex_product(w->first[1], factor), -1);
  mixing[1][1] = complex_product(w->first[0], factor);
}

/* Where IVA's outputs have changed places, so have the talkers. */
static void follow_turns(int k) {
  Spatial *spatial = &spatials[k];
  int turns = iva_turns(k);
  if (((turns ^ spatial->turns) & 1) != 0) {
    Hermitian first = spatial->talker[0];
    spatial->talker[0] = spatial->talker[1];
    spatial->talker[1] = first;
  }
  spatial->turns = turns;
}

static void separate(int k, const Complex x[2], double share, Complex output[2]) {
  Complex mixing[2][2];
  invert(iva_demixing(k), mixing);
  follow_turns(k);
  Hermitian sources[2];
  Complex y[2];
  crosstalk_output(k, x, y);
  for (int talker = 0; talker < 2; talker++) {
    double image = (power(mixing[talker][0]) + power(mixing[talker][1])) / 2 * power(y[talker]) + SMALLEST_POWER;
    sources[talker] = scaled(spatials[k].talker[talker], image);
  }
  double load = 1e-6 * (sources[0].a + sources[1].a + sources[0].b + sources[1].b);
  Hermitian mixture = {sources[0].a + sources[1].a + load, sources[0].b + sources[1].b + load,
                       add(sources[0].c, sources[1].c)};
  Hermitian q = inverse(mixture);
  Complex z0 = add(scale(x[0], q.a), complex_product(q.c, x[1]));
  Complex z1 = add(complex_product(conjugate(q.c), x[0]), scale(x[1], q.b));
  for (int talker = 0; talker < 2; talker++) {
    Hermitian s = sources[talker];
    Complex at_first = add(scale(z0, s.a), complex_product(s.c, z1));
    Complex at_second = add(complex_product(conjugate(s.c), z0), scale(z1, s.b));
    output[talker] = at_first;
    if (share == 0) continue;
    Hermitian posterior = uncertainty(s, q);
    posterior.a += power(at_first);
    posterior.b += power(at_second);
    posterior.c = add(posterior.c, complex_product(at_first, conjugate(at_second)));
    learn(&spatials[k].talker[talker], posterior, mixing[talker], share);
  }
}

void wiener_separate(Complex spectrum[BINS][2], int learn, Complex output[BINS][2]) {
  double share = 0;
  if (learn) {
    hops_learnt++;
    share = 1 / (hops_learnt < REMEMBERED_HOPS ? hops_learnt : REMEMBERED_HOPS);
  }
  for (int k = 0; k < BINS; k++) {
    if (k >= 1 && k < SEPARATED_BINS) {
      separate(k, spectrum[k], share, output[k]);
    } else {
      output[k][0] = output[k][1] = scale(spectrum[k][0], 0.5);
    }
  }
}
