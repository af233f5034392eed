/*
 * Upstream's parameters of experiments: always their defaults. Reading them is a third of the module, with scanf and
 * printf, and one function of it is longer than the JVM compiles.
 */
#ifndef AEC3_FIELD_TRIAL_PARSER_H
#define AEC3_FIELD_TRIAL_PARSER_H

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

namespace webrtc {

struct FieldTrialParameterInterface {};

template <typename T>
class FieldTrialParameter : public FieldTrialParameterInterface {
 public:
  constexpr FieldTrialParameter(absl::string_view, T value) : value_(value) {}
  constexpr T Get() const { return value_; }
  constexpr operator T() const { return value_; }

 private:
  T value_;
};

constexpr void ParseFieldTrial(std::initializer_list<FieldTrialParameterInterface *>, absl::string_view) {}

}  // namespace webrtc

#endif
