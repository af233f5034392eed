import { Connection } from './connection.js';
import { Meter, shown } from './meter.js';
import { Player } from './player.js';
import { Spectrogram } from './spectrogram.js';
import { StreamList, pathOf, sourceOf } from './streams.js';

const element = (id) => document.getElementById(id);
const TEXT_INTERVAL_MS = 250;
const CLOCK_SETTLE_MS = 10000;

const player = new Player();
const meter = new Meter(document.querySelectorAll('.meter'), element('meter-scale'));
const spectrogram = new Spectrogram(element('spectrogram'), element('frequencies'), element('times'), element('legend'));
let connection = null;
let state = 'waiting';
let format = null;
let latest = null;
let arrival = null;

// What tests and the curious read.
const stats = { frames: 0, gaps: 0, missing: 0, duplicates: 0, samplesReceived: 0, samplesReceivedNonZero: 0 };
Object.defineProperties(stats, {
  stream: { enumerable: true, get: () => streams.chosen ?? null },
  state: { enumerable: true, get: () => state },
  isListening: { enumerable: true, get: () => player.isOn },
  isPlaying: { enumerable: true, get: () => player.report.isPlaying },
  samplesPlayed: { enumerable: true, get: () => player.report.played },
  samplesNonZero: { enumerable: true, get: () => player.report.nonZero },
  underruns: { enumerable: true, get: () => player.report.underruns },
  bufferMs: { enumerable: true, get: () => player.report.fillMs },
  spectrogramColumns: { enumerable: true, get: () => spectrogram.columns },
  reconnects: { enumerable: true, get: () => connection?.reconnects ?? 0 },
});
window.microphoneStats = stats;

const streams = new StreamList(element('stream-list'), element('no-streams'), element('stream-count'), choose);

function choose(name, before) {
  connection?.close();
  latest = arrival = format = null;
  // Between before and after, the picture goes on: one sees the noise go.
  const pair = streams.pair;
  if (!pair || ![pair.raw, pair.processed].includes(before)) {
    meter.reset();
    spectrogram.clear();
  }
  player.restart();
  element('listen').disabled = false;
  element('stream-source').textContent = sourceOf(name);
  element('stream-path').textContent = pathOf(name) || name;
  document.title = `${sourceOf(name)} – Microphone`;
  connection = new Connection(name, { state: showState, format: (json) => (format = json), frame: onFrame });
  showCompare();
}

function onFrame(frame) {
  latest = frame;
  stats.frames = connection.frames;
  stats.gaps = connection.gaps;
  stats.missing = connection.missing;
  stats.duplicates = connection.duplicates;
  stats.samplesReceived += frame.pcm.length;
  if (frame.pcm.some((sample) => sample !== 0)) stats.samplesReceivedNonZero += frame.pcm.length;
  player.push(frame.pcm);
  meter.push(frame.pcm);
  spectrogram.push(frame.pcm);
  const now = performance.now();
  arrival ??= { firstMs: now, firstSequence: frame.sequence, samples: frame.pcm.length / 2, ppm: null };
  const elapsedMs = now - arrival.firstMs;
  if (elapsedMs > CLOCK_SETTLE_MS) {
    const expected = Number(frame.sequence - arrival.firstSequence) * arrival.samples;
    arrival.ppm = (expected / (elapsedMs * 48) - 1) * 1e6;
  }
}

function showState(next) {
  state = next;
  const text = { live: 'Live', waiting: 'Connecting', lost: 'Connection lost, trying again' };
  element('connection').dataset.state = next;
  if (element('connection-text').textContent !== text[next]) element('connection-text').textContent = text[next];
}

function draw() {
  meter.draw();
  spectrogram.draw();
  requestAnimationFrame(draw);
}
requestAnimationFrame(draw);

const whole = (number) => Number(number).toLocaleString('en');
function put(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

function alertWhen(id, isBad) {
  element(id).closest('div').classList.toggle('alert', isBad);
}

function showNumbers() {
  const status = streams.status;
  put('peak', shown(meter.hold));
  put('rms', shown(meter.rms));
  showLatency(status);
  put('buffer', player.isOn ? `${Math.round(player.report.fillMs)}` : '–');
  element('buffer-bar').style.transform = `scaleX(${player.isOn ? Math.min(1, player.report.fillMs / 250) : 0})`;
  const missing = (status?.missing ?? 0) + stats.missing;
  put('gaps', whole((status?.gaps ?? 0) + stats.gaps));
  put('gaps-note', missing ? `${whole(missing)} frames missing` : 'no frame missing');
  alertWhen('gaps', missing > 0);
  put('drops', whole(status?.listenerDrops ?? 0));
  put('drops-note', status?.listenerDrops ? 'listeners too slow' : 'none on the way to you');
  alertWhen('drops', (status?.listenerDrops ?? 0) > 0);
  put('underruns', whole(player.report.underruns));
  alertWhen('underruns', player.report.underruns > 0);
  showClock(status);
  put('sequence', latest ? whole(latest.sequence) : '–');
  put('frame-note', format ? `${format.frameMillis} ms, ${format.channels} × s16le` : 'sequence');
  put('listeners', whole(status?.listeners ?? 0));
  showCompare();
}

function showLatency(status) {
  const hasClock = status && status.latencyMs !== null && latest;
  if (!hasClock) {
    put('latency', player.isOn ? `${Math.round(player.delayMs)}` : '–');
    put('latency-note', player.isOn ? 'arrival to ear' : 'no capture clock');
    return;
  }
  const toPage = status.latencyMs;
  put('latency', `${Math.round(toPage + (player.isOn ? player.delayMs : 0))}`);
  put('latency-note', player.isOn ? 'capture to ear' : 'capture to router');
}

function showClock(status) {
  const names = { unknown: 'unknown', free_running: 'free running', ntp: 'NTP', ptp: 'PTP', file_position: 'a file' };
  const ppm = arrival?.ppm;
  const kind = names[status?.clock] ?? '';
  if (ppm === null || ppm === undefined) {
    put('clock', '48,000');
    put('clock-note', latest ? `measuring${kind && `, clock: ${kind}`}` : 'measuring');
  } else {
    put('clock', whole(Math.round(48000 * (1 + ppm / 1e6))));
    put('clock-note', `${ppm < 0 ? '−' : '+'}${Math.abs(Math.round(ppm))} ppm${kind && `, clock: ${kind}`}`);
  }
}

function showCompare() {
  const pair = streams?.pair;
  element('compare').hidden = !pair;
  if (pair) {
    element('compare-raw').setAttribute('aria-pressed', streams.chosen === pair.raw);
    element('compare-processed').setAttribute('aria-pressed', streams.chosen === pair.processed);
  }
}
setInterval(showNumbers, TEXT_INTERVAL_MS);

async function toggleListen() {
  const button = element('listen');
  if (button.disabled) return;
  try {
    await (player.isOn ? player.stop() : player.start());
  } catch (error) {
    element('stream-path').textContent = `This browser cannot play: ${error.message}`;
    player.isOn = false;
  }
  button.setAttribute('aria-pressed', player.isOn);
  button.setAttribute('aria-label', player.isOn ? 'Stop listening' : 'Listen');
}

function toggleMute() {
  player.setMuted(!player.isMuted);
  element('mute').setAttribute('aria-pressed', player.isMuted);
}

function setAxis(axis) {
  spectrogram.setAxis(axis);
  element('axis-log').setAttribute('aria-pressed', axis === 'log');
  element('axis-linear').setAttribute('aria-pressed', axis === 'linear');
}

function switchCompare() {
  const pair = streams.pair;
  if (pair) streams.choose(streams.chosen === pair.raw ? pair.processed : pair.raw);
}

element('listen').onclick = toggleListen;
element('mute').onclick = toggleMute;
element('volume').oninput = (event) => player.setVolume(event.target.value / 100);
element('axis-log').onclick = () => setAxis('log');
element('axis-linear').onclick = () => setAxis('linear');
element('compare-raw').onclick = () => streams.choose(streams.pair.raw);
element('compare-processed').onclick = () => streams.choose(streams.pair.processed);

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('button, input[type=range]')) return;
  const keys = {
    ' ': toggleListen,
    m: toggleMute,
    b: switchCompare,
    f: () => setAxis(spectrogram.axis === 'log' ? 'linear' : 'log'),
  };
  const action = keys[event.key.toLowerCase()];
  if (action) {
    event.preventDefault();
    action();
  } else if (event.key >= '1' && event.key <= '9') {
    const status = streams.statuses[Number(event.key) - 1];
    if (status) streams.choose(status.name);
  }
});
