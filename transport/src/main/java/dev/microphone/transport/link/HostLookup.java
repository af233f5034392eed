package dev.microphone.transport.link;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks up the addresses of hosts without holding up who asks: where no DNS server answers, the system takes many seconds.
 *
 * <p>Aeron's driver has a thread for look-ups too (its {@code AsyncExecutor}), so that frames go on meanwhile. But it has
 * one, and takes no other command before the look-up has ended: a second node, whose address is known, would wait for the
 * first one's name; and a node's drivers for agents do without it, as waiting for its turns is most of what a connection
 * takes there. And its client keeps each subscription whose name had no address. So Aeron is given addresses only. Any
 * thread.
 *
 * @see <a href="https://github.com/aeron-io/aeron/blob/1.51.0/aeron-driver/src/main/java/io/aeron/driver/DriverConductor.java">
 *     DriverConductor, executeAsyncClientTask</a>
 */
public final class HostLookup {
    /** The system's; Java remembers its answers for half a minute. */
    public static final HostLookup SYSTEM = new HostLookup(InetAddress::getByName);

    private final Resolver resolver;
    /** A name has one look-up at a time, however often it is asked for. */
    private final Map<String, CompletableFuture<String>> running = new ConcurrentHashMap<>();

    /** May wait for long. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress addressOf(String name) throws UnknownHostException;
    }

    public HostLookup(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Begins, or joins in.
     *
     * @param host a name, an IPv4 address, or an IPv6 address in brackets
     * @return its address, IPv6 in brackets; of an address that address at once. It ends with an {@link
     *     IOException} when there is none.
     */
    public CompletableFuture<String> addressOf(String host) {
        if (isAddress(host)) {
            return CompletableFuture.completedFuture(host);
        }
        return running.computeIfAbsent(host, this::begin);
    }

    private static boolean isAddress(String host) {
        return host.startsWith("[") || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private CompletableFuture<String> begin(String name) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> end(name, result), "look-up");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private void end(String name, CompletableFuture<String> result) {
        try {
            InetAddress address = resolver.addressOf(name);
            String text = address.getHostAddress();
            running.remove(name);
            result.complete(address instanceof Inet6Address ? "[" + text + "]" : text);
        } catch (UnknownHostException e) {
            running.remove(name);
            result.completeExceptionally(new IOException("the name " + name + " has no address", e));
        } catch (RuntimeException e) {
            running.remove(name);
            result.completeExceptionally(e);
        }
    }
}
