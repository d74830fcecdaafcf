// Rows over time, darker where more ran.

import { duration, number, rough, time } from '../format.js';

/** The labels beside it are as high. */
const ROW = 20;
const AXIS = 22;
const LEVELS = 8;
const FAINTEST = 0.15;
/** Pixels that a label of the axis needs. */
const TICK = 76;
const DAY = 86_400;
const TICKS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

function shape(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const rectangle = (x, y, width, height) =>
  `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;

/**
 * `<heat-map .told=${{ at, stepSeconds, rows, relative, label }}>`: a row is `{ label, running, succeeded, failed }`
 * with a number for each instant of `at`, or null. The cells of one shade are one shape, so that many of them are
 * drawn quickly. It fires `pick` with `{ row, from, until }` for a cell that was clicked, and `range` with
 * `{ from, until }` when several columns were drawn over.
 */
class HeatMap extends HTMLElement {
  #told = null;
  #width = 0;
  #drawing = null;
  #mark = null;
  #band = null;
  #down = null;
  #readout = document.createElement('p');
  #watch = new ResizeObserver(() => this.clientWidth !== this.#width && this.#draw());

  set told(told) {
    this.#told = told;
    this.#draw();
  }

  connectedCallback() {
    this.#readout.className = 'readout';
    this.#readout.setAttribute('aria-hidden', 'true');
    this.#watch.observe(this);
    this.addEventListener('pointermove', this.#moved);
    this.addEventListener('pointerdown', this.#pressed);
    this.addEventListener('pointerup', this.#released);
    this.addEventListener('pointerleave', this.#left);
    this.addEventListener('pointercancel', this.#left);
    this.#draw();
  }

  disconnectedCallback() {
    this.#watch.disconnect();
  }

  #draw() {
    if (!this.isConnected || this.#told === null || this.clientWidth === 0) {
      return;
    }
    const { at, rows, label } = this.#told;
    this.#width = this.clientWidth;
    const height = AXIS + rows.length * ROW;
    this.#mark = shape('rect', { class: 'mark', width: 0, height: ROW }, shape('title', {}));
    this.#band = shape('rect', { class: 'band', y: AXIS, width: 0, height: height - AXIS });
    const drawing = shape('svg', {
      class: 'drawing', role: 'img', 'aria-label': label, width: this.#width, height,
      viewBox: `0 0 ${this.#width} ${height}`,
    }, ...this.#axis(height), ...this.#cells(this.#width / at.length), this.#band, this.#mark);
    this.replaceChildren(drawing, this.#readout);
    this.#drawing = drawing;
  }

  #axis(height) {
    const { at, stepSeconds } = this.#told;
    const start = new Date(at[0]) / 1000;
    const length = at.length * stepSeconds;
    const step = TICKS.find(each => length / each * TICK <= this.#width) ?? TICKS.at(-1);
    const zone = new Date(at[0]).getTimezoneOffset() * 60;
    const drawn = [];
    for (let tick = Math.ceil((start - zone) / step) * step + zone; tick < start + length; tick += step) {
      const x = (tick - start) / length * this.#width;
      const instant = new Date(tick * 1000);
      const midnight = instant.getHours() === 0 && instant.getMinutes() === 0;
      drawn.push(shape('line', { class: 'rule', x1: x, x2: x, y1: AXIS - 6, y2: height }));
      if (x < this.#width - TICK / 1.5) {
        drawn.push(shape('text', { class: 'soft', x: x + 3, y: AXIS - 8 },
          step >= DAY || midnight ? DATE.format(instant) : CLOCK.format(instant)));
      }
    }
    return drawn;
  }

  #cells(width) {
    const { rows, relative } = this.#told;
    const most = row => row.running.reduce((one, other) => Math.max(one, other ?? 0), 0);
    const all = rows.reduce((one, row) => Math.max(one, most(row)), 0);
    const shades = Array.from({ length: LEVELS }, () => []);
    const failed = [];
    rows.forEach((row, line) => {
      const full = (relative ? most(row) : all) || 1;
      const y = AXIS + line * ROW;
      row.running.forEach((running, bin) => {
        if (running > 0 || row.succeeded?.[bin] > 0) {
          const level = Math.max(0, Math.min(LEVELS - 1, Math.ceil((running ?? 0) / full * LEVELS) - 1));
          shades[level].push(rectangle(bin * width, y + 1, width, ROW - 2));
        }
        if (row.failed?.[bin] > 0) {
          failed.push(rectangle(bin * width, y + ROW - 5, Math.max(width, 1.5), 4));
        }
      });
    });
    return [
      ...shades.map((cells, level) => shape('path', {
        class: 'heat', d: cells.join(''), 'fill-opacity': FAINTEST + (1 - FAINTEST) * level / (LEVELS - 1),
      })),
      shape('path', { class: 'tone-bad', d: failed.join('') }),
    ];
  }

  /** The cell at a place; of places outside the nearest. */
  #cell(event) {
    const { at, rows } = this.#told;
    const frame = this.#drawing.getBoundingClientRect();
    const within = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value)));
    return {
      bin: within((event.clientX - frame.left) / frame.width * at.length, at.length),
      line: within((event.clientY - frame.top - AXIS) / ROW, rows.length),
    };
  }

  #instant(bin) {
    const { at, stepSeconds } = this.#told;
    return new Date(new Date(at[0]).getTime() + bin * stepSeconds * 1000).toISOString();
  }

  #words({ bin, line }) {
    const { rows, stepSeconds } = this.#told;
    const row = rows[line];
    return `${row.label}, ${duration(stepSeconds)} from ${time(this.#instant(bin))}: `
      + `${rough(row.running[bin] ?? 0)} running, ${number(row.succeeded?.[bin] ?? 0)} succeeded, `
      + `${number(row.failed?.[bin] ?? 0)} failed`;
  }

  #moved = event => {
    if (this.#drawing === null || this.#told.rows.length === 0) {
      return;
    }
    const cell = this.#cell(event);
    const width = this.#width / this.#told.at.length;
    this.#mark.setAttribute('x', cell.bin * width);
    this.#mark.setAttribute('y', AXIS + cell.line * ROW);
    this.#mark.setAttribute('width', width);
    const words = this.#words(cell);
    this.#mark.firstChild.textContent = words;
    this.#readout.textContent = words;
    if (this.#down !== null) {
      const from = Math.min(this.#down, cell.bin);
      const wide = this.#down === cell.bin ? 0 : Math.abs(this.#down - cell.bin) + 1;
      this.#band.setAttribute('x', from * width);
      this.#band.setAttribute('width', wide * width);
    }
  };

  #pressed = event => {
    if (event.button === 0 && this.#drawing?.contains(event.target)) {
      this.#down = this.#cell(event).bin;
      this.setPointerCapture(event.pointerId);
    }
  };

  #released = event => {
    if (this.#down === null) {
      return;
    }
    const { bin, line } = this.#cell(event);
    const from = Math.min(this.#down, bin);
    const until = Math.max(this.#down, bin) + 1;
    const detail = { from: this.#instant(from), until: this.#instant(until) };
    const single = until - from === 1;
    this.#left();
    this.dispatchEvent(new CustomEvent(single ? 'pick' : 'range',
      { detail: single ? { ...detail, row: this.#told.rows[line] } : detail }));
  };

  #left = () => {
    this.#down = null;
    this.#mark?.setAttribute('width', 0);
    this.#band?.setAttribute('width', 0);
    this.#readout.textContent = '';
  };
}

customElements.define('heat-map', HeatMap);
