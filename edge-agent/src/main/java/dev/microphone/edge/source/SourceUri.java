package dev.microphone.edge.source;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A source as the user names it, {@code scheme:target?option&key=value}, checked but not opened.
 *
 * <p>The options begin at the last question mark, and nothing is percent-decoded: a file whose name holds a question
 * mark is written with one more at its end ({@code wav:what?.wav?}).
 */
public final class SourceUri {
    private final String text;
    private final SourceOpener opener;

    private SourceUri(String text, SourceOpener opener) {
        this.text = text;
        this.opener = opener;
    }

    /**
     * @throws SourceUriException with one line that names the value found and what is allowed
     */
    public static SourceUri parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new SourceUriException("source '" + text + "' has no scheme: known are " + AudioSources.known()
                    + " (a file is wav:" + text + ")");
        }
        SourceScheme scheme = AudioSources.scheme(text.substring(0, colon), text);
        int question = text.lastIndexOf('?');
        boolean hasOptions = question > colon;
        String target = text.substring(colon + 1, hasOptions ? question : text.length());
        Map<String, String> values = hasOptions ? pairs(text, text.substring(question + 1)) : Map.of();
        SourceOptions options = new SourceOptions(text, scheme.usage(), values);
        SourceOpener opener = scheme.conclude(target, options);
        options.refuseOthers();
        return new SourceUri(text, opener);
    }

    private static Map<String, String> pairs(String uri, String query) {
        Map<String, String> values = new LinkedHashMap<>();
        int from = 0;
        while (from < query.length()) {
            int to = query.indexOf('&', from);
            to = to < 0 ? query.length() : to;
            String pair = query.substring(from, to);
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            if (values.putIfAbsent(key, value) != null) {
                throw new SourceUriException("option '" + key + "' stands twice in '" + uri + "'");
            }
            from = to + 1;
        }
        return values;
    }

    /** Opens the source; the caller closes it. */
    public AudioSource open() throws SourceException {
        return opener.open();
    }

    /** As the user wrote it. */
    @Override
    public String toString() {
        return text;
    }
}
