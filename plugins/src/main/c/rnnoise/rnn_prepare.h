#ifndef MICROPHONE_RNN_PREPARE_H
#define MICROPHONE_RNN_PREPARE_H
#include "rnnoise.h"

/*
 * Lays out the model's weights for compute_rnn(), which does it by itself on first use if need be: done at start, the
 * layout is part of a fresh instance and no part of what a snapshot has to carry.
 */
void rnn_prepare(const RNNModel *model);
#endif
