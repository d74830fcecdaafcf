// Lines over time, drawn by uPlot.

import { uPlot } from '../lib.js';

const HEIGHT = 180;
const COLOURS = ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5', '--line-6'];

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const SECONDS_A_DAY = 86_400;

/** The clock, or the day where a tick is one. */
const ticks = (_, values, axis, space, step) => values.map(value => {
  const at = new Date(value * 1000);
  return step >= SECONDS_A_DAY || at.getHours() + at.getMinutes() === 0 ? DAY.format(at) : CLOCK.format(at);
});

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * `<time-chart .data=${[seconds since 1970, values, values, …]} .series=${['name', …]} .format=${value => text}
 * label="…">`, before its data whatever else is set. Values that are null are gaps. Its label says in words what is
 * drawn.
 */
class TimeChart extends HTMLElement {
  #plot = null;
  #drawn = '';
  #data = null;
  #watch = new ResizeObserver(() => this.#plot?.setSize({ width: this.clientWidth, height: HEIGHT }));
  series = [];
  /** Of each series; in order when not said. */
  colours = COLOURS;
  format = value => String(value);

  set data(data) {
    this.#data = data;
    if (this.isConnected) {
      this.#draw();
    }
  }

  static observedAttributes = ['label'];

  attributeChangedCallback(_, __, label) {
    this.setAttribute('aria-label', label ?? '');
  }

  connectedCallback() {
    this.setAttribute('role', 'img');
    this.#watch.observe(this);
    queueMicrotask(() => this.#draw());
  }

  disconnectedCallback() {
    this.#watch.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #draw() {
    if (this.#data === null || !this.isConnected) {
      return;
    }
    const names = this.series.join('\n');
    if (this.#plot && this.#drawn === names) {
      this.#plot.setData(this.#data);
      return;
    }
    this.#plot?.destroy();
    this.#drawn = names;
    this.#plot = new uPlot(this.#options(), this.#data, this);
  }

  #options() {
    const axis = {
      stroke: () => colour('--ink-soft'), grid: { stroke: () => colour('--rule'), width: 1 }, ticks: { show: false },
    };
    const show = (_, value) => value === null || value === undefined ? '–' : this.format(value);
    return {
      width: this.clientWidth || 400,
      height: HEIGHT,
      cursor: { points: { size: 6 }, drag: { x: false, y: false } },
      scales: { y: { range: (_, low, high) => [0, high > 0 ? high * 1.05 : 1] } },
      axes: [
        { ...axis, values: ticks },
        { ...axis, size: 88, values: (_, values) => values.map(value => this.format(value)) },
      ],
      series: [
        { label: 'Time', value: (_, value) => value === null ? '–' : FULL.format(new Date(value * 1000)) },
        ...this.series.map((label, at) => ({
          label, stroke: () => colour(this.colours[at % this.colours.length]), width: 2, value: show,
          points: { show: false }, spanGaps: false,
        })),
      ],
    };
  }
}

customElements.define('time-chart', TimeChart);
