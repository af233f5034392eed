package dev.microphone.schemas.event;

/**
 * Someone acted: a plugin that was left out works again, with a full fault budget.
 *
 * @param plugin as chains name it
 * @param stages places in live chains where it was left out
 */
public record PluginResumed(String plugin, int stages) implements ControlEvent {
    @Override
    public String key() {
        return "plugin/" + plugin;
    }
}
