package dev.microphone.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. All modules are on the class path here. */
@AnalyzeClasses(packages = "dev.microphone", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyRulesTest {
    private static final String TRANSPORT = "dev.microphone.transport..";
    private static final String EDGE = "dev.microphone.edge..";
    private static final String PROCESSOR = "dev.microphone.processor..";
    private static final String ROUTER = "dev.microphone.router..";
    private static final String STANDALONE = "dev.microphone.standalone..";
    private static final String PLUGINS = "dev.microphone.plugins..";

    @ArchTest
    static final ArchRule EDGE_AGENT_KNOWS_NO_OTHER_SERVICE = noClasses()
            .that()
            .resideInAPackage(EDGE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROCESSOR, ROUTER, STANDALONE, PLUGINS);

    @ArchTest
    static final ArchRule PROCESSOR_KNOWS_NO_OTHER_SERVICE = noClasses()
            .that()
            .resideInAPackage(PROCESSOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EDGE, ROUTER, STANDALONE);

    @ArchTest
    static final ArchRule ROUTER_KNOWS_NO_OTHER_SERVICE = noClasses()
            .that()
            .resideInAPackage(ROUTER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EDGE, PROCESSOR, STANDALONE, PLUGINS);

    @ArchTest
    static final ArchRule TRANSPORT_KNOWS_NO_SERVICE = noClasses()
            .that()
            .resideInAPackage(TRANSPORT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(EDGE, PROCESSOR, ROUTER, STANDALONE, PLUGINS);

    @ArchTest
    static final ArchRule EDGE_AGENT_HAS_NO_KAFKA_AND_NO_AVRO = noClasses()
            .that()
            .resideInAnyPackage(EDGE, TRANSPORT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..");

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching("dev.microphone.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_PICOCLI = noClasses()
            .that()
            .resideOutsideOfPackages("dev.microphone.standalone.command..", "dev.microphone.standalone")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule ONLY_TELEMETRY_KNOWS_OPENTELEMETRY = noClasses()
            .that()
            .resideOutsideOfPackage("dev.microphone.standalone.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry..", "io.prometheus..");
}
