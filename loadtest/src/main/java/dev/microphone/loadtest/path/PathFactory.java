package dev.microphone.loadtest.path;

import dev.microphone.transport.service.ErrorLog;

/** Sets a path up, ready to be connected. */
interface PathFactory {
    FramePath open(ErrorLog errors) throws Exception;
}
