package dev.microphone.edge.source;

import java.util.List;
import java.util.stream.Collectors;

/** The one list of sources. */
public final class AudioSources {
    private static final List<SourceScheme> SCHEMES =
            List.of(new AlsaScheme(), new StdinScheme(), new ToneScheme(), new WavScheme());

    private AudioSources() {}

    /** One line a source, for help texts. */
    public static List<String> usage() {
        return SCHEMES.stream().map(SourceScheme::usage).toList();
    }

    static SourceScheme scheme(String name, String uri) {
        for (SourceScheme scheme : SCHEMES) {
            if (scheme.name().equals(name)) {
                return scheme;
            }
        }
        throw new SourceUriException("unknown source '" + name + ":' in '" + uri + "': known are " + known());
    }

    static String known() {
        return SCHEMES.stream().map(scheme -> scheme.name() + ":").collect(Collectors.joining(", "));
    }
}
