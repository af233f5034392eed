const POLL_MS = 1000;
const RAW_ENDING = /[.-]raw$/;

export const sourceOf = (name) => name.split('/').pop();
export const pathOf = (name) => name.split('/').slice(0, -1).join(' / ');

// The list of streams, kept up to date. Each is a radio button, so the arrow keys choose.
export class StreamList {
  constructor(fieldset, empty, count, onChoose) {
    this.fieldset = fieldset;
    this.empty = empty;
    this.count = count;
    this.onChoose = onChoose;
    this.rows = new Map();
    this.statuses = [];
    this.poll();
  }

  async poll() {
    try {
      const response = await fetch('/api/streams');
      this.show((await response.json()).streams);
      this.isReachable = true;
    } catch {
      this.isReachable = false;
    }
    setTimeout(() => this.poll(), POLL_MS);
  }

  show(statuses) {
    this.statuses = statuses;
    const names = new Set(statuses.map((status) => status.name));
    for (const [name, row] of this.rows) {
      if (!names.has(name)) {
        row.label.remove();
        this.rows.delete(name);
      }
    }
    statuses.forEach((status, index) => this.showRow(status, index));
    this.empty.hidden = statuses.length > 0;
    this.count.textContent = statuses.length > 1 ? statuses.length : '';
    if (!names.has(this.chosen)) {
      const first = statuses.find((status) => status.live && !this.rawOf(status.name)) ?? statuses[0];
      if (first) this.choose(first.name);
    }
  }

  showRow(status, index) {
    let row = this.rows.get(status.name);
    if (!row) {
      row = this.makeRow(status.name);
      this.rows.set(status.name, row);
      this.fieldset.insertBefore(row.label, this.fieldset.querySelectorAll('.stream')[index] ?? null);
    }
    row.label.dataset.live = status.live;
    row.label.dataset.state = status.live ? 'live' : 'idle';
    row.db.textContent = status.live ? `${Math.round(status.rmsDbfs)} dB`.replace('-', '−') : status.ended ? 'ended' : 'silent';
    const level = status.live ? Math.min(1, Math.max(0, 1 + status.rmsDbfs / 66)) : 0;
    row.level.style.transform = `scaleX(${level})`;
  }

  makeRow(name) {
    const label = document.createElement('label');
    label.className = 'stream';
    const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'stream', value: name });
    input.onchange = () => this.choose(name);
    const part = (className, text = '') =>
      Object.assign(document.createElement('span'), { className, textContent: text });
    const db = part('db');
    const spark = part('spark');
    const level = spark.appendChild(part(''));
    label.append(input, part('dot'), part('name', sourceOf(name)), db, part('path', pathOf(name)), spark);
    label.title = name;
    return { label, input, db, level };
  }

  choose(name) {
    const row = this.rows.get(name);
    if (!row) return;
    row.input.checked = true;
    if (name !== this.chosen) {
      const before = this.chosen;
      this.chosen = name;
      this.onChoose(name, before);
    }
  }

  get status() {
    return this.statuses.find((status) => status.name === this.chosen);
  }

  has(name) {
    return this.rows.has(name);
  }

  // "…/voice.raw" is what "…/voice" was before its chain.
  rawOf(name) {
    return RAW_ENDING.test(name) ? name.replace(RAW_ENDING, '') : null;
  }

  // The stream before and after its chain, if both are there.
  get pair() {
    if (!this.chosen) return null;
    const processed = this.rawOf(this.chosen) ?? this.chosen;
    const raw = ['.raw', '-raw'].map((ending) => processed + ending).find((name) => this.has(name));
    return raw && this.has(processed) ? { raw, processed } : null;
  }
}
