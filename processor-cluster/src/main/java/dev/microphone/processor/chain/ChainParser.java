package dev.microphone.processor.chain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code plugin[(key=value{,key=value})]{,plugin…}}. A reference holds anything but {@code ( ) , =}; a key holds
 * letters, digits, '-' and '_'; a value anything but {@code ( ) ,} and line ends. Spaces around each are dropped.
 */
final class ChainParser {
    private final String text;
    private int position;

    ChainParser(String text) {
        this.text = text;
    }

    ChainSpec parse() {
        if (text.strip().equals("none")) {
            return ChainSpec.NONE;
        }
        List<PluginSpec> plugins = new ArrayList<>();
        do {
            plugins.add(plugin());
            if (plugins.size() > ChainSpec.MAX_PLUGINS) {
                throw new ChainSyntaxException(text, position, "more than " + ChainSpec.MAX_PLUGINS + " plugins");
            }
        } while (take(','));
        if (position < text.length()) {
            throw new ChainSyntaxException(text, position, "found " + found() + ", expected ',' or the end");
        }
        return new ChainSpec(plugins);
    }

    private PluginSpec plugin() {
        int start = position;
        String reference = word("(),=\n\r");
        if (reference.isEmpty()) {
            throw new ChainSyntaxException(
                    text,
                    position,
                    "found " + found() + ", expected a plugin's name, a path to a .wasm file, or 'none'");
        }
        if (reference.equals("none")) {
            throw new ChainSyntaxException(text, start, "'none' stands alone, it cannot be combined with plugins");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        if (take('(')) {
            do {
                parameter(parameters);
            } while (take(','));
            if (!take(')')) {
                throw new ChainSyntaxException(text, position, "found " + found() + ", expected ',' or ')'");
            }
            skipSpaces();
        }
        return new PluginSpec(reference, parameters);
    }

    private void parameter(Map<String, String> parameters) {
        int start = position;
        String key = word("(),=\n\r");
        if (!key.matches("[A-Za-z0-9_-]+")) {
            throw new ChainSyntaxException(
                    text,
                    start,
                    "found '" + key + "', expected a parameter as key=value, the key of letters, digits, '-', '_'");
        }
        if (!take('=')) {
            throw new ChainSyntaxException(
                    text, position, "found " + found() + ", expected '=' and a value for '" + key + "'");
        }
        String value = word("(),\n\r");
        if (value.isEmpty()) {
            throw new ChainSyntaxException(text, position, "found " + found() + ", expected a value for '" + key + "'");
        }
        if (parameters.putIfAbsent(key, value) != null) {
            throw new ChainSyntaxException(text, start, "parameter '" + key + "' is given twice");
        }
    }

    private String word(String ends) {
        int start = position;
        while (position < text.length() && ends.indexOf(text.charAt(position)) < 0) {
            position++;
        }
        return text.substring(start, position).strip();
    }

    private void skipSpaces() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
    }

    private boolean take(char expected) {
        if (position < text.length() && text.charAt(position) == expected) {
            position++;
            return true;
        }
        return false;
    }

    private String found() {
        return position < text.length() ? "'" + text.charAt(position) + "'" : "the end";
    }
}
