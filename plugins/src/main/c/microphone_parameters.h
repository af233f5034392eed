/* Reads what configure() is given, for plugins whose parameters are numbers. */
#ifndef MICROPHONE_PARAMETERS_H
#define MICROPHONE_PARAMETERS_H

#include <stdint.h>

typedef struct {
  const char *key;
  double minimum;
  double maximum;
  double value;
} Parameter;

/* configure()'s limit: more text than any plugin's parameters need. */
#define MAX_PARAMETERS_TEXT_BYTES 4096
/* An equaliser's: five bands of three. More than that on one line of a chain nobody reads. */
#define MAX_PARAMETERS 16

/*
 * Sets the values of `parameters` from lines `key=value` (decimal, an exponent is allowed; spaces around key and value
 * and empty lines are skipped). Returns 0, or -n for the first line n that names no parameter here or whose value is no
 * number from minimum to maximum; then no value has changed. `count` is at most MAX_PARAMETERS.
 */
int32_t read_parameters(const char *text, int32_t length_bytes, Parameter *parameters, int count);

#endif
