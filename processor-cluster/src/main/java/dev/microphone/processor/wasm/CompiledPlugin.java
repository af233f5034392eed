package dev.microphone.processor.wasm;

import java.util.List;
import java.util.Map;

/**
 * A module, compiled: all that is needed to run it.
 *
 * @param skeleton the module without its code ({@link ModuleSkeleton})
 * @param mainClass binary name of the class that implements Chicory's Machine
 * @param classes class files by binary name
 * @param hugeFunctions descriptions of functions too long for the JIT; they run some 15 times slower
 */
@SuppressWarnings("ArrayRecordComponent") // written and read whole, never compared
record CompiledPlugin(byte[] skeleton, String mainClass, Map<String, byte[]> classes, List<String> hugeFunctions) {}
