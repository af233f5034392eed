package dev.microphone.loadtest.allocation;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the threads of this process have allocated since they started. */
final class ThreadAllocations {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** A thread's role by how its name begins. */
    private final Map<String, String> roles;

    /** @param roles by the beginning of a thread's name */
    ThreadAllocations(Map<String, String> roles) {
        this.roles = new LinkedHashMap<>(roles);
    }

    /** @return bytes by role; a role without a thread is missing */
    Map<String, Long> read() {
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        Map<String, Long> byRole = new TreeMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null && bytes[i] >= 0) {
                for (Map.Entry<String, String> role : roles.entrySet()) {
                    if (infos[i].getThreadName().startsWith(role.getKey())) {
                        byRole.merge(role.getValue(), bytes[i], Long::sum);
                    }
                }
            }
        }
        return byRole;
    }
}
