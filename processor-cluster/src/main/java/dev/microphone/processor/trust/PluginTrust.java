package dev.microphone.processor.trust;

import dev.microphone.processor.wasm.PluginRejectedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose plugins are used. What is signed is the module, byte for byte, and nothing else: a signature says who made a
 * module, not under which name it may run.
 *
 * <p>Without keys, signatures are not looked at. With keys, a signature that is there must be that of one of them; a
 * plugin without one is used unless signatures are required. Any thread.
 */
public final class PluginTrust {
    /** Every plugin is used, whoever made it. */
    public static final PluginTrust ANYONE = new PluginTrust(List.of(), false);

    /** A list longer than that is a mistake, and each key costs a check. */
    public static final int MAX_KEYS = 64;

    private final List<TrustedKey> keys;
    private final boolean signatureRequired;

    /** @throws IllegalArgumentException when a signature is required that no key could have made */
    public PluginTrust(List<TrustedKey> keys, boolean signatureRequired) {
        if (signatureRequired && keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "a signature is required and no key is trusted: no plugin could be used");
        }
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(keys.size() + " trusted keys: the limit is " + MAX_KEYS);
        }
        this.keys = List.copyOf(keys);
        this.signatureRequired = signatureRequired;
    }

    /** Whether a plugin without a signature is refused. */
    public boolean isSignatureRequired() {
        return signatureRequired;
    }

    /** What the keys are called. */
    public List<String> keyNames() {
        return keys.stream().map(TrustedKey::name).toList();
    }

    /**
     * Looks who signed a module.
     *
     * @param signature the file beside the module, or what came with it; null when there is none
     * @return the key's name; empty when nobody did, or nobody asked
     * @throws PluginRejectedException when the module must not be used
     */
    public String signerOf(byte[] wasm, byte @Nullable [] signature) throws PluginRejectedException {
        if (keys.isEmpty()) {
            return "";
        }
        if (signature == null) {
            if (signatureRequired) {
                throw new PluginRejectedException("is not signed: allowed are plugins signed by " + words());
            }
            return "";
        }
        byte[] raw = Ed25519.signature(signature);
        return keys.stream()
                .filter(key -> Ed25519.verifies(key.key(), wasm, raw))
                .findFirst()
                .map(TrustedKey::name)
                .orElseThrow(() -> new PluginRejectedException(
                        "has a signature that is not of this module by a trusted key: trusted are " + words()));
    }

    private String words() {
        return String.join(", ", keyNames());
    }
}
