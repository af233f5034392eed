package dev.microphone.router.sink;

/**
 * Where frames shall go, as users write it: {@code wav:recordings/}, {@code flac:voice.flac}, {@code ws:}.
 *
 * @param scheme one of {@link SinkKinds}
 * @param target what follows the colon; its meaning is the scheme's
 */
public record SinkUri(String scheme, String target) {
    /** @throws IllegalArgumentException when there is no such kind of sink; the message lists those there are */
    public static SinkUri parse(String text) {
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? "" : text.substring(0, colon);
        SinkKinds.ofScheme(scheme, text);
        return new SinkUri(scheme, text.substring(colon + 1));
    }

    /** The kind of sink that opens this. */
    public SinkKind kind() {
        return SinkKinds.ofScheme(scheme, toString());
    }

    @Override
    public String toString() {
        return scheme + ":" + target;
    }
}
