package dev.microphone.processor.chain;

import dev.microphone.plugins.OfficialPlugins;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What official plugins take, read from the tables of their pages. */
final class OfficialParameters {
    /** {@code | `key` | range | default | …} */
    private static final Pattern ROW = Pattern.compile("\\|\\s*`([A-Za-z0-9_-]+)`\\s*\\|([^|]*)\\|([^|]*)\\|.*");

    private OfficialParameters() {}

    /**
     * Words to put behind a complaint about a parameter.
     *
     * @param parameter that was refused
     * @return empty when the page says nothing
     */
    static String hint(String plugin, String parameter) {
        Map<String, String> known = read(plugin);
        String range = known.get(parameter);
        if (range != null) {
            return ": allowed is " + range;
        }
        return known.isEmpty() ? "" : ": it takes " + words(known);
    }

    private static String words(Map<String, String> known) {
        StringBuilder words = new StringBuilder();
        known.forEach((key, range) -> words.append(words.isEmpty() ? "" : ", ")
                .append(key)
                .append(" (")
                .append(range)
                .append(')'));
        return words.toString();
    }

    private static Map<String, String> read(String plugin) {
        Map<String, String> parameters = new LinkedHashMap<>();
        try (InputStream page = OfficialPlugins.page(plugin)) {
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .map(ROW::matcher)
                    .filter(Matcher::matches)
                    .forEach(row -> parameters.put(
                            row.group(1),
                            row.group(2).strip() + ", default " + row.group(3).strip()));
        } catch (IOException e) {
            // Without its page the complaint stands without a hint.
            return Map.of();
        }
        return parameters;
    }
}
