package dev.microphone.processor.wasm;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.BALOAD;
import static org.objectweb.asm.Opcodes.BASTORE;
import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GETSTATIC;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IRETURN;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.RETURN;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Translates one function, {@code func_N(parameters…, Memory, Instance)}; see {@link BytecodeTranslator}. */
final class FunctionTranslator {
    private static final String VAR_HANDLE = "java/lang/invoke/VarHandle";
    private static final String READ = "memoryRead";
    private static final String WRITE = "memoryWrite";

    private final String className;
    private final InsnList code;
    private final MethodNode method;
    private final int memorySlot;
    private final int bytesSlot;
    private final int addressSlot;
    private final int valueSlot;
    private final boolean inlinesAccess;
    private boolean usesBytes;

    FunctionTranslator(String className, MethodNode method, boolean inlinesAccess) {
        this.inlinesAccess = inlinesAccess;
        this.className = className;
        this.method = method;
        this.code = method.instructions;
        // The last two of the parameters, and what getArgumentsAndReturnSizes counts for 'this'.
        this.memorySlot = (Type.getArgumentsAndReturnSizes(method.desc) >> 2) - 1 - 2;
        this.bytesSlot = method.maxLocals;
        this.addressSlot = bytesSlot + 1;
        this.valueSlot = addressSlot + 1;
    }

    /** @return whether the function uses its class's loop poll */
    boolean translate(boolean recursive) {
        removePolls();
        boolean callsOthers = callsFunctions(0, code.size());
        boolean hasLoopPolls = addLoopPolls();
        for (AbstractInsnNode i = code.getFirst(); i != null; ) {
            AbstractInsnNode next = i.getNext();
            if (i instanceof MethodInsnNode call) {
                next = translateCall(call);
            }
            i = next;
        }
        CountedLoop counted = new CountedLoop(code, valueSlot + 2);
        backwardJumps().forEach(back -> counted.rewrite(back.from()));
        InsnList prologue = new InsnList();
        if (recursive) {
            prologue.add(runtimeCall("enter"));
            addLeaveBeforeReturns();
        } else if (callsOthers) {
            // Sixty functions that call the next one twice are 2^60 calls without a loop.
            prologue.add(runtimeCall("poll"));
        }
        if (usesBytes) {
            prologue.add(loadBytes());
        }
        code.insert(prologue);
        return hasLoopPolls;
    }

    private void removePolls() {
        for (AbstractInsnNode i = code.getFirst(); i != null; ) {
            AbstractInsnNode next = i.getNext();
            if (i instanceof MethodInsnNode call && call.name.equals("checkInterruption")) {
                code.remove(i);
            }
            i = next;
        }
    }

    /**
     * Every loop polls at its head: by the loop poll where it is an innermost one without calls, by a memory read
     * elsewhere.
     */
    private boolean addLoopPolls() {
        List<BackwardJump> jumps = backwardJumps();
        Map<LabelNode, Boolean> innermost = new HashMap<>();
        for (BackwardJump jump : jumps) {
            boolean isInnermost =
                    jumps.stream().noneMatch(jump::encloses) && !callsFunctions(jump.targetPosition(), jump.position());
            innermost.merge(jump.target(), isInnermost, Boolean::logicalAnd);
        }
        innermost.forEach((head, is) -> code.insert(head, is ? loopPoll() : runtimeCall("poll")));
        return innermost.containsValue(true);
    }

    private List<BackwardJump> backwardJumps() {
        List<BackwardJump> jumps = new ArrayList<>();
        for (AbstractInsnNode i = code.getFirst(); i != null; i = i.getNext()) {
            int position = code.indexOf(i);
            for (LabelNode target : targets(i)) {
                if (code.indexOf(target) < position) {
                    jumps.add(new BackwardJump(i, target, position, code.indexOf(target)));
                }
            }
        }
        return jumps;
    }

    private static List<LabelNode> targets(AbstractInsnNode instruction) {
        return switch (instruction) {
            case JumpInsnNode jump -> List.of(jump.label);
            case TableSwitchInsnNode table -> withDefault(table.labels, table.dflt);
            case LookupSwitchInsnNode lookup -> withDefault(lookup.labels, lookup.dflt);
            default -> List.of();
        };
    }

    private static List<LabelNode> withDefault(List<LabelNode> labels, LabelNode defaultLabel) {
        List<LabelNode> all = new ArrayList<>(labels);
        all.add(defaultLabel);
        return all;
    }

    private record BackwardJump(AbstractInsnNode from, LabelNode target, int position, int targetPosition) {
        boolean encloses(BackwardJump other) {
            return other.targetPosition > targetPosition && other.position < position;
        }
    }

    private boolean callsFunctions(int firstPosition, int endPosition) {
        for (int i = firstPosition; i < endPosition; i++) {
            if (code.get(i) instanceof MethodInsnNode call && isFunctionCall(call)) {
                return true;
            }
        }
        return false;
    }

    static boolean isFunctionCall(MethodInsnNode call) {
        return BytecodeTranslator.isFunction(call.name) || call.name.startsWith("call_indirect_");
    }

    /** @return the instruction to go on with */
    private AbstractInsnNode translateCall(MethodInsnNode call) {
        AbstractInsnNode next = call.getNext();
        if (call.name.startsWith(READ) || call.name.startsWith(WRITE)) {
            if (inlinesAccess) {
                usesBytes = true;
                translateAccess(call);
            }
        } else if (isFunctionCall(call) || call.name.equals("memoryGrow")) {
            // The memory may have grown: another array.
            if (inlinesAccess) {
                code.insert(call, loadBytes());
            }
        } else if (call.name.equals("F32_CONVERT_I32_S")) {
            code.set(call, new InsnNode(Opcodes.I2F));
        } else if (call.name.equals("F64_CONVERT_I32_S")) {
            code.set(call, new InsnNode(Opcodes.I2D));
        } else {
            Comparison comparison = Comparison.of(call.name);
            return comparison == null ? next : comparison.mergeIntoJump(code, call);
        }
        return next;
    }

    /** Replaces {@code offset, memory, memoryReadX(base, offset, memory)}, or the same for writing. */
    private void translateAccess(MethodInsnNode call) {
        boolean reads = call.name.startsWith(READ);
        AbstractInsnNode memory = previous(call);
        AbstractInsnNode offset = previous(memory);
        Access access = Access.valueOf(
                call.name.substring((reads ? READ : WRITE).length()).toUpperCase(Locale.ROOT));

        InsnList list = new InsnList();
        if (!reads) {
            list.add(new VarInsnNode(access.opcode(ISTORE), valueSlot));
        }
        list.add(new VarInsnNode(ISTORE, addressSlot));
        if (access != Access.BYTE) {
            list.add(new FieldInsnNode(GETSTATIC, BytecodeTranslator.RUNTIME, access.field(), "L" + VAR_HANDLE + ";"));
        }
        list.add(new VarInsnNode(ALOAD, bytesSlot));
        list.add(new VarInsnNode(ILOAD, addressSlot));
        addOffset(list, constant(offset));
        if (!reads) {
            list.add(new VarInsnNode(access.opcode(ILOAD), valueSlot));
        }
        if (access == Access.BYTE) {
            list.add(new InsnNode(reads ? BALOAD : BASTORE));
        } else {
            String descriptor = reads ? "([BI)" + access.descriptor : "([BI" + access.descriptor + ")V";
            list.add(new MethodInsnNode(INVOKEVIRTUAL, VAR_HANDLE, reads ? "get" : "set", descriptor, false));
        }
        code.insertBefore(call, list);
        code.remove(offset);
        code.remove(memory);
        code.remove(call);
    }

    /**
     * A base from 2³¹ on is negative in Java and must stay so: it would wrap into the memory. As a jump, because a
     * form without one keeps the JIT from moving the bounds check out of loops (169 to 245 µs).
     */
    private static void addOffset(InsnList list, int offset) {
        if (offset != 0) {
            LabelNode outside = new LabelNode();
            list.add(new InsnNode(DUP));
            list.add(new JumpInsnNode(IFLT, outside));
            list.add(new LdcInsnNode(offset));
            list.add(new InsnNode(IADD));
            list.add(outside);
        }
    }

    private void addLeaveBeforeReturns() {
        for (AbstractInsnNode i = code.getFirst(); i != null; i = i.getNext()) {
            if (i.getOpcode() >= IRETURN && i.getOpcode() <= RETURN) {
                code.insertBefore(i, runtimeCall("leave"));
            }
        }
    }

    private InsnList loadBytes() {
        InsnList list = new InsnList();
        list.add(new VarInsnNode(ALOAD, memorySlot));
        list.add(new MethodInsnNode(
                INVOKESTATIC,
                BytecodeTranslator.RUNTIME,
                "bytes",
                "(" + BytecodeTranslator.MEMORY_DESCRIPTOR + ")[B",
                false));
        list.add(new VarInsnNode(ASTORE, bytesSlot));
        return list;
    }

    private InsnList runtimeCall(String name) {
        InsnList list = new InsnList();
        list.add(new VarInsnNode(ALOAD, memorySlot));
        list.add(new MethodInsnNode(
                INVOKESTATIC,
                BytecodeTranslator.RUNTIME,
                name,
                "(" + BytecodeTranslator.MEMORY_DESCRIPTOR + ")V",
                false));
        return list;
    }

    private InsnList loopPoll() {
        InsnList list = new InsnList();
        list.add(new FieldInsnNode(
                GETSTATIC, className, BytecodeTranslator.LOOP_POLL_FIELD, BytecodeTranslator.METHOD_HANDLE_DESCRIPTOR));
        list.add(new VarInsnNode(ALOAD, memorySlot));
        list.add(new MethodInsnNode(
                INVOKEVIRTUAL,
                "java/lang/invoke/MethodHandle",
                "invokeExact",
                "(" + BytecodeTranslator.MEMORY_DESCRIPTOR + ")V",
                false));
        return list;
    }

    private AbstractInsnNode previous(AbstractInsnNode instruction) {
        AbstractInsnNode i = instruction.getPrevious();
        while (i != null && (i.getOpcode() < 0 || i instanceof TypeInsnNode)) {
            i = i.getPrevious();
        }
        if (i == null) {
            throw new IllegalStateException(method.name + ": a memory access without operands");
        }
        return i;
    }

    private int constant(AbstractInsnNode instruction) {
        Integer constant = Constants.of(instruction);
        if (constant == null) {
            throw new IllegalStateException(method.name + ": a memory access whose offset is no constant");
        }
        return constant;
    }

    /** The widths of memory access, as Chicory's method names end. */
    private enum Access {
        BYTE("B"),
        SHORT("S"),
        INT("I"),
        LONG("J"),
        FLOAT("F"),
        DOUBLE("D");

        private final String descriptor;

        Access(String descriptor) {
            this.descriptor = descriptor;
        }

        /** The variant for this width of an opcode such as ILOAD. */
        int opcode(int intOpcode) {
            return Type.getType(descriptor).getOpcode(intOpcode);
        }

        String field() {
            return name() + "S";
        }
    }
}
