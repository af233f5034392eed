/** The one HTTP port: pages, endpoints and WebSocket upgrades that others register. */
@NullMarked
package dev.microphone.router.http;

import org.jspecify.annotations.NullMarked;
