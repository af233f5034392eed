#ifndef MICROPHONE_NOISE_TRACKER_H
#define MICROPHONE_NOISE_TRACKER_H

/* Bins 0 to 24 kHz of a transform of 960. */
#define BINS 481

/* The noise's power in each bin, as far as it is known. */
extern float noise_power[BINS];

/* Forgets all. */
void noise_tracker_reset(void);

/* `power` of one window of 20 ms; every 10 ms. */
void noise_tracker_hear(const float *power);

#endif
