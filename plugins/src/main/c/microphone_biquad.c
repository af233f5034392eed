#include "microphone_plugin.h"

typedef struct {
  double cosine;
  double sine;
} Angle;

static Angle angle_of(double hz) {
  double omega = 2 * M_PI * hz / MICROPHONE_SAMPLE_RATE_HZ;
  return (Angle){cos(omega), sin(omega)};
}

static BiquadCoefficients divided(double b0, double b1, double b2, double a0, double a1, double a2) {
  return (BiquadCoefficients){b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0};
}

BiquadCoefficients biquad_lowpass(double hz, double q) {
  Angle w = angle_of(hz);
  double alpha = w.sine / (2 * q);
  double b1 = 1 - w.cosine;
  return divided(b1 / 2, b1, b1 / 2, 1 + alpha, -2 * w.cosine, 1 - alpha);
}

BiquadCoefficients biquad_highpass(double hz, double q) {
  Angle w = angle_of(hz);
  double alpha = w.sine / (2 * q);
  double b1 = 1 + w.cosine;
  return divided(b1 / 2, -b1, b1 / 2, 1 + alpha, -2 * w.cosine, 1 - alpha);
}

BiquadCoefficients biquad_bandpass(double hz, double q) {
  Angle w = angle_of(hz);
  double alpha = w.sine / (2 * q);
  return divided(alpha, 0, -alpha, 1 + alpha, -2 * w.cosine, 1 - alpha);
}

BiquadCoefficients biquad_peak(double hz, double q, double db) {
  Angle w = angle_of(hz);
  double alpha = w.sine / (2 * q);
  double a = gain_of_db(db / 2);
  double middle = -2 * w.cosine;
  return divided(1 + alpha * a, middle, 1 - alpha * a, 1 + alpha / a, middle, 1 - alpha / a);
}

/* The cookbook's two shelves are mirror images: `side` is 1 for the low one, -1 for the high one. */
static BiquadCoefficients shelf(double hz, double slope, double db, double side) {
  Angle w = angle_of(hz);
  double a = gain_of_db(db / 2);
  double alpha = w.sine / 2 * sqrt((a + 1 / a) * (1 / slope - 1) + 2);
  double root = 2 * sqrt(a) * alpha;
  double cosine = side * w.cosine;
  return divided(
      a * ((a + 1) - (a - 1) * cosine + root),
      side * 2 * a * ((a - 1) - (a + 1) * cosine),
      a * ((a + 1) - (a - 1) * cosine - root),
      (a + 1) + (a - 1) * cosine + root,
      side * -2 * ((a - 1) + (a + 1) * cosine),
      (a + 1) + (a - 1) * cosine - root);
}

BiquadCoefficients biquad_low_shelf(double hz, double slope, double db) {
  return shelf(hz, slope, db, 1);
}

BiquadCoefficients biquad_high_shelf(double hz, double slope, double db) {
  return shelf(hz, slope, db, -1);
}

#define PIECE_SAMPLES 480

static int is_flat(const BiquadCoefficients *c) {
  return c->b0 == 1 && c->b1 == c->a1 && c->b2 == c->a2;
}

void biquads_run(Biquad *biquads, int count, int16_t *pcm, int samples) {
  static double piece[PIECE_SAMPLES];
  for (int at = 0; at < samples; at += PIECE_SAMPLES, pcm += BIQUAD_CHANNELS * PIECE_SAMPLES) {
    int length = samples - at < PIECE_SAMPLES ? samples - at : PIECE_SAMPLES;
    for (int c = 0; c < BIQUAD_CHANNELS; c++) {
      for (int i = 0; i < length; i++) piece[i] = pcm[BIQUAD_CHANNELS * i + c];
      for (int b = 0; b < count; b++) {
        if (!is_flat(&biquads[b].coefficients)) biquad_run(&biquads[b], c, piece, length);
      }
      for (int i = 0; i < length; i++) pcm[BIQUAD_CHANNELS * i + c] = to_sample(piece[i]);
    }
  }
}
