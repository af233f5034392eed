/*
 * What upstream's files name beside themselves on a processor that is no WASM: the reference that the plugin is
 * compared with. It takes the same scalar code as the plugin, or, built with MICROPHONE_UPSTREAM_AEC3, what WebRTC
 * would take on this processor: SSE2 and AVX2.
 */
#if defined(__x86_64__)
#include "system_wrappers/include/cpu_features_wrapper.h"

namespace webrtc {
int GetCPUInfo(CPUFeature feature) {
#ifdef MICROPHONE_UPSTREAM_AEC3
  return feature == kAVX2 ? __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                          : __builtin_cpu_supports("sse3");
#else
  (void)feature;
  return 0;
#endif
}
}  // namespace webrtc

#include "common_audio/resampler/sinc_resampler_sse.cc"
#include "common_audio/third_party/ooura/fft_size_128/ooura_fft_sse2.cc"

#pragma GCC target("avx2,fma")
#include "common_audio/resampler/sinc_resampler_avx2.cc"
#include "modules/audio_processing/aec3/adaptive_fir_filter_avx2.cc"
#include "modules/audio_processing/aec3/adaptive_fir_filter_erl_avx2.cc"
#include "modules/audio_processing/aec3/fft_data_avx2.cc"
#include "modules/audio_processing/aec3/matched_filter_avx2.cc"
#include "modules/audio_processing/aec3/vector_math_avx2.cc"
#else
typedef int aec3_native_is_for_native_x86_only;
#endif
