#include "microphone_parameters.h"

#include <math.h>
#include <string.h>

/* Digits beyond these change a double no more, and none is dropped silently: a longer number is refused. */
#define MAX_DIGITS 15

typedef struct {
  const char *at;
  const char *end;
} Text;

static Text trim(Text text) {
  while (text.at < text.end && (*text.at == ' ' || *text.at == '\t')) text.at++;
  while (text.at < text.end && (text.end[-1] == ' ' || text.end[-1] == '\t' || text.end[-1] == '\r')) text.end--;
  return text;
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

static int take_sign(Text *text) {
  if (text->at == text->end || (*text->at != '-' && *text->at != '+')) return 1;
  return *text->at++ == '-' ? -1 : 1;
}

/* 1 and the number, or 0. Exact for the numbers people write: one division or multiplication by a power of ten. */
static int read_number(Text text, double *number) {
  int sign = take_sign(&text);
  double digits = 0;
  int digit_count = 0;
  int exponent = 0;
  int after_point = 0;
  for (; text.at < text.end && (is_digit(*text.at) || (*text.at == '.' && !after_point)); text.at++) {
    if (*text.at == '.') {
      after_point = 1;
      continue;
    }
    if (++digit_count > MAX_DIGITS) return 0;
    digits = digits * 10 + (*text.at - '0');
    exponent -= after_point;
  }
  if (digit_count == 0) return 0;
  if (text.at < text.end && (*text.at == 'e' || *text.at == 'E')) {
    text.at++;
    int exponent_sign = take_sign(&text);
    if (text.at == text.end || text.end - text.at > 2) return 0;
    int written = 0;
    for (; text.at < text.end && is_digit(*text.at); text.at++) written = written * 10 + (*text.at - '0');
    exponent += exponent_sign * written;
  }
  if (text.at != text.end) return 0;
  double scale = 1;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--) scale *= 10;
  *number = sign * (exponent < 0 ? digits / scale : digits * scale);
  return 1;
}

static int read_line(Text line, const Parameter *parameters, double *values, int count) {
  Text key = {line.at, line.at};
  while (key.end < line.end && *key.end != '=') key.end++;
  if (key.end == line.end) return 0;
  Text value = trim((Text){key.end + 1, line.end});
  key = trim(key);
  for (int i = 0; i < count; i++) {
    size_t key_length = (size_t)(key.end - key.at);
    if (strlen(parameters[i].key) != key_length || memcmp(parameters[i].key, key.at, key_length) != 0) continue;
    double number;
    if (!read_number(value, &number)) return 0;
    if (number < parameters[i].minimum || number > parameters[i].maximum) return 0;
    values[i] = number;
    return 1;
  }
  return 0;
}

int32_t read_parameters(const char *text, int32_t length_bytes, Parameter *parameters, int count) {
  double values[MAX_PARAMETERS];
  if (count > MAX_PARAMETERS || length_bytes < 0 || length_bytes > MAX_PARAMETERS_TEXT_BYTES) return -1;
  for (int i = 0; i < count; i++) values[i] = parameters[i].value;
  Text rest = {text, text + length_bytes};
  for (int32_t number = 1; rest.at < rest.end; number++) {
    Text line = {rest.at, rest.at};
    while (line.end < rest.end && *line.end != '\n') line.end++;
    rest.at = line.end < rest.end ? line.end + 1 : line.end;
    line = trim(line);
    if (line.at < line.end && !read_line(line, parameters, values, count)) return -number;
  }
  for (int i = 0; i < count; i++) parameters[i].value = values[i];
  return 0;
}
