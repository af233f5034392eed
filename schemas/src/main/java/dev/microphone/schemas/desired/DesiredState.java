package dev.microphone.schemas.desired;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What should be, by entity: the latest word on each. Whoever comes late sees the latest as well. Any thread.
 *
 * <p>Ids are {@code kind/name}, such as {@code stream/acme/berlin/desk/microphone}.
 */
public interface DesiredState {
    /**
     * Says what an entity should be from now on.
     *
     * @return done when the change is kept and {@link #get} here shows it (or a later one); failed when it was not kept.
     *     While the broker is away the change waits for it: whoever gives up waiting does not take it back
     */
    CompletableFuture<Void> put(String id, DesiredEntity entity);

    /** Says that nothing is wished of the entity any more. */
    CompletableFuture<Void> remove(String id);

    /** @return null when nothing is wished of it, as far as was read yet */
    @Nullable
    DesiredEntity get(String id);

    /** All that is wished, by id, as far as was read yet. */
    Map<String, DesiredEntity> snapshot();

    /** Done when everything that was there at the start is read. */
    CompletableFuture<Void> loaded();

    /**
     * Tells of what there is, then of each change, in order for each entity.
     *
     * @return closing it ends the telling
     */
    AutoCloseable watch(DesiredWatcher watcher);
}
