package dev.microphone.processor.wasm;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at a parsed module before anything of it runs. */
final class PluginValidator {
    /** Chicory puts this many functions into one class; more would need several, and no plugin comes near. */
    static final int MAX_FUNCTIONS = 10_000;

    static final int MAX_TABLE_ENTRIES = 65_536;

    /** More exports, globals or types than that have no use in a plugin, and each costs every load and instance. */
    static final int MAX_DEFINITIONS = 10_000;

    /** The compiler takes minutes for a million; a switch over bytes has 256. */
    static final int MAX_BRANCH_TABLE = 4_096;

    /**
     * For each type, the compiler writes a switch over the functions that have it. Where types are listed once, as all
     * toolchains do, these are as many as there are functions; a thousand equal ones take it half a minute.
     */
    static final int MAX_INDIRECT_TARGETS = 20_000;

    /** JVM methods take 255 words; the compiler adds two, and a 64-bit value counts twice. */
    static final int MAX_PARAMETERS = 100;

    /**
     * Instructions that take memory of the host without a limit, that change tables (an instance's state is its memory
     * and its globals, nothing else), or that the compiler does not know.
     */
    private static final Pattern REFUSED_NAMES = Pattern.compile(
            "TABLE_(GROW|SET|INIT|COPY|FILL)|ELEM_DROP|THROW.*|TRY_TABLE|RETURN_CALL.*|CALL_REF|STRUCT_.*|ARRAY_.*|REF_TEST.*|CAST_.*|BR_ON_.*|ANY_.*|EXTERN_.*"
                    + "|REF_I31|I31_.*|V128_.*|[IF](8|16|32|64)X[0-9]+_.*|MEM_ATOMIC.*|ATOMIC_FENCE|I(32|64)_ATOMIC_.*");

    private static final Set<OpCode> REFUSED = Arrays.stream(OpCode.values())
            .filter(opcode -> REFUSED_NAMES.matcher(opcode.name()).matches())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(OpCode.class)));

    private final WasmModule module;
    private final PluginLimits limits;
    private final List<PluginFinding> findings = new ArrayList<>();

    private PluginValidator(WasmModule module, PluginLimits limits) {
        this.module = module;
        this.limits = limits;
    }

    static List<PluginFinding> validate(WasmModule module, PluginLimits limits) {
        PluginValidator validator = new PluginValidator(module, limits);
        validator.imports();
        validator.memory();
        validator.tables();
        validator.definitions();
        validator.indirectTargets();
        validator.exports();
        validator.stackPointer();
        validator.code();
        return validator.findings;
    }

    private void error(String message) {
        findings.add(PluginFinding.error(message));
    }

    private void imports() {
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import imported = module.importSection().getImport(i);
            error("imports " + imported.importType().name().toLowerCase(Locale.ROOT) + " '" + imported.module() + "."
                    + imported.name() + "': a plugin has no imports");
        }
    }

    private void memory() {
        int memories =
                module.memorySection().map(section -> section.memoryCount()).orElse(0);
        if (memories != 1) {
            error("has " + memories + " memories: exactly 1 is needed");
            return;
        }
        MemoryLimits memory = module.memorySection().orElseThrow().getMemory(0).limits();
        if (memory.shared()) {
            error("has a shared memory: plugins have no threads");
        }
        if (memory.initialPages() > limits.memoryPages()) {
            error("asks for " + memory.initialPages() * 64L + " KiB of memory at start: the limit is "
                    + limits.memoryBytes() / 1024 + " KiB");
        }
    }

    private void tables() {
        int tables = module.tableSection().tableCount();
        if (tables > 1) {
            error("has " + tables + " tables: at most 1 is allowed");
        }
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            TableLimits table = module.tableSection().getTable(i).limits();
            if (table.min() > MAX_TABLE_ENTRIES) {
                error("has a table of " + table.min() + " entries: the limit is " + MAX_TABLE_ENTRIES);
            }
        }
    }

    private void definitions() {
        atMost(MAX_DEFINITIONS, module.exportSection().exportCount(), "exports");
        atMost(MAX_DEFINITIONS, module.globalSection().globalCount(), "globals");
        atMost(MAX_DEFINITIONS, module.typeSection().typeCount(), "types");
        atMost(MAX_DEFINITIONS, module.elementSection().elementCount(), "element segments");
        atMost(MAX_DEFINITIONS, module.dataSection().dataSegmentCount(), "data segments");
        for (int i = 0; i < Math.min(module.typeSection().typeCount(), MAX_DEFINITIONS); i++) {
            FunctionType type = module.typeSection().getType(i);
            if (type.params().size() > MAX_PARAMETERS || type.returns().size() > MAX_PARAMETERS) {
                error("has a function type of " + type.params().size() + " parameters and "
                        + type.returns().size() + " results: the limit is " + MAX_PARAMETERS);
                return;
            }
        }
    }

    private void indirectTargets() {
        Map<FunctionType, Integer> functionsOfType = new HashMap<>();
        for (int i = 0; i < module.functionSection().functionCount(); i++) {
            functionsOfType.merge(module.functionSection().getFunctionType(i, module.typeSection()), 1, Integer::sum);
        }
        long targets = 0;
        for (int i = 0; i < module.typeSection().typeCount(); i++) {
            targets += functionsOfType.getOrDefault(module.typeSection().getType(i), 0);
        }
        if (targets > MAX_INDIRECT_TARGETS) {
            error("repeats its function types: " + targets + " targets of indirect calls, the limit is "
                    + MAX_INDIRECT_TARGETS);
        }
    }

    private void atMost(int limit, int count, String what) {
        if (count > limit) {
            error("has " + count + " " + what + ": the limit is " + limit);
        }
    }

    private void exports() {
        Map<String, Export> exports = new TreeMap<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            exports.put(export.name(), export);
        }
        required(exports, PluginAbi.MEMORY, ExternalType.MEMORY);
        required(exports, PluginAbi.PROCESS_FRAME, ExternalType.FUNCTION);
        PluginAbi.FUNCTIONS.forEach((name, types) -> {
            Export export = exports.get(name);
            if (export != null) {
                function(export, types);
            }
        });
        if (exports.containsKey("_start")) {
            error("exports '_start': a plugin is a library (a reactor), not a command");
        }
    }

    private void required(Map<String, Export> exports, String name, ExternalType type) {
        Export export = exports.get(name);
        if (export == null) {
            error("does not export " + word(type) + " '" + name + "'");
        } else if (export.exportType() != type) {
            error("exports '" + name + "' as " + word(export.exportType()) + ": must be " + word(type));
        }
    }

    private void function(Export export, List<FunctionType> allowed) {
        if (export.exportType() != ExternalType.FUNCTION) {
            if (!export.name().equals(PluginAbi.PROCESS_FRAME)) {
                error("exports '" + export.name() + "' as " + word(export.exportType()) + ": must be function");
            }
            return;
        }
        int functions = module.importSection().count(ExternalType.FUNCTION)
                + module.functionSection().functionCount();
        if (export.index() >= functions) {
            error("exports '" + export.name() + "' as function " + export.index() + ": it has " + functions);
            return;
        }
        FunctionType type = typeOf(export.index());
        if (type != null && allowed.stream().noneMatch(type::equals)) {
            error("exports '" + export.name() + "' as " + signature(type) + ": must be " + signature(allowed.get(0)));
        }
    }

    /** Whoever exports it lets the host forget what lies below: there must be nothing but the stack. */
    private void stackPointer() {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (export.name().equals(PluginAbi.STACK_POINTER)) {
                stackPointer(export);
            }
        }
    }

    private void stackPointer(Export export) {
        if (export.exportType() != ExternalType.GLOBAL) {
            error("exports '" + export.name() + "' as " + word(export.exportType()) + ": must be global");
            return;
        }
        int globals = module.globalSection().globalCount();
        int index = export.index() - module.importSection().count(ExternalType.GLOBAL);
        if (index < 0 || index >= globals) {
            error("exports '" + export.name() + "' as global " + export.index() + ": it has " + globals);
            return;
        }
        Global global = module.globalSection().getGlobal(index);
        OptionalLong top = constant(global.initInstructions());
        if (global.mutabilityType() != MutabilityType.Var || !global.valueType().equals(ValType.I32) || top.isEmpty()) {
            error("exports '" + export.name() + "': must be a mutable i32 that begins with a constant");
            return;
        }
        for (DataSegment segment : module.dataSection().dataSegments()) {
            if (segment instanceof ActiveDataSegment active
                    && constant(active.offsetInstructions()).orElse(0) < top.getAsLong()) {
                error("exports '" + export.name() + "' with data below it: the stack must lie first (--stack-first)");
                return;
            }
        }
    }

    /** As an address; empty where it is computed. */
    private static OptionalLong constant(List<? extends Instruction> instructions) {
        boolean only = !instructions.isEmpty()
                && instructions.getFirst().opcode() == OpCode.I32_CONST
                && instructions.stream().skip(1).allMatch(next -> next.opcode() == OpCode.END);
        return only
                ? OptionalLong.of(
                        Integer.toUnsignedLong((int) instructions.getFirst().operand(0)))
                : OptionalLong.empty();
    }

    private @Nullable FunctionType typeOf(int functionIndex) {
        int index = functionIndex - module.importSection().count(ExternalType.FUNCTION);
        return index < 0 ? null : module.functionSection().getFunctionType(index, module.typeSection());
    }

    private void code() {
        if (module.startSection().isPresent()) {
            error("has a start function: use _initialize, which runs inside the limits");
        }
        int functions = module.codeSection().functionBodyCount();
        if (functions > MAX_FUNCTIONS) {
            error("has " + functions + " functions: the limit is " + MAX_FUNCTIONS);
        }
        Set<String> refused = new TreeSet<>();
        int longestTable = 0;
        for (int i = 0; i < functions; i++) {
            for (AnnotatedInstruction instruction :
                    module.codeSection().getFunctionBody(i).instructions()) {
                if (REFUSED.contains(instruction.opcode())) {
                    refused.add(instruction.opcode().name().toLowerCase(Locale.ROOT));
                } else if (instruction.opcode() == OpCode.BR_TABLE) {
                    longestTable = Math.max(longestTable, instruction.operands().length);
                }
            }
        }
        atMost(MAX_BRANCH_TABLE, longestTable, "branches in one br_table");
        if (!refused.isEmpty()) {
            error("uses " + String.join(", ", refused)
                    + ": allowed is WebAssembly 1.0 with sign extension, saturating conversion and bulk memory");
        }
    }

    private static String word(ExternalType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static String signature(FunctionType type) {
        return "(" + words(type.params()) + ") -> " + (type.returns().isEmpty() ? "nothing" : words(type.returns()));
    }

    private static String words(List<ValType> types) {
        return types.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "));
    }
}
