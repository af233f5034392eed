/*
 * RNNoise's network, arranged for machines without vectors: this file takes the place of RNNoise 0.1's src/rnn.c, has
 * the same interface (rnn.h), and computes the same numbers, bit for bit: for every neuron the same products are added
 * in the same order, and the activations are upstream's.
 *
 * What differs is how they are walked. Upstream computes one neuron after the other, so that each addition waits for
 * the one before, and turns each 8-bit weight into a float each time it is used. Here the two large layers' weights (93 %
 * of all) become floats once, laid out in tiles: TILE neurons side by side, for each input their TILE weights in a row.
 * A tile's sums do not wait for each other and read memory straight on. Measured in the JVM: 255 to 155 us for a block
 * of 10 ms. The small layers keep their 8 bits, for memory; the large ones' 8 bits are spent then (rnn_prepare.h).
 */
#include "rnn.h"

#include <math.h>
#include <stdlib.h>

#include "rnn_data.h"
#include "rnn_prepare.h"
#include "tansig_table.h"

/* Divides the large layers. 4 measured 10 % slower, 8-bit weights 18 %. */
#define TILE 8
#define INPUT_COUNT 42

typedef struct {
  const rnn_weight *bias;
  const float *input_weights;
  const float *recurrent_weights;
  int input_count;
  int neuron_count;
  int activation;
} Layer;

extern const RNNModel rnnoise_model_orig;

static Layer noise_gru, denoise_gru;
static const RNNModel *model;

RnnSpent rnn_spent[RNN_SPENT_COUNT];

/* From rows of all columns to tiles: in a tile, row after row of its TILE columns. */
static const float *tile(const rnn_weight *weights, int rows, int columns) {
  if (columns % TILE != 0) __builtin_trap();
  float *tiles = malloc(sizeof(float) * rows * columns);
  float *next = tiles;
  for (int first = 0; first < columns; first += TILE) {
    for (int row = 0; row < rows; row++) {
      for (int column = first; column < first + TILE; column++) *next++ = weights[row * columns + column];
    }
  }
  return tiles;
}

static const float *spend(int which, const rnn_weight *weights, int rows, int columns) {
  const float *tiles = tile(weights, rows, columns);
  /* Not const where it is defined: rnn_weights.c. */
  rnn_spent[which] = (RnnSpent){.start = (rnn_weight *)weights, .bytes = (size_t)rows * columns};
  return tiles;
}

/* A recurrent layer's columns are its update gates, then its reset gates, then its outputs. */
static Layer recurrent_layer(const GRULayer *from, int spent_input, int spent_recurrent) {
  int columns = 3 * from->nb_neurons;
  return (Layer){.bias = from->bias,
                 .input_weights = spend(spent_input, from->input_weights, from->nb_inputs, columns),
                 .recurrent_weights = spend(spent_recurrent, from->recurrent_weights, from->nb_neurons, columns),
                 .input_count = from->nb_inputs,
                 .neuron_count = from->nb_neurons,
                 .activation = from->activation};
}

void rnn_prepare(void) {
  model = &rnnoise_model_orig;
  noise_gru = recurrent_layer(model->noise_gru, RNN_NOISE_INPUT, RNN_NOISE_RECURRENT);
  denoise_gru = recurrent_layer(model->denoise_gru, RNN_DENOISE_INPUT, RNN_DENOISE_RECURRENT);
}

/* Upstream's approximation: a table of tanh in steps of 1/25 and a cubic between them. */
static float tansig_approx(float x) {
  if (!(x < 8)) return 1;
  if (!(x > -8)) return -1;
  float sign = 1;
  if (x < 0) {
    x = -x;
    sign = -1;
  }
  int i = (int)floor(.5f + 25 * x);
  x -= .04f * i;
  float y = tansig_table[i];
  float slope = 1 - y * y;
  y = y + x * slope * (1 - y * x);
  return sign * y;
}

static float sigmoid_approx(float x) {
  return (float)(.5 + .5 * tansig_approx(.5f * x));
}

static float activate(int activation, float x) {
  if (activation == ACTIVATION_RELU) return x < 0 ? 0 : x;
  return activation == ACTIVATION_SIGMOID ? sigmoid_approx(x) : tansig_approx(x);
}

/* sums[k] += weights[j][k] * values[j], j in order. */
static inline __attribute__((always_inline)) void accumulate(float sums[TILE], const float *weights, const float *values, int count) {
  for (const float *end = values + count; values < end; values++, weights += TILE) {
    float value = *values;
    for (int k = 0; k < TILE; k++) sums[k] += weights[k] * value;
  }
}

/* As above with the values scaled: in upstream's order, weight times value times scale. */
static inline __attribute__((always_inline)) void accumulate_scaled(float sums[TILE], const float *weights, const float *values, const float *scales,
                                     int count) {
  for (const float *end = values + count; values < end; values++, scales++, weights += TILE) {
    float value = *values;
    float scale = *scales;
    for (int k = 0; k < TILE; k++) sums[k] += weights[k] * value * scale;
  }
}

/*
 * The sums of one tile of a layer, or from column `first`. Functions of their own, so that the JVM compiles these loops by themselves
 * and with nothing else alive in registers.
 */
static __attribute__((noinline)) void sum_small_tile(float *sums, const rnn_weight *weights, int columns,
                                                     const float *values, int count) {
  float own[TILE];
  for (int k = 0; k < TILE; k++) own[k] = sums[k];
  for (const float *end = values + count; values < end; values++, weights += columns) {
    float value = *values;
    for (int k = 0; k < TILE; k++) own[k] += weights[k] * value;
  }
  for (int k = 0; k < TILE; k++) sums[k] = own[k];
}

/* As above for any number of columns from 8 on: the last tile may overlap the one before, and is computed alone. */
static void sum_small(float *out, const rnn_weight *bias, int first, int end, const rnn_weight *weights, int columns,
                      const float *values, int count) {
  float sums[TILE];
  for (; first < end; first += TILE) {
    int at = first + TILE <= end ? first : end - TILE;
    for (int k = 0; k < TILE; k++) sums[k] = bias ? bias[at + k] : out[at + k];
    sum_small_tile(sums, weights + at, columns, values, count);
    for (int k = first - at; k < TILE; k++) out[at + k] = sums[k];
  }
}

static __attribute__((noinline)) void sum_gate_tile(const Layer *layer, int first, const float *input,
                                                    const float *state, float *out) {
  float sums[TILE];
  for (int k = 0; k < TILE; k++) sums[k] = layer->bias[first + k];
  accumulate(sums, layer->input_weights + first * layer->input_count, input, layer->input_count);
  accumulate(sums, layer->recurrent_weights + first * layer->neuron_count, state, layer->neuron_count);
  for (int k = 0; k < TILE; k++) out[first + k] = sums[k];
}

static __attribute__((noinline)) void sum_output_tile(const Layer *layer, int first, const float *input,
                                                      const float *state, const float *reset, float *out) {
  float sums[TILE];
  for (int k = 0; k < TILE; k++) sums[k] = layer->bias[first + k];
  accumulate(sums, layer->input_weights + first * layer->input_count, input, layer->input_count);
  accumulate_scaled(sums, layer->recurrent_weights + first * layer->neuron_count, state, reset, layer->neuron_count);
  for (int k = 0; k < TILE; k++) out[first + k] = sums[k];
}

static void compute_dense(const DenseLayer *layer, float *output, const float *input) {
  float sums[MAX_NEURONS];
  int n = layer->nb_neurons;
  sum_small(sums, layer->bias, 0, n, layer->input_weights, n, input, layer->nb_inputs);
  for (int i = 0; i < n; i++) output[i] = activate(layer->activation, WEIGHTS_SCALE * sums[i]);
}

static float compute_neuron(const DenseLayer *layer, const float *input) {
  float sum = layer->bias[0];
  for (int j = 0; j < layer->nb_inputs; j++) sum += layer->input_weights[j] * input[j];
  return activate(layer->activation, WEIGHTS_SCALE * sum);
}

/* A recurrent layer as upstream has it, for the small one whose 8-bit weights stay. */
static void compute_small_gru(const GRULayer *layer, float *state, const float *input) {
  float sums[3 * MAX_NEURONS];
  float scaled[MAX_NEURONS];
  int n = layer->nb_neurons;
  int columns = 3 * n;
  sum_small(sums, layer->bias, 0, columns, layer->input_weights, columns, input, layer->nb_inputs);
  sum_small(sums, NULL, 0, 2 * n, layer->recurrent_weights, columns, state, n);
  for (int i = 0; i < 2 * n; i++) sums[i] = sigmoid_approx(WEIGHTS_SCALE * sums[i]);
  /* Upstream's order of multiplications, which rounds otherwise than weight * (state * reset). */
  for (int i = 0; i < n; i++) {
    float sum = sums[2 * n + i];
    for (int j = 0; j < n; j++) sum += layer->recurrent_weights[j * columns + 2 * n + i] * state[j] * sums[n + j];
    scaled[i] = activate(layer->activation, WEIGHTS_SCALE * sum);
  }
  for (int i = 0; i < n; i++) state[i] = sums[i] * state[i] + (1 - sums[i]) * scaled[i];
}

static void compute_gru(const Layer *layer, float *state, const float *input) {
  float sums[3 * MAX_NEURONS];
  int n = layer->neuron_count;
  const float *update = sums;
  const float *reset = sums + n;
  for (int first = 0; first < 2 * n; first += TILE) sum_gate_tile(layer, first, input, state, sums);
  for (int i = 0; i < 2 * n; i++) sums[i] = sigmoid_approx(WEIGHTS_SCALE * sums[i]);
  for (int first = 2 * n; first < 3 * n; first += TILE) sum_output_tile(layer, first, input, state, reset, sums);
  for (int i = 0; i < n; i++) {
    float output = activate(layer->activation, WEIGHTS_SCALE * sums[2 * n + i]);
    state[i] = update[i] * state[i] + (1 - update[i]) * output;
  }
}

static float *append(float *to, const float *from, int count) {
  for (int i = 0; i < count; i++) to[i] = from[i];
  return to + count;
}

void compute_rnn(RNNState *rnn, float *gains, float *vad, const float *input) {
  float dense_out[MAX_NEURONS];
  float joined[3 * MAX_NEURONS];

  compute_dense(model->input_dense, dense_out, input);
  compute_small_gru(model->vad_gru, rnn->vad_gru_state, dense_out);
  *vad = compute_neuron(model->vad_output, rnn->vad_gru_state);

  float *end = append(joined, dense_out, model->input_dense_size);
  end = append(end, rnn->vad_gru_state, model->vad_gru_size);
  append(end, input, INPUT_COUNT);
  compute_gru(&noise_gru, rnn->noise_gru_state, joined);

  end = append(joined, rnn->vad_gru_state, model->vad_gru_size);
  end = append(end, rnn->noise_gru_state, noise_gru.neuron_count);
  append(end, input, INPUT_COUNT);
  compute_gru(&denoise_gru, rnn->denoise_gru_state, joined);
  compute_dense(model->denoise_output, gains, rnn->denoise_gru_state);
}
