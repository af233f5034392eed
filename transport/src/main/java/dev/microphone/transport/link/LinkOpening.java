package dev.microphone.transport.link;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.exceptions.RegistrationException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link NodeLink} opens, step by step and without waiting: the host's address, the subscription for answers, the
 * publication, which names the subscription. One thread.
 */
final class LinkOpening {
    private final Aeron aeron;
    private final NodeEndpoint node;
    private final String localAddress;
    private final CompletableFuture<String> address;
    private long answersId = Aeron.NULL_VALUE;
    private long publicationId = Aeron.NULL_VALUE;
    private @Nullable Subscription answers;
    private @Nullable ExclusivePublication publication;

    LinkOpening(Aeron aeron, NodeEndpoint node, String localAddress, HostLookup lookup) {
        this.aeron = aeron;
        this.node = node;
        this.localAddress = localAddress;
        this.address = lookup.addressOf(node.host());
    }

    /**
     * Takes the steps that can be taken now.
     *
     * @return whether both ways are open
     * @throws CompletionException when the host has no address
     * @throws io.aeron.exceptions.AeronException when Aeron refuses
     */
    boolean advance() {
        return address.isDone() && subscribe() && publish();
    }

    private NodeEndpoint resolved() {
        return new NodeEndpoint(address.join(), node.port(), node.responsePort());
    }

    private boolean subscribe() {
        if (answersId == Aeron.NULL_VALUE) {
            answersId =
                    aeron.asyncAddSubscription(NodeChannels.answers(resolved(), localAddress), NodeChannels.TO_AGENT);
        }
        if (answers == null) {
            try {
                answers = aeron.getSubscription(answersId);
            } catch (RegistrationException e) {
                // The driver has none: to remove it would be an error, too.
                answersId = Aeron.NULL_VALUE;
                throw e;
            }
        }
        return answers != null;
    }

    private boolean publish() {
        if (publicationId == Aeron.NULL_VALUE) {
            publicationId = aeron.asyncAddExclusivePublication(channel(), NodeChannels.TO_NODE);
        }
        if (publication == null) {
            publication = aeron.getExclusivePublication(publicationId);
        }
        return publication != null;
    }

    /** Of the publication; when the subscription is there. */
    String channel() {
        return NodeChannels.send(resolved(), answersId);
    }

    /** When both ways are open. */
    Subscription answers() {
        return Objects.requireNonNull(answers);
    }

    /** When both ways are open. */
    ExclusivePublication publication() {
        return Objects.requireNonNull(publication);
    }

    /** Gives up what there is so far; what the driver is still at, it removes when that is done. */
    void abandon() {
        // Nothing where there is no id, and where the driver has refused.
        aeron.asyncRemovePublication(publicationId);
        aeron.asyncRemoveSubscription(answersId);
    }
}
