package dev.microphone.processor.wasm;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which functions of a module call which; for modules without imports, where a function's index is its body's. */
final class CallGraph {
    private CallGraph() {}

    /**
     * The functions that may call themselves, directly or through others: what is left when functions from which every
     * way ends, and those to which every way has a beginning, are taken away. A call through a table may reach every
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
        List<Set<Integer>> callers = reversed(callees);
        Set<Integer> left = withoutDeadEnds(callees, callers);
        left.retainAll(withoutDeadEnds(callers, callees));
        left.remove(count);
        return left;
    }

    private static List<Set<Integer>> reversed(List<Set<Integer>> edges) {
        List<Set<Integer>> reversed = new ArrayList<>();
        edges.forEach(targets -> reversed.add(new TreeSet<>()));
        for (int i = 0; i < edges.size(); i++) {
            for (int target : edges.get(i)) {
                reversed.get(target).add(i);
            }
        }
        return reversed;
    }

    /** The nodes from which a way goes on for ever. In time proportional to the edges: a chain may be 10,000 long. */
    private static Set<Integer> withoutDeadEnds(List<Set<Integer>> next, List<Set<Integer>> previous) {
        Set<Integer> left = new TreeSet<>();
        int[] waysOn = new int[next.size()];
        Deque<Integer> ends = new ArrayDeque<>();
        for (int i = 0; i < waysOn.length; i++) {
            left.add(i);
            waysOn[i] = next.get(i).size();
            if (waysOn[i] == 0) {
                ends.add(i);
            }
        }
        while (!ends.isEmpty()) {
            int end = ends.remove();
            left.remove(end);
            for (int before : previous.get(end)) {
                if (--waysOn[before] == 0) {
                    ends.add(before);
                }
            }
        }
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
