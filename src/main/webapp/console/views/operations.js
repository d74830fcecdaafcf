import { html, nothing } from '../lib.js';
import { get, part, post } from '../api.js';
import { address } from '../router.js';
import { between, duration, number, shortId, words } from '../format.js';
import { View } from '../view.js';
import { badge } from '../parts/badge.js';
import { ask } from '../parts/dialog.js';
import { facts, table } from '../parts/facts.js';
import { filterLink } from '../parts/filter.js';
import { backendLink, operationLink } from '../parts/links.js';
import { paging } from '../parts/paging.js';
import { when, whenAgo } from '../parts/when.js';

const PAGE = 25;
const OVER = ['DONE', 'STOPPED', 'FAILED'];

const isOver = ({ state }) => OVER.includes(state);
const sum = counts => Object.values(counts).reduce((one, other) => one + other, 0);

/** What it does, in words. */
function action({ action: name, priority, backend }) {
  if (name === 'MOVE') {
    return html`move to ${backendLink(backend)}`;
  }
  return name === 'REPRIORITIZE' ? `priority ${priority}` : name === 'RERUN' ? 'run again' : words(name);
}

/** Changes of many tasks at once, or one of them. */
export default class Operations extends View {
  constructor(at, me) {
    super(at, me);
    [this.id] = this.segments;
    this.events = null;
    this.every = this.id ? 1 : 3;
  }

  get title() {
    return this.id ? `Operation ${shortId(this.id)}` : 'Operations';
  }

  async load() {
    if (this.id) {
      this.operation = await get(`operations/${part(this.id)}`);
      return;
    }
    const { operations, next } = await get('operations', { cursor: this.query.get('cursor'), limit: PAGE });
    this.operations = operations;
    this.next = next ?? null;
  }

  actions() {
    return this.operation ? this.#stopButton(this.operation) : nothing;
  }

  #stopButton(operation) {
    return !isOver(operation) && this.mayChange(operation.owner) ? html`
      <button class="quiet" aria-label="Stop operation ${shortId(operation.id)}" @click=${() => this.#stop(operation)}>
        Stop</button>` : nothing;
  }

  async #stop({ id }) {
    if (await ask({
      title: 'Stop this operation?', yes: 'Stop',
      body: html`<p>What it has changed stays; nothing more is changed.</p>`,
    })) {
      await this.act(() => post(`operations/${part(id)}/stop`), 'Stopped.');
    }
  }

  template() {
    return this.id ? this.#one(this.operation) : this.#list();
  }

  #list() {
    return html`
      ${table('Operations, newest first', ['Operation', 'Does', 'To tasks of', 'Owner', 'State', ['Matched', 'number'],
    ['Changed', 'number'], ['Skipped', 'number'], ['Failed', 'number'], 'Made', 'Took', 'Note', 'Stop'],
  this.operations.map(operation => this.#row(operation)),
  'No operations. They are made from the list of tasks, where many are changed at once.')}
      ${paging(this.query.get('cursor') ? address('operations') : null,
    this.next && address('operations', { cursor: this.next }))}`;
  }

  #row(operation) {
    return html`
      <tr>
        <td>${operationLink(operation.id)}</td>
        <th scope="row" class="nowrap">${action(operation)}</th>
        <td class="wrap">${filterLink(operation.filter)}</td>
        <td>${operation.owner}</td>
        <td>${badge(operation.state)}</td>
        <td class="number">${number(operation.matched)}</td>
        <td class="number">${number(operation.changed)}</td>
        <td class="number">${number(sum(operation.skipped))}</td>
        <td class="number">${number(operation.failed)}</td>
        <td class="nowrap">${whenAgo(operation.created)}</td>
        <td class="nowrap">${duration(between(operation.started, operation.ended))}</td>
        <td class="wrap">${operation.note ?? ''}</td>
        <td>${this.#stopButton(operation)}</td>
      </tr>`;
  }

  #one(operation) {
    const { state, matched, changed, skipped, failed, note, created, started, ended } = operation;
    return html`
      ${note ? html`<p class=${state === 'FAILED' ? 'problem' : 'note'}>${note}</p>` : nothing}
      <p>${isOver(operation)
    ? html`<progress aria-label="Progress of the operation" max="1" value=${state === 'DONE' ? 1 : 0}></progress>`
    : html`<progress aria-label="Progress of the operation"></progress>`}
        ${badge(state)} ${number(matched)} tasks looked at, ${number(changed)} changed.</p>
      ${facts([
    ['Does', action(operation)],
    ['To tasks of', filterLink(operation.filter)],
    ['Owner', operation.owner],
    ['Made', html`${when(created)} (${whenAgo(created)})`],
    ['Started', when(started)],
    ['Ended', when(ended)],
    ['Took', duration(between(started, ended ?? new Date()))],
  ])}
      ${table('What became of the tasks', ['Outcome', ['Tasks', 'number']], [
    ['changed', changed], ...Object.entries(skipped).map(([reason, count]) => [`skipped: ${words(reason)}`, count]),
    ['went wrong', failed],
  ].map(([outcome, count]) => html`<tr><th scope="row">${outcome}</th><td class="number">${number(count)}</td></tr>`))}
      <p><a href=${address('operations')}>All operations</a></p>`;
  }
}
