/* What the canceller needs of the rest of WebRTC and of Abseil, as one unit. */
#ifndef __wasm__
#define WEBRTC_LINUX
#endif
#include "modules/audio_processing/aec3/subband_erle_estimator.cc"
#include "api/audio/echo_canceller3_config.cc"
#include "common_audio/audio_util.cc"
#include "common_audio/channel_buffer.cc"
#include "common_audio/resampler/push_sinc_resampler.cc"
#include "common_audio/resampler/sinc_resampler.cc"
#include "common_audio/third_party/ooura/fft_size_128/ooura_fft.cc"
#include "modules/audio_processing/audio_buffer.cc"
#include "modules/audio_processing/high_pass_filter.cc"
#include "modules/audio_processing/logging/apm_data_dumper.cc"
#include "modules/audio_processing/splitting_filter.cc"
#include "modules/audio_processing/three_band_filter_bank.cc"
#include "modules/audio_processing/utility/cascaded_biquad_filter.cc"
#include "rtc_base/memory/aligned_malloc.cc"
#include "rtc_base/race_checker.cc"
#include "rtc_base/platform_thread_types.cc"
#include "system_wrappers/source/metrics.cc"

#ifdef __wasm__
/*
 * What C++ needs at run time, without messages: a check that fails, upstream's or the C++ library's, traps. Theirs would
 * bring printf along to say so, one function of which is longer than the JVM compiles.
 */
namespace rtc {
namespace webrtc_checks_impl {
void FatalLog(const char *, int) { __builtin_trap(); }
}  // namespace webrtc_checks_impl
}  // namespace rtc

_LIBCPP_BEGIN_NAMESPACE_STD
void __libcpp_verbose_abort(const char *, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

extern "C" void __cxa_pure_virtual() { __builtin_trap(); }

void *operator new(size_t bytes) { return malloc(bytes); }
void *operator new[](size_t bytes) { return malloc(bytes); }
void operator delete(void *memory) noexcept { free(memory); }
void operator delete[](void *memory) noexcept { free(memory); }
void operator delete(void *memory, size_t) noexcept { free(memory); }
void operator delete[](void *memory, size_t) noexcept { free(memory); }
#else
#include "rtc_base/checks.cc"
#include "rtc_base/experiments/field_trial_parser.cc"
#include "rtc_base/string_encode.cc"
#include "rtc_base/string_utils.cc"
#include "rtc_base/strings/string_builder.cc"
#include "system_wrappers/source/field_trial.cc"
#include "absl/types/bad_optional_access.cc"
#include "absl/base/internal/raw_logging.cc"
#include "absl/strings/string_view.cc"
#include "absl/strings/match.cc"
#include "absl/strings/internal/memutil.cc"
#include "absl/strings/ascii.cc"
#endif
