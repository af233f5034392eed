#ifndef MICROPHONE_RNN_PREPARE_H
#define MICROPHONE_RNN_PREPARE_H
#include <stddef.h>

/* The 8-bit weights that are used no more once they are floats. */
enum { RNN_NOISE_INPUT, RNN_NOISE_RECURRENT, RNN_DENOISE_INPUT, RNN_DENOISE_RECURRENT, RNN_SPENT_COUNT };

typedef struct {
  void *start;
  size_t bytes;
} RnnSpent;

/*
 * Lays out the large layers' weights for compute_rnn(): before anything else, so that the layout is part of a fresh
 * instance and no part of what a snapshot has to carry. Their 8-bit form, rnn_spent, may be written over then.
 */
void rnn_prepare(void);
extern RnnSpent rnn_spent[RNN_SPENT_COUNT];
#endif
