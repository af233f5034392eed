package dev.microphone.processor.wasm;

import java.util.List;
import java.util.Map;

/**
 * A module's class files.
 *
 * @param mainClass binary name of the class that implements Chicory's Machine
 * @param classes class files by binary name
 * @param hugeFunctions descriptions of functions too long for the JIT; they run some 15 times slower
 */
record CompiledPlugin(String mainClass, Map<String, byte[]> classes, List<String> hugeFunctions) {}
