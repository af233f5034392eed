package dev.microphone.standalone.batch;

import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which file becomes which. Made before anything is read or written, so that a contradiction costs nothing.
 *
 * @param items in the order in which they are begun
 */
public record BatchPlan(List<Item> items) {
    private static final List<String> INPUT_ENDINGS = List.of(".wav", ".wave");

    /**
     * One file's way.
     *
     * @param reference what the loudspeaker played meanwhile, for echo cancellation; null when there is none
     */
    public record Item(
            Path input,
            Path output,
            OutputFormat format,
            @Nullable Path reference) {
        Item(Path input, Path output, OutputFormat format) {
            this(input, output, format, null);
        }
    }

    /**
     * Decides.
     *
     * @param inputs files, and folders that are searched through; a file that does not exist is left for its turn, so
     *     that it does not stop the others
     * @param output a file for one input file, otherwise a folder; inside it the inputs keep their place below the
     *     folder they were found in
     * @param folderFormat of the files in an output folder
     * @param overwrite whether output files may exist
     * @throws UserError when it cannot be done as asked
     */
    public static BatchPlan of(List<Path> inputs, String output, OutputFormat folderFormat, boolean overwrite) {
        Path target = Path.of(output);
        List<Item> items = isFolder(inputs, output, target)
                ? intoFolder(inputs, target, folderFormat)
                : List.of(intoFile(inputs.get(0), target));
        refuseClashes(items);
        if (!overwrite) {
            refuseExisting(items);
        }
        return new BatchPlan(items);
    }

    /**
     * The same with a far end for each input.
     *
     * @param reference a file for one input file; a folder for inputs in folders, which holds for each input a file of
     *     the same place and name
     * @throws UserError when one is missing
     */
    public BatchPlan withReference(Path reference, List<Path> inputs) {
        List<Item> paired = new ArrayList<>();
        for (Item item : items) {
            Path file = Files.isDirectory(reference) ? reference.resolve(placeOf(item.input(), inputs)) : reference;
            if (items.size() > 1 && !Files.isDirectory(reference)) {
                throw UserError.badUsage("reference '" + reference + "' is one file for " + items.size()
                        + " inputs: name a folder with a file of the same name for each");
            }
            if (!Files.isRegularFile(file)) {
                throw UserError.badUsage("reference for " + item.input() + ": no such file: " + file);
            }
            paired.add(new Item(item.input(), item.output(), item.format(), file));
        }
        return new BatchPlan(paired);
    }

    /** Below the folder that it was found in; its name where it was named itself. */
    private static Path placeOf(Path file, List<Path> inputs) {
        return inputs.stream()
                .filter(input -> Files.isDirectory(input) && file.startsWith(input))
                .findFirst()
                .map(input -> input.relativize(file))
                .orElse(file.getFileName());
    }

    private static boolean isFolder(List<Path> inputs, String output, Path target) {
        if (output.endsWith("/") || Files.isDirectory(target)) {
            return true;
        }
        boolean manyInputs = inputs.size() > 1 || Files.isDirectory(inputs.get(0));
        if (manyInputs && (Files.exists(target) || OutputFormat.ofEnding(target).isPresent())) {
            throw UserError.badUsage(
                    "output '" + output + "' is a file, and there are several inputs: name a folder (" + output + "/)");
        }
        return manyInputs;
    }

    private static Item intoFile(Path input, Path target) {
        Optional<OutputFormat> format = OutputFormat.ofEnding(target);
        if (format.isEmpty()) {
            throw UserError.badUsage("output '" + target + "': the ending chooses the format, allowed are "
                    + String.join(" and ", OutputFormat.endings()) + "; a folder ends with a slash");
        }
        return new Item(input, target, format.get());
    }

    private static List<Item> intoFolder(List<Path> inputs, Path folder, OutputFormat format) {
        List<Item> items = new ArrayList<>();
        for (Path input : inputs) {
            if (!Files.isDirectory(input)) {
                items.add(new Item(input, folder.resolve(renamed(input.getFileName(), format)), format));
                continue;
            }
            for (Path file : audioFilesIn(input, folder)) {
                Path inside = input.relativize(file);
                items.add(new Item(file, folder.resolve(renamed(inside, format)), format));
            }
        }
        if (items.isEmpty()) {
            throw UserError.failed("nothing to process: no " + String.join(" or ", INPUT_ENDINGS) + " file in "
                    + String.join(", ", inputs.stream().map(Path::toString).toList()));
        }
        return items;
    }

    private static List<Path> audioFilesIn(Path folder, Path outputFolder) {
        Path ownOutput = outputFolder.toAbsolutePath().normalize();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            INPUT_ENDINGS.stream().anyMatch(file.toString().toLowerCase(Locale.ROOT)::endsWith))
                    .filter(Files::isRegularFile)
                    .filter(file -> isInput(file, folder, ownOutput))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw UserError.failed("folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** What an earlier run wrote into a folder below the inputs is no input of this one. */
    private static boolean isInput(Path file, Path folder, Path ownOutput) {
        boolean outputIsBelow = ownOutput.startsWith(folder.toAbsolutePath().normalize())
                && !ownOutput.equals(folder.toAbsolutePath().normalize());
        return !outputIsBelow || !file.toAbsolutePath().normalize().startsWith(ownOutput);
    }

    private static String renamed(Path file, OutputFormat format) {
        String name = file.toString();
        int dot = name.lastIndexOf('.');
        boolean hasEnding = dot > name.lastIndexOf('/') + 1;
        return (hasEnding ? name.substring(0, dot) : name) + format.ending();
    }

    private static void refuseClashes(List<Item> items) {
        Map<Path, Path> inputByOutput = new HashMap<>();
        for (Item item : items) {
            Path output = item.output().toAbsolutePath().normalize();
            if (output.equals(item.input().toAbsolutePath().normalize())) {
                throw UserError.badUsage(item.input() + " would be overwritten by its own result: name another output");
            }
            Path other = inputByOutput.putIfAbsent(output, item.input());
            if (other != null) {
                throw UserError.badUsage(other + " and " + item.input() + " would both become " + item.output()
                        + ": process them into different folders");
            }
        }
    }

    private static void refuseExisting(List<Item> items) {
        List<Path> existing =
                items.stream().map(Item::output).filter(Files::exists).toList();
        if (!existing.isEmpty()) {
            String others = existing.size() == 1 ? "" : " and " + (existing.size() - 1) + " more";
            throw UserError.failed(existing.get(0) + others + " exist" + (existing.size() == 1 ? "s" : "")
                    + " already: --force overwrites");
        }
    }
}
