package dev.microphone.processor.wasm;

import java.util.Map;

/** Holds one module's compiled classes, so that they go when the module goes. */
final class PluginClassLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> classes;
    private final LoopPoll loopPoll = new LoopPoll();

    /** @param classes class files by binary name */
    PluginClassLoader(Map<String, byte[]> classes) {
        super("plugin", PluginClassLoader.class.getClassLoader());
        this.classes = classes;
    }

    LoopPoll loopPoll() {
        return loopPoll;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
