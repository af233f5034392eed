package dev.microphone.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may know whom. All modules are on the class path here. */
class DependencyRulesTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.microphone");

    private static final String TRANSPORT = "dev.microphone.transport..";
    private static final String EDGE = "dev.microphone.edge..";
    private static final String PROCESSOR = "dev.microphone.processor..";
    private static final String ROUTER = "dev.microphone.router..";
    private static final String STANDALONE = "dev.microphone.standalone..";
    private static final String PLUGINS = "dev.microphone.plugins..";
    private static final String SCHEMAS = "dev.microphone.schemas..";
    private static final String BROKER_OF_TESTS = "dev.microphone.kafka..";

    @Test
    void shouldKeepTheEdgeAgentApartFromTheOtherServices() {
        noClasses()
                .that()
                .resideInAPackage(EDGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROCESSOR, ROUTER, STANDALONE, PLUGINS, SCHEMAS)
                .check(CLASSES);
    }

    @Test
    void shouldKeepTheProcessorApartFromTheOtherServices() {
        noClasses()
                .that()
                .resideInAPackage(PROCESSOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(EDGE, ROUTER, STANDALONE)
                .check(CLASSES);
    }

    @Test
    void shouldKeepTheRouterApartFromTheOtherServices() {
        noClasses()
                .that()
                .resideInAPackage(ROUTER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(EDGE, PROCESSOR, STANDALONE, PLUGINS)
                .check(CLASSES);
    }

    @Test
    void shouldKeepTransportFreeOfServices() {
        noClasses()
                .that()
                .resideInAPackage(TRANSPORT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(EDGE, PROCESSOR, ROUTER, STANDALONE, PLUGINS, SCHEMAS)
                .check(CLASSES);
    }

    @Test
    void shouldKeepSchemasFreeOfServicesAndOfTransport() {
        noClasses()
                .that()
                .resideInAPackage(SCHEMAS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(EDGE, PROCESSOR, ROUTER, STANDALONE, PLUGINS, TRANSPORT)
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoBrokerButInTestsAndTheClusterForTrying() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BROKER_OF_TESTS, "dev.microphone.standalone.cluster..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BROKER_OF_TESTS)
                .check(CLASSES);
    }

    @Test
    void shouldKeepAvroBehindTheSchemas() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.microphone.schemas.avro..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.avro..")
                .check(CLASSES);
    }

    /** Not only unused: the jars are not there. */
    @Test
    void shouldHaveNoJarOfKafkaOrAvroOnTheClassPathOfTheDevice() throws IOException {
        for (String module : List.of("edge-agent", "transport")) {
            String pom = Files.readString(Path.of("..", module, "pom.xml"));
            for (String artifact : List.of("kafka", "avro", "microphone-schemas", "microphone-standalone")) {
                assertFalse(pom.contains(artifact), module + " depends on " + artifact);
            }
        }
    }

    @Test
    void shouldKeepKafkaAndAvroOffTheDevice() {
        noClasses()
                .that()
                .resideInAnyPackage(EDGE, TRANSPORT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCyclesOfPackages() {
        slices().assignedFrom(new Packages()).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldKeepPicocliInTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.microphone.standalone.command..", "dev.microphone.standalone")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }

    @Test
    void shouldKeepOpenTelemetryInTelemetry() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.microphone.standalone.telemetry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.opentelemetry..", "io.prometheus..")
                .check(CLASSES);
    }

    /** Every package is one, but for the kinds of sink: they and the list in which each registers belong together. */
    private static final class Packages implements SliceAssignment {
        private static final String SINKS = "dev.microphone.router.sink";

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (!name.startsWith("dev.microphone")) {
                return SliceIdentifier.ignore();
            }
            return SliceIdentifier.of(name.startsWith(SINKS) ? SINKS : name);
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
