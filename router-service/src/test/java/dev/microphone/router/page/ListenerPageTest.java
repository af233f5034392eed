package dev.microphone.router.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.router.LiveRouter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerPageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private LiveRouter router;
    private VoiceLike feed;
    private Chromium browser;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(Chromium.EXECUTABLE), "needs chromium (Debian package chromium)");
        Files.createDirectories(SCREENSHOTS);
        router = new LiveRouter("ws:");
        feed = new VoiceLike(router);
        browser = new Chromium();
    }

    @AfterEach
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (feed != null) {
            feed.close();
        }
        if (router != null) {
            router.close();
        }
    }

    @Test
    void shouldPlayAndShowTheChosenStreamWithoutAGapWhenListenIsClicked() throws Exception {
        browser.open(router.http.url(), 1320, 960, true);
        browser.await("!document.getElementById('listen').disabled");
        browser.evaluate("document.getElementById('listen').click()");

        browser.await("microphoneStats.isPlaying && microphoneStats.samplesNonZero > 48000");
        browser.await("microphoneStats.frames > 100");

        assertEquals("acme/lab/bench-2/tone", browser.evaluate("microphoneStats.stream"));
        assertEquals(0, browser.evaluate("microphoneStats.gaps"));
        assertEquals(0, browser.evaluate("microphoneStats.missing"));
        // In one expression: between two more would have arrived.
        assertEquals(0, browser.evaluate("microphoneStats.samplesReceived - microphoneStats.samplesReceivedNonZero"));
        // A tone of 1 kHz at -12 dBFS: the spectrogram is bright where 1 kHz is, and only there.
        browser.await("microphoneStats.spectrogramColumns > 200");
        assertTrue(brightnessAt(0.5145) > 200, "1 kHz lies at 51 % of the height on the logarithmic axis");
        assertTrue(brightnessAt(0.2) < 60, "10 kHz is silent");
        assertEquals("−12.0", browser.evaluate("document.getElementById('peak').textContent"));
        assertEquals("", router.errors());
    }

    /** Of the newest column at that height, 0 at the top. */
    private double brightnessAt(double height) throws Exception {
        String script = "(() => { const canvas = document.getElementById('spectrogram');"
                + " const y = Math.round(canvas.height * " + height + ");"
                + " let most = 0;"
                + " for (let d = -3; d <= 3; d++) {"
                + " const p = canvas.getContext('2d').getImageData(canvas.width - 12, y + d, 1, 1).data;"
                + " most = Math.max(most, p[0]); }"
                + " return most; })()";
        return browser.evaluate(script) instanceof Number number ? number.doubleValue() : -1;
    }

    @Test
    void shouldSwitchBetweenBeforeAndAfterWithAKeyWhenBothStreamsAreThere() throws Exception {
        browser.open(router.http.url(), 1320, 960, true);
        browser.await("document.querySelectorAll('.stream').length === 3");
        browser.evaluate("document.querySelector('input[value$=\"voice.raw\"]').click()");
        browser.await("!document.getElementById('compare').hidden");
        browser.evaluate("document.getElementById('listen').click()");
        browser.await("microphoneStats.spectrogramColumns > 330");
        browser.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'b', bubbles: true }))");

        browser.await("microphoneStats.stream === 'acme/studio/desk-1/voice'");
        browser.await("microphoneStats.spectrogramColumns > 700");

        assertEquals(0, browser.evaluate("microphoneStats.gaps"));
        assertEquals("true", browser.evaluate("document.getElementById('compare-processed').ariaPressed"));
        browser.screenshot(SCREENSHOTS.resolve("listener-dark.png"));
    }

    @Test
    void shouldFitAPhoneWithoutScrollingSidewaysWhenTheWindowIsNarrow() throws Exception {
        browser.open(router.http.url(), 390, 1180, false);
        browser.await("document.querySelectorAll('.stream').length === 3");
        browser.evaluate("document.querySelector('input[value$=\"voice\"]').click()");
        browser.evaluate("document.getElementById('listen').click()");
        browser.await("microphoneStats.spectrogramColumns > 300");

        browser.screenshot(SCREENSHOTS.resolve("listener-phone.png"));
        assertEquals(390, browser.evaluate("document.documentElement.scrollWidth"));
    }

    @Test
    void shouldComeBackByItselfWhenTheConnectionWasCut() throws Exception {
        browser.beforePages("const Real = WebSocket; window.sockets = [];"
                + " window.WebSocket = class extends Real { constructor(...a) { super(...a); sockets.push(this); } };");
        browser.open(router.http.url(), 1320, 960, false);
        browser.await("microphoneStats.frames > 20");
        browser.evaluate("window.framesBefore = microphoneStats.frames; sockets[0].close()");

        browser.await("sockets.length === 2 && microphoneStats.state === 'live'");
        browser.await("microphoneStats.frames > framesBefore + 100");

        assertEquals(1, browser.evaluate("microphoneStats.reconnects"));
        assertEquals(0, browser.evaluate("microphoneStats.gaps"));
        browser.screenshot(SCREENSHOTS.resolve("listener-light.png"));
    }
}
