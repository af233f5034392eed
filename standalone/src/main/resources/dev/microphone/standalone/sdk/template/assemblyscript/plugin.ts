/*
 * @NAME@: lets the volume waver (a tremolo). Change it to what you need.
 *
 * Build it:      npm install && npm run build
 * Check it:      microphone plugins check @NAME@.wasm
 * Hear it live:  microphone run --source tone: --chain "./@NAME@.wasm(hz=3)"     and open the address it prints
 *
 * A plugin is a WASM module without imports: no console, no Date, no Math.random. package.json builds with the stub
 * runtime, so what is created with `new` is never freed: create at the top of the file, never in process_frame.
 */

const SAMPLE_RATE_HZ: f64 = 48000;
const MAX_FRAME_BYTES: i32 = 4 * 960 * 4;

/*
 * State and buffers are static, each stream has an instance of its own. The host may copy an instance's memory between
 * two frames and go on with it elsewhere.
 */
const frame: usize = memory.data(MAX_FRAME_BYTES, 16);
let hz: f64 = 4;
let turn: f64 = 0; // where in its cycle the waver is, 0 to 1

/** The version of the contract that this is written for. */
export function abi_version(): i32 {
  return 1;
}

/** Where the host puts each frame; 0 refuses that length. */
export function frame_buffer(length: i32): usize {
  return length > 0 && length <= MAX_FRAME_BYTES ? frame : 0;
}

/** Lines `key=value`. Returns 0, or -n when line n cannot be; then nothing has changed. */
export function configure(text: usize, length: i32): i32 {
  const lines = String.UTF8.decodeUnsafe(text, length).split("\n");
  let newHz = hz;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trim();
    if (line.length == 0) continue;
    const equals = line.indexOf("=");
    const value = F64.parseFloat(line.substring(equals + 1));
    if (equals < 0 || line.substring(0, equals).trim() != "hz" || !(value >= 0.1 && value <= 20)) return -(i + 1);
    newHz = value;
  }
  hz = newHz;
  return 0;
}

/** Forgets all audio heard so far, keeps the parameters. */
export function reset(): void {
  turn = 0;
}

/** How many samples the output lies behind the input. */
export function latency_samples(): i32 {
  return 0;
}

/** To the nearest, halves away from zero, held at full scale. */
function toSample(x: f64): i16 {
  if (x >= 32767) return 32767;
  if (x <= -32768) return -32768;
  return <i16>(x < 0 ? x - 0.5 : x + 0.5);
}

/** The work: `length` bytes of pairs of 16-bit samples, left and right, in place. There are 5 ms of time for it. */
export function process_frame(pcm: usize, length: i32): i32 {
  if (length < 0 || length % 4 != 0) return -1;
  const step = hz / SAMPLE_RATE_HZ;
  for (let i = 0; i < length; i += 4) {
    // Between 0.1 and 1: never louder than it came.
    const gain = 0.55 + 0.45 * Math.cos(2 * Math.PI * turn);
    const at = pcm + i;
    store<i16>(at, toSample(gain * <f64>load<i16>(at)));
    store<i16>(at + 2, toSample(gain * <f64>load<i16>(at + 2)));
    turn += step;
    if (turn >= 1) turn -= 1;
  }
  return length;
}

/** What AssemblyScript calls when something is impossible: the frame passes through, a fresh instance goes on. */
export function stop(message: usize, file: usize, line: u32, column: u32): void {
  unreachable();
}
