package dev.microphone.transport.link;

import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.aeron.OtherMessages;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.wire.HelloDecoder;
import dev.microphone.transport.wire.MessageHeaderDecoder;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.exceptions.RegistrationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * A node's side of all its agents: frames and hellos come in on a block of UDP ports, answers go out to whoever asked.
 *
 * <p>Ports: the first for hellos (and frames), the second for the answers' Aeron control, the others for frames; sessions
 * on one port starve each other, so agents are spread over them. Owned by the polling thread. Allocates nothing per frame
 * and acknowledgement.
 */
public final class NodePort implements FramePoller, AutoCloseable {
    private final Aeron aeron;
    private final String host;
    /** Of the host. Aeron is given addresses only: its driver would wait for a name server with all that it carries. */
    private final String address;

    private final int basePort;
    private final List<FrameSubscriber> subscribers = new ArrayList<>();
    private final HelloHandler hellos;
    private final LinkCodec codec = new LinkCodec();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final MessageFaults faults;
    private final AtomicCounter answered;
    private final AtomicCounter unanswered;
    private final Long2ObjectHashMap<Session> sessions = new Long2ObjectHashMap<>();
    /** From Aeron's thread: sessions that have come, and, negated, those that have gone. */
    private final ManyToOneConcurrentLinkedQueue<Long> changes = new ManyToOneConcurrentLinkedQueue<>();

    /** Holds the port that answers go out from. */
    private @Nullable ExclusivePublication answerPort;

    private int next;
    private int nextNumber;
    private @Nullable FrameSubscriber polled;

    /** An agent's way back. */
    private final class Session {
        private final long registrationId;
        /** Of those that ask where to send frames, so that the ports have their turns; -1: it has not asked. */
        private int number = -1;

        private @Nullable ExclusivePublication publication;

        Session(long id) {
            registrationId = aeron.asyncAddExclusivePublication(
                    NodeChannels.answer(address, basePort + 1, id), NodeChannels.TO_AGENT);
        }

        int number() {
            if (number < 0) {
                number = nextNumber++ & Integer.MAX_VALUE;
            }
            return number;
        }

        boolean send(DirectBuffer buffer, int length) {
            ExclusivePublication ready = publication;
            if (ready == null) {
                ready = aeron.getExclusivePublication(registrationId);
                publication = ready;
            }
            return ready != null && ready.offer(buffer, 0, length) > 0;
        }

        void close() {
            if (publication == null) {
                aeron.asyncRemovePublication(registrationId);
            } else {
                publication.close();
            }
        }
    }

    /**
     * @param host that agents reach this node by; its address is bound
     * @param framePorts how many ports behind the second take frames; 0: the first does
     * @param stage the label of the counters
     * @throws PortRefusedException when it cannot have one of its ports; it then has none
     */
    public NodePort(
            Aeron aeron,
            String host,
            int basePort,
            int framePorts,
            HelloHandler hellos,
            Metrics metrics,
            String stage) {
        this.aeron = aeron;
        this.host = host;
        this.address = addressOf(host, basePort);
        this.basePort = basePort;
        this.hellos = hellos;
        faults = new MessageFaults(metrics, stage);
        answered = metrics.counter("microphone_link_answers_total", "stage", stage, "result", "sent");
        unanswered = metrics.counter("microphone_link_answers_total", "stage", stage, "result", "no_room");
        try {
            listen(basePort, metrics, stage);
            // Before the first agent asks: what an agent's session cannot have is not seen before.
            answerPort = take(
                    basePort + 1,
                    port -> aeron.addExclusivePublication(
                            NodeChannels.answerPort(address, port), NodeChannels.TO_AGENT));
            for (int i = 0; i < framePorts; i++) {
                listen(basePort + 2 + i, metrics, stage);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static String addressOf(String host, int port) {
        try {
            return HostLookup.SYSTEM.addressOf(host).join();
        } catch (CompletionException e) {
            throw new PortRefusedException(host, port, e.getCause() == null ? e : e.getCause());
        }
    }

    private void listen(int at, Metrics metrics, String stage) {
        subscribers.add(take(
                at,
                port -> new FrameSubscriber(
                        aeron,
                        NodeChannels.listen(address, port),
                        NodeChannels.TO_NODE,
                        metrics,
                        stage,
                        new Incoming())));
    }

    private <T> T take(int port, IntFunction<T> opener) {
        try {
            return opener.apply(port);
        } catch (RegistrationException e) {
            throw new PortRefusedException(host, port, e);
        }
    }

    /** Where agents say hello. */
    public NodeEndpoint endpoint() {
        return new NodeEndpoint(host, basePort, basePort + 1);
    }

    /**
     * Where an agent should send its frames: always the same for one session, and for each session that asks the next of
     * the frame ports.
     *
     * @return {@link #endpoint()} when there are none
     */
    public NodeEndpoint frameEndpoint(long to) {
        int framePorts = subscribers.size() - 1;
        Session agent = sessions.get(to);
        if (framePorts == 0 || agent == null) {
            return endpoint();
        }
        return new NodeEndpoint(host, basePort + 2 + agent.number() % framePorts, basePort + 1);
    }

    /** Whether what the handler has just now came in on a port for frames. */
    public boolean isOnFramePort() {
        return subscribers.size() == 1 || polled != subscribers.get(0);
    }

    @Override
    public int poll(FrameHandler handler, int frameLimit) {
        takeChanges();
        int taken = 0;
        int first = next;
        next = (next + 1) % subscribers.size();
        for (int i = 0; i < subscribers.size() && taken < frameLimit; i++) {
            FrameSubscriber subscriber = subscribers.get((first + i) % subscribers.size());
            polled = subscriber;
            taken += subscriber.poll(handler, frameLimit - taken);
        }
        return taken;
    }

    /** Who sent the frame that the handler has just now. */
    public long session() {
        return Objects.requireNonNull(polled, "before the first poll").session();
    }

    /** Whether who had that session is still connected. */
    public boolean isConnected(long session) {
        return sessions.containsKey(session);
    }

    private void takeChanges() {
        Long change = changes.poll();
        while (change != null) {
            if (change >= 0) {
                sessions.computeIfAbsent(change, Session::new);
            } else {
                Session gone = sessions.remove(~change);
                if (gone != null) {
                    gone.close();
                }
            }
            change = changes.poll();
        }
    }

    /** @return false when the answer could not be sent now; the agent asks again */
    public boolean owner(
            long to,
            long streamId,
            long epoch,
            long coveredSequence,
            long attempt,
            long acknowledgementIntervalMs,
            String endpoint,
            String chain) {
        return send(
                to, codec.owner(streamId, epoch, coveredSequence, attempt, acknowledgementIntervalMs, endpoint, chain));
    }

    /** @return false when the answer could not be sent now; the agent asks again */
    public boolean moved(long to, long streamId, long attempt, String endpoint) {
        return send(to, codec.moved(streamId, attempt, endpoint));
    }

    /** @return false when it could not be sent now; the next one says more */
    public boolean acknowledged(long to, long streamId, long epoch, long coveredSequence, long attempt) {
        return send(to, codec.acknowledged(streamId, epoch, coveredSequence, attempt));
    }

    private boolean send(long to, int length) {
        Session answerTo = sessions.get(to);
        boolean sent = answerTo != null && answerTo.send(codec.buffer(), length);
        (sent ? answered : unanswered).incrementRelease();
        return sent;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(subscribers);
        CloseHelper.close(answerPort);
        takeChanges();
        sessions.values().forEach(Session::close);
        sessions.clear();
    }

    private final class Incoming implements OtherMessages {
        /** An agent whose node was restarted says hello again before its frames count. */
        @Override
        public boolean takesFrom(long position) {
            return true;
        }

        @Override
        public void onConnected(long session) {
            changes.add(session);
        }

        @Override
        public void onDisconnected(long session) {
            changes.add(~session);
        }

        @Override
        public boolean onMessage(long session, DirectBuffer buffer, int offset, int length) {
            if (length < MessageHeaderDecoder.ENCODED_LENGTH) {
                return false;
            }
            header.wrap(buffer, offset);
            if (header.templateId() != HelloDecoder.TEMPLATE_ID) {
                return false;
            }
            faults.count(codec.decodeHello(buffer, offset, length, session, hellos));
            return true;
        }
    }
}
