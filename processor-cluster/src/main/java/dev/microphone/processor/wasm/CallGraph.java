package dev.microphone.processor.wasm;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which functions of a module call which; for modules without imports, where a function's index is its body's. */
final class CallGraph {
    private CallGraph() {}

    /**
     * The functions that may call themselves, directly or through others: what is left when functions that call nothing
     * left, and those that nothing left calls, are taken away until none goes. A call through a table may reach every
     * function whose address the module takes.
     */
    static Set<Integer> recursiveFunctions(WasmModule module) {
        int count = module.codeSection().functionBodyCount();
        List<Set<Integer>> callees = new ArrayList<>(count + 1);
        for (int i = 0; i < count; i++) {
            callees.add(callees(module.codeSection().getFunctionBody(i).instructions(), count));
        }
        // One more node for the table, so that a module of n functions never has n × n edges.
        callees.add(addressTaken(module));
        Set<Integer> left = new TreeSet<>();
        for (int i = 0; i <= count; i++) {
            left.add(i);
        }
        boolean changed = true;
        while (changed) {
            Set<Integer> called = new TreeSet<>();
            left.forEach(function -> called.addAll(callees.get(function)));
            changed = left.removeIf(function ->
                    !called.contains(function) || callees.get(function).stream().noneMatch(left::contains));
        }
        left.remove(count);
        return left;
    }

    private static Set<Integer> callees(List<AnnotatedInstruction> body, int table) {
        Set<Integer> callees = new TreeSet<>();
        for (AnnotatedInstruction instruction : body) {
            if (instruction.opcode() == OpCode.CALL) {
                callees.add((int) instruction.operand(0));
            } else if (instruction.opcode() == OpCode.CALL_INDIRECT) {
                callees.add(table);
            }
        }
        return callees;
    }

    private static Set<Integer> addressTaken(WasmModule module) {
        Set<Integer> functions = new TreeSet<>();
        for (Element element : module.elementSection().elements()) {
            element.initializers().forEach(initializer -> addReferences(functions, initializer));
        }
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            addReferences(functions, module.codeSection().getFunctionBody(i).instructions());
        }
        for (int i = 0; i < module.globalSection().globalCount(); i++) {
            addReferences(functions, module.globalSection().getGlobal(i).initInstructions());
        }
        return functions;
    }

    private static void addReferences(Set<Integer> functions, List<? extends Instruction> instructions) {
        for (Instruction instruction : instructions) {
            if (instruction.opcode() == OpCode.REF_FUNC) {
                functions.add((int) instruction.operand(0));
            }
        }
    }
}
