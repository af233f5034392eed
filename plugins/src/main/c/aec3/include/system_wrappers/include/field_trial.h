/* Upstream's switches for experiments, none of which is on: as constants, so that the compiler leaves out both sides. */
#ifndef AEC3_FIELD_TRIAL_H
#define AEC3_FIELD_TRIAL_H

#include <string>

#include "absl/strings/string_view.h"

namespace webrtc {
namespace field_trial {

inline std::string FindFullName(absl::string_view) { return std::string(); }
constexpr bool IsEnabled(absl::string_view) { return false; }
constexpr bool IsDisabled(absl::string_view) { return false; }

}  // namespace field_trial
}  // namespace webrtc

#endif
