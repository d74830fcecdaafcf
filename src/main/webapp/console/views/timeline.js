import { html, nothing } from '../lib.js';
import { get } from '../api.js';
import { address, go } from '../router.js';
import { duration, number, rough, time } from '../format.js';
import { View } from '../view.js';
import { table } from '../parts/facts.js';
import '../parts/heat.js';
import * as history from '../parts/history.js';
import { backendLink, methodLink, tasksLink } from '../parts/links.js';
import { piece, pieces } from '../parts/pieces.js';
import { Seldom } from '../parts/seldom.js';
import { localMinute } from '../parts/when.js';

const MOST_ROWS = 200;
const MOST_BACKENDS = 24;
const MOST_BINS = 200;
/** Pixels of a column, at least. */
const COLUMN = 5;
/** Milliseconds that are seen at least. */
const SHORTEST = 300_000;

const iso = milliseconds => new Date(milliseconds).toISOString();
const parsed = text => text && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : null;

export default class Timeline extends View {
  #seldom = new Seldom(8);
  title = 'Timeline';
  events = null;

  get by() {
    return this.query.get('groupBy') === 'node' ? 'node' : 'backend';
  }

  get relative() {
    return this.query.get('shade') !== 'all';
  }

  /** What is looked at, in milliseconds; without an end of its own it goes on until now. */
  get span() {
    const since = parsed(this.query.get('since'));
    const until = since === null ? null : parsed(this.query.get('until'));
    const end = until ?? Date.now();
    const begin = since ?? end - history.WINDOWS[this.window] * 1000;
    return { since: Math.min(begin, end - 60_000), until: end, isLive: until === null };
  }

  get window() {
    const asked = this.query.get('window');
    return asked in history.WINDOWS ? asked : '6h';
  }

  get #only() {
    return { backend: this.query.get('backend'), method: this.query.get('method') };
  }

  /** Another look, with what is not named as it is. */
  #look(query) {
    const kept = Object.fromEntries(this.query);
    if ('since' in query || 'window' in query) {
      delete kept.since;
      delete kept.until;
      delete kept.window;
    }
    return address('timeline', { ...kept, ...query });
  }

  async load() {
    const { since, until, isLive } = this.span;
    const asked = {
      ...this.#only, since: iso(since), until: isLive ? '' : iso(until),
      bins: Math.max(30, Math.min(MOST_BINS, Math.floor(window.innerWidth * 0.75 / COLUMN))),
    };
    const key = `${this.query}`;
    const { rows, backends } = await pieces({
      rows: this.#seldom.get(`rows ${key}`, () => get('history', { ...asked, groupBy: [this.by, 'method'] })),
      backends: this.#seldom.get(`backends ${key}`, () =>
        get('history', { ...asked, method: '', groupBy: 'backend' })),
    });
    this.found = { rows, backends };
    this.seconds = (until - since) / 1000;
  }

  actions() {
    const { since, until, isLive } = this.span;
    const chosen = isLive && !this.query.get('since') ? this.window : null;
    return html`
      ${history.windowChoice(chosen, window => go(this.#look({ window })), Object.keys(history.WINDOWS))}
      <button class="quiet" @click=${() => go(this.#shifted(since, until, -1))}>Older</button>
      <button class="quiet" ?disabled=${isLive} @click=${() => go(this.#shifted(since, until, 1))}>Newer</button>
      <button class="quiet" ?disabled=${isLive}
        @click=${() => go(this.#look({ window: this.#named(until - since) ?? '6h' }))}>
        Now</button>`;
  }

  /** The name of a window of this length. */
  #named(milliseconds) {
    return Object.keys(history.WINDOWS).find(name => Math.abs(history.WINDOWS[name] * 1000 - milliseconds) < 1000);
  }

  #shifted(since, until, times) {
    const length = until - since;
    const later = until + times * length;
    if (later < Date.now()) {
      return this.#look({ since: iso(since + times * length), until: iso(later) });
    }
    const name = this.#named(length);
    return this.#look(name ? { window: name } : { since: iso(Date.now() - length) });
  }

  #range(from, until) {
    const spare = Math.max(0, SHORTEST - (Date.parse(until) - Date.parse(from))) / 2;
    go(this.#look({ since: iso(Date.parse(from) - spare), until: iso(Date.parse(until) + spare) }));
  }

  template() {
    return html`
      ${this.#choices()}
      ${piece(this.found.rows, told => this.#map(told, this.#rows(told)))}
      <h2>Utilisation</h2>
      ${piece(this.found.backends, told => this.#utilisation(told))}
      ${this.found.rows.value ? this.#totals(this.found.rows.value, this.#rows(this.found.rows.value)) : nothing}`;
  }

  #choices() {
    const { since, until, isLive } = this.span;
    const option = (name, value, words, chosen) => html`
      <button class="quiet" aria-pressed=${chosen} @click=${() => go(this.#look({ [name]: value }))}>${words}</button>`;
    const filters = Object.entries(this.#only).filter(([, value]) => value);
    const show = event => {
      event.preventDefault();
      const form = new FormData(event.target);
      const at = name => form.get(name) ? iso(new Date(form.get(name)).getTime()) : '';
      go(this.#look({ since: at('since'), until: at('until') }));
    };
    return html`
      <div class="row">
        <div class="segments" role="group" aria-label="Rows">
          ${option('groupBy', '', 'By backend', this.by === 'backend')}
          ${option('groupBy', 'node', 'By server', this.by === 'node')}</div>
        <div class="segments" role="group" aria-label="Shades">
          ${option('shade', '', 'Shade within a row', this.relative)}
          ${option('shade', 'all', 'Shade over all rows', !this.relative)}</div>
        ${filters.map(([name, value]) => html`<a class="way" href=${this.#look({ [name]: '' })}
          aria-label="Every ${name}, not only ${value}">${name} ${value} ×</a>`)}
      </div>
      <form class="row" @submit=${show}>
        <label>From
          <input type="datetime-local" name="since" required .value=${isLive ? '' : localMinute(since)}></label>
        <label>Until <input type="datetime-local" name="until" .value=${isLive ? '' : localMinute(until)}></label>
        <button class="quiet">Show</button>
        <span class="soft">${time(iso(since))} to ${isLive ? 'now' : time(iso(until))}</span>
      </form>`;
  }

  /** Those with the most work, and how many there are besides. */
  #rows(told) {
    const all = told.series
      .filter(({ method, total }) => method && (total.running > 0 || total.succeeded > 0 || total.failed > 0))
      .map(one => ({ ...one, place: one[this.by] ?? '', label: `${one[this.by]} · ${one.method}` }))
      .sort((one, other) => (other.total.running ?? 0) - (one.total.running ?? 0));
    const rows = all.slice(0, MOST_ROWS)
      .sort((one, other) => one.place.localeCompare(other.place) || one.method.localeCompare(other.method));
    return { rows, more: all.length - rows.length };
  }

  #map(told, { rows, more }) {
    if (rows.length === 0) {
      return html`<p class="soft">Nothing ran in this time. What tasks are doing is written down while they run, and is
        shown here by ${this.by === 'node' ? 'server' : 'backend'} and method.</p>`;
    }
    const filter = row => ({ method: row.method, ...(this.by === 'backend' ? { backend: row.backend } : {}) });
    const label = `What ran in ${number(rows.length)} rows over ${duration(this.seconds)}, `
      + 'darker where more ran; the table of totals tells the same in numbers';
    return html`
      <p class="soft">Click a cell for its tasks, draw over several columns to look closer.
        <span class="nowrap"><span class="swatch heat-1"></span><span class="swatch heat-2"></span><span
        class="swatch heat-3"></span> more ran</span>
        <span class="nowrap"><span class="swatch heat-bad"></span> some failed</span></p>
      <div class="heat">
        <ul>${rows.map(row => html`<li><a title=${row.label}
          href=${address('tasks', filter(row))}>${row.label}</a></li>`)}
        </ul>
        <heat-map .told=${{ ...told, rows, relative: this.relative, label }}
          @pick=${({ detail }) => go(address('tasks', { ...filter(detail.row), until: detail.until }))}
          @range=${({ detail }) => this.#range(detail.from, detail.until)}></heat-map>
      </div>
      ${more > 0 ? html`<p class="note">The ${MOST_ROWS} rows with the most work are shown; ${number(more)} more had
        less. Choose a backend or a method to see them.</p>` : nothing}`;
  }

  #totals(told, { rows }) {
    const isBackend = this.by === 'backend';
    const seconds = (Math.min(Date.parse(told.until), Date.now()) - Date.parse(told.since)) / 1000;
    const heads = [isBackend ? 'Backend' : 'Server', 'Method', ['Succeeded', 'number'], ['Failed', 'number'],
      ['Busy time', 'number'], ['Running on average', 'number'], ['Half ran within', 'number'],
      ['95 % within', 'number'], 'Closer'];
    return rows.length === 0 ? nothing : html`<h2>Totals</h2>${table('Totals of each row', heads,
    rows.map(({ place, method, backend, total }) => html`
      <tr>
        <th scope="row">${isBackend ? backendLink(place) : place}</th>
        <td>${methodLink(method)}</td>
        <td class="number">${tasksLink(total.succeeded ?? 0, { method, backend, state: 'SUCCEEDED' })}</td>
        <td class="number">${tasksLink(total.failed ?? 0, { method, backend, state: 'FAILED' })}</td>
        <td class="number">${duration((total.running ?? 0) * seconds)}</td>
        <td class="number">${rough(total.running)}</td>
        <td class="number">${duration(total.runningSeconds?.p50)}</td>
        <td class="number">${duration(total.runningSeconds?.p95)}</td>
        <td><a href=${this.#look({ method })} aria-label="Only method ${method}">method</a>
          ${isBackend
    ? html`<a href=${this.#look({ backend })} aria-label="Only backend ${backend}">backend</a>` : nothing}
        </td>
      </tr>`))}`;
  }

  #utilisation(told) {
    const shown = told.series.slice(0, MOST_BACKENDS);
    return shown.length === 0 ? html`<p class="soft">No backend was there in this time.</p>` : html`
      <div class="panels">${shown.map(one => html`
        <article class="panel"><h3>${backendLink(one.backend)}</h3>${history.utilisation(told, one)}</article>`)}</div>
      ${told.series.length > shown.length
    ? html`<p class="note">${number(told.series.length - shown.length)} more backends are not shown.</p>` : nothing}`;
  }
}
