package dev.microphone.edge.source;

/** One kind of source. */
interface SourceScheme {
    /** What stands before the first colon. */
    String name();

    /** One line for the help text, such as {@code wav:FILE[?loop]}. */
    String usage();

    /**
     * Checks what the user wrote without opening anything.
     *
     * @param target between scheme and options: a file, a device, or nothing
     * @throws SourceUriException with the value found and what is allowed
     */
    SourceOpener conclude(String target, SourceOptions options);
}
