package dev.microphone.processor.wasm;

import static org.objectweb.asm.Opcodes.DCMPG;
import static org.objectweb.asm.Opcodes.DCMPL;
import static org.objectweb.asm.Opcodes.FCMPG;
import static org.objectweb.asm.Opcodes.FCMPL;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFGT;
import static org.objectweb.asm.Opcodes.IFLE;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.LCMP;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * A WASM comparison, of which Chicory makes a call that returns 0 or 1. Followed by a jump on that, as nearly all are,
 * the two become one jump.
 *
 * @param operands what is compared
 * @param condition the jump that is taken when the comparison holds, IFEQ to IFLE
 */
record Comparison(Operands operands, int condition) {

    enum Operands {
        INT_WITH_ZERO,
        INT,
        UNSIGNED_INT,
        LONG,
        FLOAT,
        DOUBLE
    }

    /** @param name of Chicory's method, which is WASM's name of the instruction */
    static @Nullable Comparison of(String name) {
        if (name.equals("I32_EQZ")) {
            return new Comparison(Operands.INT_WITH_ZERO, IFEQ);
        }
        if (name.equals("i32_ge_u")) {
            return new Comparison(Operands.UNSIGNED_INT, IFGE);
        }
        String[] parts = name.split("_", -1);
        if (parts.length < 2) {
            return null;
        }
        int condition = switch (parts[1]) {
            case "EQ" -> IFEQ;
            case "NE" -> IFNE;
            case "LT" -> IFLT;
            case "GE" -> IFGE;
            case "GT" -> IFGT;
            case "LE" -> IFLE;
            default -> -1;
        };
        boolean isUnsigned = parts.length > 2 && parts[2].equals("U");
        Operands operands = switch (parts[0]) {
            case "I32" -> isUnsigned ? Operands.UNSIGNED_INT : Operands.INT;
            case "I64" -> isUnsigned ? null : Operands.LONG;
            case "F32" -> Operands.FLOAT;
            case "F64" -> Operands.DOUBLE;
            default -> null;
        };
        return condition == -1 || operands == null ? null : new Comparison(operands, condition);
    }

    /** @return the instruction to go on with */
    AbstractInsnNode mergeIntoJump(InsnList code, MethodInsnNode call) {
        AbstractInsnNode next = call.getNext();
        if (!(next instanceof JumpInsnNode jump) || (jump.getOpcode() != IFEQ && jump.getOpcode() != IFNE)) {
            return next;
        }
        int taken = jump.getOpcode() == IFNE ? condition : inverse(condition);
        switch (operands) {
            case INT_WITH_ZERO -> {
                code.remove(call);
                jump.setOpcode(taken);
            }
            case INT -> {
                code.remove(call);
                jump.setOpcode(taken - IFEQ + IF_ICMPEQ);
            }
            case UNSIGNED_INT -> {
                code.set(
                        call, new MethodInsnNode(INVOKESTATIC, "java/lang/Integer", "compareUnsigned", "(II)I", false));
                jump.setOpcode(taken);
            }
            case LONG -> compareWith(code, call, jump, LCMP, taken);
            // With NaN a comparison does not hold, but for "not equal": the one of each pair that then says so.
            case FLOAT -> compareWith(code, call, jump, condition == IFLT || condition == IFLE ? FCMPG : FCMPL, taken);
            case DOUBLE -> compareWith(code, call, jump, condition == IFLT || condition == IFLE ? DCMPG : DCMPL, taken);
        }
        return jump.getNext();
    }

    private static void compareWith(InsnList code, MethodInsnNode call, JumpInsnNode jump, int opcode, int taken) {
        code.set(call, new InsnNode(opcode));
        jump.setOpcode(taken);
    }

    /** @param condition of a jump, other than on references */
    static int inverse(int condition) {
        return ((condition - IFEQ) ^ 1) + IFEQ;
    }
}
