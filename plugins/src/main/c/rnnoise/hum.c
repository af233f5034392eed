#include "hum.h"

/*
 * Time constants, found with recorded voices: quicker in pauses, the ends of words are learned as hum; slower in speech,
 * mains 0.1 % off their frequency drift away.
 */
#define PAUSE_SECONDS 0.3
#define SPEECH_SECONDS 3.0
/* At first all is taken for a pause, since RNNoise takes hum for a voice; and as quick as its mean allows. */
#define FIRST_BLOCKS 50
#define FIRST_SECONDS 0.02
#define SPEECH_FROM 0.5f

void hum_take(Hum *hum, double mains_hz, double turns, float *samples, int count) {
  int pause = hum->blocks < FIRST_BLOCKS || hum->voice < SPEECH_FROM;
  double seconds = FIRST_SECONDS + (double)hum->blocks * count / MICROPHONE_SAMPLE_RATE_HZ;
  if (seconds > PAUSE_SECONDS) seconds = pause ? PAUSE_SECONDS : SPEECH_SECONDS;
  if (hum->blocks < FIRST_BLOCKS) hum->blocks++;
  double step = 2 / (seconds * MICROPHONE_SAMPLE_RATE_HZ);
  for (int h = 0; h < HUM_HARMONICS; h++) {
    double angle = 2 * M_PI * (h + 1) * turns;
    double turn = 2 * M_PI * (h + 1) * mains_hz / MICROPHONE_SAMPLE_RATE_HZ;
    double c = cos(angle), s = sin(angle), turn_c = cos(turn), turn_s = sin(turn);
    double cosine = hum->cosine[h], sine = hum->sine[h];
    for (int i = 0; i < count; i++) {
      double left = samples[i] - cosine * c - sine * s;
      cosine += step * left * c;
      sine += step * left * s;
      samples[i] = (float)left;
      double next = c * turn_c - s * turn_s;
      s = s * turn_c + c * turn_s;
      c = next;
    }
    hum->cosine[h] = without_denormals(cosine);
    hum->sine[h] = without_denormals(sine);
  }
}
