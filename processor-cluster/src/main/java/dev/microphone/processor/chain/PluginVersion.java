package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginModule;

/** One state of a plugin's code, known by its digest. Any thread. */
public final class PluginVersion {
    private final byte[] wasm;
    private final String digest;
    private final String origin;
    private final String signer;

    /**
     * @param wasm the module; not to be changed from here on
     * @param origin where it came from, for people
     * @param signer the trusted key that signed it; empty when none did
     */
    public PluginVersion(byte[] wasm, String origin, String signer) {
        this.wasm = wasm;
        this.digest = PluginModule.digestOf(wasm);
        this.origin = origin;
        this.signer = signer;
    }

    /** Not to be changed. */
    public byte[] wasm() {
        return wasm;
    }

    /** SHA-256, hexadecimal. */
    public String digest() {
        return digest;
    }

    public String origin() {
        return origin;
    }

    public String signer() {
        return signer;
    }
}
