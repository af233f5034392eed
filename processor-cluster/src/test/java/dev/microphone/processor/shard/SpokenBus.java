package dev.microphone.processor.shard;

import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.Subscription;
import dev.microphone.schemas.desired.DesiredState;
import dev.microphone.schemas.event.Announcement;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Tells of announcements on the thread of whoever makes them, so that a test knows when they are heard. */
final class SpokenBus implements ControlBus {
    private final List<Consumer<ControlMessage>> subscribers = new ArrayList<>();

    /** By a node whose clock is anywhere. */
    void say(ControlEvent event) {
        ControlMessage message = new ControlMessage(1, "other", event);
        subscribers.forEach(subscriber -> subscriber.accept(message));
    }

    void say(Announcement announcement, int timeToLiveMs) {
        say(announcement.withTimeToLiveMs(timeToLiveMs));
    }

    @Override
    public void announce(String nodeKey, ControlMessage message) {
        say(message.event());
    }

    @Override
    public Subscription subscribeToAnnouncements(Consumer<ControlMessage> subscriber) {
        subscribers.add(subscriber);
        return new Subscription() {
            @Override
            public CompletableFuture<Void> started() {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletableFuture<Void> caughtUp() {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close() {
                subscribers.remove(subscriber);
            }
        };
    }

    @Override
    public void publish(ControlMessage message) {
        throw new AssertionError("nothing is published here");
    }

    @Override
    public Subscription subscribe(Since since, Consumer<ControlMessage> subscriber) {
        throw new AssertionError("announcements alone are read here");
    }

    @Override
    public DesiredState desired() {
        throw new AssertionError("nothing is desired here");
    }

    @Override
    public void close() {
        subscribers.clear();
    }
}
