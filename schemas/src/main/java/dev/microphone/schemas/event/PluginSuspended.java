package dev.microphone.schemas.event;

/**
 * A version of a plugin failed on several streams at once, and is left out of all streams until someone acts: another
 * version, or {@link PluginResumed}.
 *
 * @param plugin as chains name it
 * @param digest SHA-256 of the module, hexadecimal
 * @param reason how the calls ended: time_limit
 * @param streams on how many it failed
 * @param windowMs within how long, milliseconds
 */
public record PluginSuspended(String plugin, String digest, String reason, int streams, long windowMs)
        implements ControlEvent {
    @Override
    public String key() {
        return "plugin/" + plugin;
    }
}
