package dev.microphone.transport.aeron;

import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.UnicastFlowControl;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.StatusMessageFlyweight;
import java.net.InetSocketAddress;
import org.agrona.CloseHelper;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.jspecify.annotations.Nullable;

/**
 * Flow control of a publication for one life of its receiver: notices when another takes over at the same address, or
 * when the same has lost its place in the stream.
 *
 * <p>Such a receiver joins where the sender stands, and Aeron's unicast flow control then takes all before that for read,
 * also what the one before had not. This one keeps the limit where the first receiver left it, and says in a counter that
 * a new session is due. A receiver without a place asks for a SETUP, which none does once it has one.
 *
 * @see <a href="https://github.com/aeron-io/aeron/wiki/Transport-Protocol-Specification">Aeron's protocol: SETUP and
 *     status messages</a>
 */
final class OneReceiverFlowControl extends UnicastFlowControl {
    /** Of a counter that is 1 when a publication's receiver has changed; its registration id is the publication's. */
    static final int CHANGED_TYPE_ID = 4_849;

    static final String ALIAS = "one-receiver";

    private @Nullable AtomicCounter changed;
    private boolean hasReceiver;
    private boolean hasChanged;
    private long receiverId;

    /** Whether a channel asks for it. */
    static boolean isFor(UdpChannel channel) {
        return ALIAS.equals(channel.channelUri().get(CommonContext.ALIAS_PARAM_NAME));
    }

    @Override
    public void initialize(
            MediaDriver.Context context,
            CountersManager countersManager,
            UdpChannel udpChannel,
            int streamId,
            int sessionId,
            long registrationId,
            int initialTermId,
            int termBufferLength) {
        super.initialize(
                context,
                countersManager,
                udpChannel,
                streamId,
                sessionId,
                registrationId,
                initialTermId,
                termBufferLength);
        int counterId = countersManager.allocate(
                "receiver-changed: " + registrationId + " " + udpChannel.originalUriString(), CHANGED_TYPE_ID);
        countersManager.setCounterRegistrationId(counterId, registrationId);
        changed = new AtomicCounter(countersManager.valuesBuffer(), counterId, countersManager);
    }

    @Override
    public long onStatusMessage(
            StatusMessageFlyweight flyweight,
            InetSocketAddress receiverAddress,
            long senderLimit,
            int initialTermId,
            int positionBitsToShift,
            long timeNs) {
        if (!hasReceiver) {
            hasReceiver = true;
            receiverId = flyweight.receiverId();
        } else if (receiverId != flyweight.receiverId()) {
            noteChange();
        }
        return hasChanged
                ? senderLimit
                : super.onStatusMessage(
                        flyweight, receiverAddress, senderLimit, initialTermId, positionBitsToShift, timeNs);
    }

    @Override
    public void onTriggerSendSetup(StatusMessageFlyweight flyweight, InetSocketAddress receiverAddress, long timeNs) {
        if (hasReceiver) {
            noteChange();
        }
    }

    private void noteChange() {
        hasChanged = true;
        AtomicCounter counter = changed;
        if (counter != null) {
            counter.setRelease(1);
        }
    }

    @Override
    public void close() {
        CloseHelper.close(changed);
        super.close();
    }
}
