package dev.microphone.edge.source;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The capture devices of this machine, by libasound's name hints. */
public final class AudioDevices {
    private static final int ALL_CARDS = -1;

    private AudioDevices() {}

    /** @throws SourceException when libasound is missing, with what to install */
    public static List<AudioDevice> list() throws SourceException {
        Asound.load();
        PointerByReference array = new PointerByReference();
        int error = Asound.snd_device_name_hint(ALL_CARDS, "pcm", array);
        if (error < 0) {
            throw new SourceException("alsa", "devices cannot be listed: " + Asound.snd_strerror(error));
        }
        Pointer hints = array.getValue();
        try {
            List<AudioDevice> devices = new ArrayList<>();
            for (Pointer hint : hints.getPointerArray(0)) {
                add(hint, devices);
            }
            return List.copyOf(devices);
        } finally {
            Asound.snd_device_name_free_hint(hints);
        }
    }

    private static void add(Pointer hint, List<AudioDevice> devices) {
        String name = text(hint, "NAME");
        String direction = text(hint, "IOID");
        // No direction means both. "null" only ever delivers zeros.
        if (name == null || name.equals("null") || (direction != null && !direction.equals("Input"))) {
            return;
        }
        String description = text(hint, "DESC");
        devices.add(new AudioDevice("alsa:" + name, description == null ? "" : description.replace("\n", ", ")));
    }

    private static @Nullable String text(Pointer hint, String key) {
        @Nullable Pointer text = Asound.snd_device_name_get_hint(hint, key);
        if (text == null) {
            return null;
        }
        try {
            return text.getString(0);
        } finally {
            Native.free(Pointer.nativeValue(text));
        }
    }
}
