import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Prints, at the end of the build, which checks were skipped and why: {@code java tools/SkippedChecks.java ROOT}. */
class SkippedChecks {
    public static void main(String[] arguments) throws Exception {
        var testsByReason = new TreeMap<String, TreeSet<String>>();
        int run = 0;
        for (Path report : reports(Path.of(arguments[0]))) {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
            NodeList cases = document.getElementsByTagName("testcase");
            run += cases.getLength();
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                NodeList skips = test.getElementsByTagName("skipped");
                if (skips.getLength() > 0) {
                    Element skip = (Element) skips.item(0);
                    String reason = skip.hasAttribute("message") ? skip.getAttribute("message") : skip.getTextContent();
                    reason = reason.lines().findFirst().orElse("no reason given");
                    reason = reason.replaceFirst("^([\\w.]+: )?Assumption failed: ", "");
                    String name = test.getAttribute("classname").replaceFirst(".*\\.", "") + "." + test.getAttribute("name");
                    testsByReason.computeIfAbsent(reason, key -> new TreeSet<>()).add(name);
                }
            }
        }
        long skipped = testsByReason.values().stream().mapToLong(TreeSet::size).sum();
        System.out.println("Checks: " + run + ", of them skipped: " + skipped);
        testsByReason.forEach((reason, tests) -> {
            System.out.println("  skipped, " + reason + ":");
            tests.forEach(test -> System.out.println("    " + test));
        });
    }

    private static List<Path> reports(Path root) throws IOException {
        try (Stream<Path> paths = Files.find(root, 4, (path, attributes) -> path.getFileName().toString().matches("TEST-.*\\.xml")
                && path.getParent().endsWith("surefire-reports"))) {
            return paths.sorted().toList();
        }
    }
}
