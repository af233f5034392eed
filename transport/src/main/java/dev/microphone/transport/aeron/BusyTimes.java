package dev.microphone.transport.aeron;

import io.aeron.CncFileDescriptor;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.status.CountersReader;

/**
 * Reads what {@link BusyTime} has counted in another process, from the files of its media drivers. One thread.
 *
 * @see CncFileDescriptor
 */
public final class BusyTimes implements AutoCloseable {
    private final List<MappedByteBuffer> files = new ArrayList<>();

    private BusyTimes() {}

    /**
     * All media drivers that the process has now.
     *
     * @throws IOException when it has none: it has ended, or is another user's
     */
    public static BusyTimes of(long processId) throws IOException {
        BusyTimes times = new BusyTimes();
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(MediaFolder.base(), MediaFolder.ofProcess(processId))) {
            for (Path folder : folders) {
                Path file = folder.resolve(CncFileDescriptor.CNC_FILE);
                if (Files.exists(file)) {
                    times.files.add(IoUtil.mapExistingFile(file.toFile(), CncFileDescriptor.CNC_FILE));
                }
            }
        } catch (RuntimeException e) {
            times.close();
            throw e;
        }
        if (times.files.isEmpty()) {
            throw new IOException("process " + processId + " has no media driver in " + MediaFolder.base());
        }
        return times;
    }

    /** Processor time in rounds with work so far, ns, by the name that the thread was given; threads of one name together. */
    public Map<String, Long> read() {
        Map<String, Long> byThread = new TreeMap<>();
        for (MappedByteBuffer file : files) {
            DirectBuffer head = CncFileDescriptor.createMetaDataBuffer(file);
            CountersReader counters = new CountersReader(
                    CncFileDescriptor.createCountersMetaDataBuffer(file, head),
                    CncFileDescriptor.createCountersValuesBuffer(file, head));
            counters.forEach((counterId, typeId, key, label) -> {
                if (typeId == BusyTime.COUNTER_TYPE) {
                    byThread.merge(label, counters.getCounterValue(counterId), Long::sum);
                }
            });
        }
        return byThread;
    }

    @Override
    public void close() {
        files.forEach(BufferUtil::free);
        files.clear();
    }
}
