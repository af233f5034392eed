package dev.microphone.processor.wasm;

import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import dev.microphone.transport.frame.CanonicalAudio;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The exports that version 1 of the ABI knows, with their types. */
final class PluginAbi {
    static final int VERSION = 1;
    static final String MEMORY = "memory";
    static final String PROCESS_FRAME = "process_frame";
    static final String PROCESS_REFERENCE = "process_reference";
    static final String FRAME_BUFFER = "frame_buffer";
    static final String CONFIGURE = "configure";
    static final String RESET = "reset";
    static final String LATENCY_SAMPLES = "latency_samples";
    static final String ABI_VERSION = "abi_version";
    static final String INITIALIZE = "_initialize";
    static final String HEAP_BASE = "__heap_base";
    /** Below it, memory is dead between two calls; that is what a module says that exports it. */
    static final String STACK_POINTER = "__stack_pointer";

    /** Of the default length: what a plugin's delay is asked for. */
    static final int USUAL_FRAME_BYTES =
            CanonicalAudio.samplesPerChannel(CanonicalAudio.DEFAULT_FRAME_MILLIS) * CanonicalAudio.BLOCK_LENGTH;

    private static final FunctionType RANGE_TO_INT =
            FunctionType.of(List.of(ValType.I32, ValType.I32), List.of(ValType.I32));
    private static final FunctionType RANGE_TO_NOTHING = FunctionType.of(List.of(ValType.I32, ValType.I32), List.of());
    private static final FunctionType TO_INT = FunctionType.of(List.of(), List.of(ValType.I32));
    private static final FunctionType TO_NOTHING = FunctionType.of(List.of(), List.of());

    /** Function exports by name, each with the types it may have; the first is the one to document. */
    static final Map<String, List<FunctionType>> FUNCTIONS = functions();

    private PluginAbi() {}

    /** What {@code configure} is given: {@code key=value} lines. */
    static String parameterLines(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static Map<String, List<FunctionType>> functions() {
        Map<String, List<FunctionType>> functions = new LinkedHashMap<>();
        functions.put(PROCESS_FRAME, List.of(RANGE_TO_INT));
        functions.put(PROCESS_REFERENCE, List.of(RANGE_TO_INT, RANGE_TO_NOTHING));
        functions.put(FRAME_BUFFER, List.of(FunctionType.of(List.of(ValType.I32), List.of(ValType.I32))));
        functions.put(CONFIGURE, List.of(RANGE_TO_INT));
        functions.put(RESET, List.of(TO_NOTHING));
        functions.put(LATENCY_SAMPLES, List.of(TO_INT));
        functions.put(ABI_VERSION, List.of(TO_INT));
        functions.put(INITIALIZE, List.of(TO_NOTHING));
        return functions;
    }
}
