/** The {@code ws:} sink: live listeners over WebSocket. */
@NullMarked
package dev.microphone.router.sink.websocket;

import org.jspecify.annotations.NullMarked;
