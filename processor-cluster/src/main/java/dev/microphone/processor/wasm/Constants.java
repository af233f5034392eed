package dev.microphone.processor.wasm;

import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_5;
import static org.objectweb.asm.Opcodes.ICONST_M1;
import static org.objectweb.asm.Opcodes.SIPUSH;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;

/** The int that an instruction pushes. */
final class Constants {
    private Constants() {}

    /** @return null when it pushes none, or one that is not known before it runs */
    static @Nullable Integer of(AbstractInsnNode instruction) {
        int opcode = instruction.getOpcode();
        if (opcode >= ICONST_M1 && opcode <= ICONST_5) {
            return opcode - ICONST_0;
        }
        if (instruction instanceof IntInsnNode number && (opcode == BIPUSH || opcode == SIPUSH)) {
            return number.operand;
        }
        return instruction instanceof LdcInsnNode loaded && loaded.cst instanceof Integer number ? number : null;
    }
}
