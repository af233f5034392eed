/** Loads WASM plugins, compiles them to bytecode that the JIT likes, and runs them inside limits. */
@NullMarked
package dev.microphone.processor.wasm;

import org.jspecify.annotations.NullMarked;
