package dev.microphone.schemas.event;

/**
 * Another version of a plugin runs from now on, in all streams that use it; each changed between two of its frames.
 *
 * @param plugin as chains name it
 * @param digest SHA-256 of the module that runs now, hexadecimal
 * @param previousDigest of the one that ran before; empty when none did
 * @param origin where the module came from
 * @param signer the trusted key that signed it; empty when none did
 * @param stages places in live chains that changed
 * @param latencySamples delay at 48 kHz from now on
 * @param previousLatencySamples delay until now
 */
public record PluginReplaced(
        String plugin,
        String digest,
        String previousDigest,
        String origin,
        String signer,
        int stages,
        int latencySamples,
        int previousLatencySamples)
        implements ControlEvent {
    @Override
    public String key() {
        return "plugin/" + plugin;
    }
}
