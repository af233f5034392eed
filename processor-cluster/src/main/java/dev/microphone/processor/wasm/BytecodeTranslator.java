package dev.microphone.processor.wasm;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ASM9;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.PUTSTATIC;
import static org.objectweb.asm.Opcodes.RETURN;

import java.util.ListIterator;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Turns what Chicory compiled into bytecode that the JIT turns into better machine code.
 *
 * <p>Chicory calls a method for each memory access, comparison and poll. Inlining them all exhausts the JIT's budget
 * for a method, and what it gives up is the inner loop. Here each becomes the few instructions that it stands for, the
 * memory's array is kept in a local variable, polls stand only where they are needed, and loops end in a way that the JIT
 * takes for counting ({@link CountedLoop}). RNNoise runs in two thirds of the time. The safety that the methods gave stays: every access is checked against the array's length, every loop and
 * every recursion can be stopped.
 */
final class BytecodeTranslator {
    static final String RUNTIME = Type.getInternalName(PluginRuntime.class);
    static final String MEMORY_DESCRIPTOR = "Lcom/dylibso/chicory/runtime/Memory;";
    static final String LOOP_POLL_FIELD = "LOOP_POLL";
    static final String METHOD_HANDLE_DESCRIPTOR = "Ljava/lang/invoke/MethodHandle;";

    private BytecodeTranslator() {}

    static boolean isFunction(String methodName) {
        return methodName.startsWith("func_");
    }

    /**
     * Changes one class of functions and makes it public: Chicory's are visible only among themselves. A function that
     * would grow beyond what the JIT compiles at all keeps Chicory's calls for memory access.
     */
    static byte[] translate(byte[] classFile, Set<String> recursiveFunctions) {
        ClassNode node = new ClassNode();
        new ClassReader(classFile).accept(node, ClassReader.SKIP_FRAMES);
        node.access |= ACC_PUBLIC;
        boolean hasLoopPolls = false;
        for (ListIterator<MethodNode> methods = node.methods.listIterator(); methods.hasNext(); ) {
            MethodNode method = methods.next();
            if (isFunction(method.name)) {
                MethodNode original = copyOf(method);
                boolean recursive = recursiveFunctions.contains(method.name);
                boolean polls = new FunctionTranslator(node.name, method, true).translate(recursive);
                if (sizeOf(method) > PluginCompiler.JIT_LIMIT_BYTECODES) {
                    polls = new FunctionTranslator(node.name, original, false).translate(recursive);
                    methods.set(original);
                }
                hasLoopPolls |= polls;
            }
        }
        if (hasLoopPolls) {
            addLoopPollField(node);
        }
        ClassWriter writer = new FlatClassWriter();
        node.accept(writer);
        return writer.toByteArray();
    }

    private static MethodNode copyOf(MethodNode method) {
        MethodNode copy = new MethodNode(
                ASM9, method.access, method.name, method.desc, null, method.exceptions.toArray(new String[0]));
        method.accept(copy);
        return copy;
    }

    private static int sizeOf(MethodNode method) {
        CodeSizeEvaluator evaluator = new CodeSizeEvaluator(null);
        method.accept(evaluator);
        return evaluator.getMinSize();
    }

    /** A constant of the class, so that the JIT sees through it. */
    private static void addLoopPollField(ClassNode node) {
        node.fields.add(new FieldNode(
                ACC_PRIVATE | ACC_STATIC | ACC_FINAL, LOOP_POLL_FIELD, METHOD_HANDLE_DESCRIPTOR, null, null));
        MethodNode initializer = new MethodNode(ACC_STATIC, "<clinit>", "()V", null, null);
        initializer.instructions.add(new LdcInsnNode(Type.getObjectType(node.name)));
        initializer.instructions.add(new MethodInsnNode(
                INVOKESTATIC, RUNTIME, "loopPoll", "(Ljava/lang/Class;)" + METHOD_HANDLE_DESCRIPTOR, false));
        initializer.instructions.add(
                new FieldInsnNode(PUTSTATIC, node.name, LOOP_POLL_FIELD, METHOD_HANDLE_DESCRIPTOR));
        initializer.instructions.add(new InsnNode(RETURN));
        node.methods.add(initializer);
    }

    /** Works out stack maps without loading classes: the types that meet in plugin code have only Object in common. */
    private static final class FlatClassWriter extends ClassWriter {
        FlatClassWriter() {
            super(COMPUTE_FRAMES);
        }

        @Override
        protected String getCommonSuperClass(String one, String other) {
            return one.equals(other) ? one : "java/lang/Object";
        }
    }
}
