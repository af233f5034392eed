package dev.microphone.schemas.event;

/**
 * A version of a plugin will not run; where another one did, that goes on.
 *
 * @param plugin as chains name it
 * @param digest SHA-256 of the module that was refused, hexadecimal; empty when it could not be read
 * @param runningDigest of the version that goes on; empty when none does
 * @param origin where the module came from
 * @param reason in words, one line
 */
public record PluginRejected(String plugin, String digest, String runningDigest, String origin, String reason)
        implements ControlEvent {
    @Override
    public String key() {
        return "plugin/" + plugin;
    }
}
