package dev.microphone.schemas.bus;

import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * Who is told how a bus fares. All of them from any thread; none may block or throw.
 *
 * @param counts by how much a count has grown
 * @param messages one line for people, when something changes for the worse or the better
 * @param errors what a subscriber threw
 */
public record BusReports(
        ObjLongConsumer<BusCount> counts, Consumer<String> messages, Consumer<? super Throwable> errors) {
    void count(BusCount what) {
        counts.accept(what, 1);
    }
}
