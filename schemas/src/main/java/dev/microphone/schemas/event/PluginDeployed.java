package dev.microphone.schemas.event;

/**
 * Somebody sent a version of a plugin, and it was taken; whether streams changed to it, PluginReplaced says.
 *
 * @param plugin as chains name it
 * @param digest SHA-256 of the module, hexadecimal
 * @param origin where the module came from
 * @param signer the trusted key that signed it; empty when none did
 * @param sizeBytes of the module
 * @param file where it is kept for the next start; empty when it is not
 */
public record PluginDeployed(String plugin, String digest, String origin, String signer, int sizeBytes, String file)
        implements ControlEvent {
    @Override
    public String key() {
        return "plugin/" + plugin;
    }
}
