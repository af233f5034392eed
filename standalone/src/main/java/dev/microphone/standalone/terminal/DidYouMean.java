package dev.microphone.standalone.terminal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds what a misspelt word was meant to be. */
public final class DidYouMean {
    private DidYouMean() {}

    /**
     * A sentence to append to an error.
     *
     * @return {@code ", did you mean 'x'?"}, or the empty string when nothing is near: at most a third of the letters
     *     differ, and at least one may
     */
    public static String suffix(String found, Collection<String> allowed) {
        String word = found.toLowerCase(Locale.ROOT);
        int limit = Math.max(1, found.length() / 3);
        return allowed.stream()
                .filter(candidate -> distance(word, candidate.toLowerCase(Locale.ROOT)) <= limit)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate.toLowerCase(Locale.ROOT))))
                .map(candidate -> ", did you mean '" + candidate + "'?")
                .orElse("");
    }

    /** Insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein, restricted). */
    static int distance(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[from.length()][to.length()];
    }
}
