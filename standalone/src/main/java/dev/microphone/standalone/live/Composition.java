package dev.microphone.standalone.live;

import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import java.io.IOException;

/** Starts all of something, or leaves nothing running. */
@FunctionalInterface
interface Composition<T> {
    /**
     * @param host owns what is opened
     * @throws IOException when something cannot be opened; the message is for users
     * @throws IllegalArgumentException when what the user wrote makes no sense; likewise
     */
    T compose(ServiceHost host) throws IOException;

    /** @throws UserError when it cannot be done */
    static <T> T start(ErrorLog errors, Composition<T> composition) {
        ServiceHost host = new ServiceHost(errors);
        boolean started = false;
        try {
            T composed = composition.compose(host);
            started = true;
            return composed;
        } catch (IOException e) {
            throw UserError.failed(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage(String.valueOf(e.getMessage()), e);
        } finally {
            if (!started) {
                host.close();
            }
        }
    }
}
