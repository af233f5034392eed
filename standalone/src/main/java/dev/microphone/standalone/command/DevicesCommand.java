package dev.microphone.standalone.command;

import dev.microphone.edge.source.AudioDevice;
import dev.microphone.edge.source.AudioDevices;
import dev.microphone.edge.source.SourceException;
import dev.microphone.standalone.terminal.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code devices}. */
@Command(
        name = "devices",
        description = "Lists the microphones and other inputs of this machine, as --source takes them.")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class DevicesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws SourceException {
        PrintWriter out = spec.commandLine().getOut();
        List<AudioDevice> devices = AudioDevices.list();
        if (devices.isEmpty()) {
            out.println("no capture devices: none is plugged in, or the sound system does not show it to this user"
                    + " (group audio)");
            return 0;
        }
        Table table = new Table("source", "description");
        devices.forEach(device -> table.row(device.uri(), device.description()));
        table.lines().forEach(out::println);
        return 0;
    }
}
