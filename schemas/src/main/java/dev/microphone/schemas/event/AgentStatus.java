package dev.microphone.schemas.event;

/**
 * How an edge agent is; told when it changes, and now and then.
 *
 * @param agent its name
 * @param state live: frames go out as they are captured; spooling: they wait, for nobody takes them; catching_up: what waited goes out; stopped
 * @param streams sources that it captures
 * @param spooledFrames frames that are not acknowledged yet
 * @param spooledBytes the same in bytes
 * @param droppedFrames frames that found no room, since the agent started
 */
public record AgentStatus(
        String agent, String state, int streams, long spooledFrames, long spooledBytes, long droppedFrames)
        implements ControlEvent {
    public static final String LIVE = "live";
    public static final String SPOOLING = "spooling";
    public static final String CATCHING_UP = "catching_up";
    public static final String STOPPED = "stopped";

    @Override
    public String key() {
        return "agent/" + agent;
    }
}
