package dev.microphone.processor.chain;

/** A chain that cannot be read. The message is one line for the user. */
public final class ChainSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** @param position in the text, from 0 */
    ChainSyntaxException(String text, int position, String message) {
        super("chain '" + text + "', position " + (position + 1) + ": " + message);
    }
}
