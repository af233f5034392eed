/*
 * Upstream's weights without const: once the large layers are floats, their 8-bit form is memory to be used for other
 * things (rnn_prepare.h), which the compiler must know.
 */
#include "rnn.h"
#include "rnn_data.h"

#define const
#include "rnn_data.c"
