package dev.microphone.processor.wasm;

import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFGT;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPLT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.ISTORE;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Shows the JIT which loops count. Of a loop that ends when {@code i < limit} no longer holds it moves bounds checks out,
 * and unrolls it; clang ends loops by {@code i != limit}, of which the JIT cannot know that steps of four ever hit it, and
 * compares addresses without sign, which it takes for no counting at all.
 *
 * <p>So such a jump back becomes two: first the comparison that the JIT knows, then the original for what that one left
 * open. In a loop that does count the second is never taken, and the JIT compiles nothing for it but a way out. Both
 * together jump exactly when the original does.
 */
final class CountedLoop {
    private final InsnList code;
    private final int firstSlot;
    private final int secondSlot;

    /** @param firstSlot of two local variables that are free */
    CountedLoop(InsnList code, int firstSlot) {
        this.code = code;
        this.firstSlot = firstSlot;
        this.secondSlot = firstSlot + 1;
    }

    /** @param back a jump to the loop's head; of another kind than those described above it is left alone */
    void rewrite(AbstractInsnNode back) {
        JumpInsnNode jump = conditional(back);
        if (jump == null) {
            return;
        }
        switch (jump.getOpcode()) {
            case IF_ICMPNE -> compareUnequal(jump);
            case IFNE -> compareWithZero(jump);
            case IFLT, IFGT -> compareUnsigned(jump);
            default -> {}
        }
    }

    /** Chicory jumps over a jump back when the loop's condition does not hold: made one of the two. */
    private @Nullable JumpInsnNode conditional(AbstractInsnNode back) {
        if (!(back instanceof JumpInsnNode jump) || jump.getOpcode() != GOTO) {
            return back instanceof JumpInsnNode jump ? jump : null;
        }
        if (!(jump.getPrevious() instanceof JumpInsnNode over)
                || over.getOpcode() == GOTO
                || !over.label.equals(jump.getNext())) {
            return null;
        }
        JumpInsnNode inverse = new JumpInsnNode(Comparison.inverse(over.getOpcode()), jump.label);
        code.set(over, inverse);
        code.remove(jump);
        return inverse;
    }

    /** Of {@code i != limit} or {@code limit != i}, where i has just become i + step. */
    private void compareUnequal(JumpInsnNode jump) {
        AbstractInsnNode top = jump.getPrevious();
        Integer step = stepBefore(top);
        boolean counterIsSecond = step != null;
        if (step == null && top != null && isSimple(top)) {
            step = stepBefore(top.getPrevious());
        }
        if (step == null || Math.abs(step) <= 1) {
            return;
        }
        InsnList list = storeBoth();
        list.add(load(firstSlot));
        list.add(load(secondSlot));
        list.add(new JumpInsnNode(counterIsSecond == step > 0 ? IF_ICMPGT : IF_ICMPLT, jump.label));
        list.add(load(firstSlot));
        list.add(load(secondSlot));
        code.insertBefore(jump, list);
    }

    /** Of {@code i != 0}: up from below or down from above. */
    private void compareWithZero(JumpInsnNode jump) {
        Integer step = stepBefore(jump.getPrevious());
        if (step == null || Math.abs(step) <= 1) {
            return;
        }
        InsnList list = new InsnList();
        list.add(new VarInsnNode(ISTORE, firstSlot));
        list.add(load(firstSlot));
        list.add(new JumpInsnNode(step > 0 ? IFLT : IFGT, jump.label));
        list.add(load(firstSlot));
        code.insertBefore(jump, list);
    }

    /** Of {@code i < limit} without sign, or {@code limit > i}. Where both are positive the sign does not matter. */
    private void compareUnsigned(JumpInsnNode jump) {
        if (!(jump.getPrevious() instanceof MethodInsnNode call) || !call.name.equals("compareUnsigned")) {
            return;
        }
        boolean counterIsFirst = jump.getOpcode() == IFLT;
        int counter = counterIsFirst ? firstSlot : secondSlot;
        int limit = counterIsFirst ? secondSlot : firstSlot;
        LabelNode original = new LabelNode();
        LabelNode end = new LabelNode();
        InsnList list = storeBoth();
        list.add(load(counter));
        list.add(new JumpInsnNode(IFLT, original));
        list.add(load(counter));
        list.add(load(limit));
        list.add(new JumpInsnNode(IF_ICMPLT, jump.label));
        list.add(load(limit));
        list.add(new JumpInsnNode(IFGE, end));
        list.add(original);
        list.add(load(firstSlot));
        list.add(load(secondSlot));
        code.insertBefore(call, list);
        code.insert(jump, end);
    }

    private InsnList storeBoth() {
        InsnList list = new InsnList();
        list.add(new VarInsnNode(ISTORE, secondSlot));
        list.add(new VarInsnNode(ISTORE, firstSlot));
        return list;
    }

    private static VarInsnNode load(int slot) {
        return new VarInsnNode(ILOAD, slot);
    }

    private static boolean isSimple(AbstractInsnNode instruction) {
        return instruction.getOpcode() == ILOAD || Constants.of(instruction) != null;
    }

    /** The constant c when the instructions up to this one leave {@code i = i + c} on the stack; else null. */
    private static @Nullable Integer stepBefore(@Nullable AbstractInsnNode last) {
        if (!(last instanceof VarInsnNode store) || store.getOpcode() != ISTORE) {
            return null;
        }
        AbstractInsnNode copy = store.getPrevious();
        AbstractInsnNode add = copy == null ? null : copy.getPrevious();
        AbstractInsnNode constant = add == null ? null : add.getPrevious();
        AbstractInsnNode before = constant == null ? null : constant.getPrevious();
        boolean counts = copy instanceof InsnNode
                && copy.getOpcode() == DUP
                && add != null
                && add.getOpcode() == IADD
                && before instanceof VarInsnNode load
                && load.getOpcode() == ILOAD
                && load.var == store.var;
        return counts && constant != null ? Constants.of(constant) : null;
    }
}
