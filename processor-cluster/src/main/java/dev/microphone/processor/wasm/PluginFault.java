package dev.microphone.processor.wasm;

import java.util.Locale;

/** How a call into a plugin ended. All but {@link #NONE} end the instance. */
public enum PluginFault {
    NONE,
    /** A WASM trap: unreachable, division by zero, access outside the memory, … */
    TRAP,
    /** The time limit. */
    TIME_LIMIT,
    /** Calls nested too deeply. */
    STACK_LIMIT,
    /** A returned length that is not a multiple of 4, or longer than the frame. */
    BAD_LENGTH,
    /** The plugin said so: a returned length below 0. */
    REPORTED,
    /** The place it gave for the frame is outside its memory. */
    BAD_FRAME_ADDRESS,
    /** Not the plugin's: there was no memory for an instance of it, or for a snapshot. */
    NO_MEMORY;

    /** The label value that counters carry. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
