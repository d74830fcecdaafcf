import { html, nothing } from '../lib.js';
import { backendPart, get } from '../api.js';
import { address } from '../router.js';
import { duration, rough, share } from '../format.js';
import { View } from '../view.js';
import { badge } from '../parts/badge.js';
import { facts, spaced, table } from '../parts/facts.js';
import { gateButtons } from '../parts/gate.js';
import * as history from '../parts/history.js';
import { limitTable } from '../parts/limits.js';
import { backendLink, methodLink, taskLink, tasksLink } from '../parts/links.js';
import { meter } from '../parts/meter.js';
import { piece, pieces } from '../parts/pieces.js';
import { Seldom } from '../parts/seldom.js';
import { UNFINISHED, complete, stateCards } from '../parts/states.js';
import { whenAgo } from '../parts/when.js';

const SHOWN = 20;
const DAY = 86_400;
const BINS = 96;

/** Facts such as `block.0` and `block.1` are one table. */
function grouped(all) {
  const groups = new Map([['', []]]);
  for (const [name, value] of Object.entries(all)) {
    const dot = name.indexOf('.');
    const group = dot < 0 ? '' : name.slice(0, dot);
    groups.set(group, [...groups.get(group) ?? [], [name.slice(dot + 1), value]]);
  }
  return groups;
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

const told = value => INSTANT.test(value) ? whenAgo(value) : value;

/** Every backend, or one of them. */
export default class Backends extends View {
  #often = new Seldom(3);
  #seldom = new Seldom(20);

  constructor(at, me) {
    super(at, me);
    this.name = this.segments.join('/');
    this.events = this.name ? { backend: this.name } : null;
    this.every = this.name ? 5 : 3;
  }

  get title() {
    return this.name ? `Backend ${this.name}` : 'Backends';
  }

  async load() {
    const backend = this.name;
    if (backend === '') {
      const { backends, nodes } = await pieces({
        backends: get('backends'), nodes: this.#often.get('nodes', () => get('nodes')),
      });
      if (backends.problem) {
        throw backends.problem;
      }
      this.backends = backends.value;
      this.nodes = nodes.value ?? [];
      return;
    }
    this.backend = await get(`backends/${backendPart(backend)}`);
    const since = history.back(DAY);
    this.found = await pieces({
      running: get('tasks', { backend, state: 'RUNNING', limit: SHOWN }),
      limits: this.#often.get('limits', () => get('limits')),
      day: this.#seldom.get('day', () => get('history', { backend, since, bins: BINS, groupBy: 'backend' })),
      methods: this.#seldom.get('methods', () => get('history', { backend, since, bins: 1, groupBy: 'method' })),
    });
  }

  actions() {
    return this.backend ? gateButtons(this, {
      path: `backends/${backendPart(this.name)}`, gate: this.backend.gate, named: `backend ${this.name}`,
    }) : nothing;
  }

  template() {
    return this.name ? this.#one(this.backend) : this.#list();
  }

  #list() {
    const here = new Set(this.backends.map(({ name }) => name));
    const elsewhere = this.nodes.filter(node => !node.diedAt).flatMap(node =>
      node.backends.filter(name => !here.has(name)).map(name => `${name} (${node.name})`));
    return html`
      ${table('Backends', ['Backend', 'Type', 'Condition', 'Gate', 'Busy', 'Runs', 'Detail'],
    this.backends.map(backend => this.#row(backend)),
    'No backend is configured. They are named in the configuration of the server.')}
      ${elsewhere.length > 0 ? html`<p class="soft">Only on other servers: ${elsewhere.join(', ')}.</p>` : nothing}`;
  }

  #row({ name, type, kinds, condition, detail, gate, slots, busy }) {
    return html`
      <tr>
        <th scope="row">${backendLink(name)}</th>
        <td>${type}</td>
        <td>${badge(condition)}</td>
        <td>${badge(gate)}</td>
        <td class="nowrap">${meter(`Busy slots of ${name}`, busy, slots)}</td>
        <td>${kinds.join(', ')}</td>
        <td class="wrap">${detail}</td>
      </tr>`;
  }

  #one(backend) {
    const { name, condition, gate, detail, busy, slots } = backend;
    const panel = (title, content) => html`
      <section class="panel" aria-label=${title}><h2>${title}</h2>${content}</section>`;
    return html`
      ${detail ? html`<p class=${condition === 'DOWN' ? 'problem' : 'note'}>${detail}</p>` : nothing}
      <div class="panels">
        ${panel('State', html`${facts([
    ['Condition', badge(condition)],
    ['Gate', badge(gate)],
    ['Busy slots', meter(`Busy slots of ${name}`, busy, slots)],
    ['Type', backend.type],
    ['Runs methods of kind', backend.kinds.join(', ')],
    ['A cancel ends what runs', backend.endsRunning ? 'yes' : 'no'],
    ['Items arrive while a task runs', backend.streamsLive ? 'yes' : 'no'],
  ])}
          ${stateCards('Unfinished tasks', complete(backend.tasks ?? {}, UNFINISHED), UNFINISHED, { backend: name })}`)}
        ${this.#facts(backend.facts, panel)}
      </div>
      <h2>Runs now</h2>
      ${piece(this.found.running, page => this.#running(page))}
      <h2>Limits</h2>
      ${piece(this.found.limits, limits => limitTable(
    limits.filter(({ scope, name: of }) => scope === 'BACKEND' && of === name),
    'It has no limit of its own beside its slots.'))}
      <h2>In the last 24 hours</h2>
      ${piece(this.found.day, day => this.#charts(day))}
      ${piece(this.found.methods, told => this.#methods(told))}
      <p><a href=${address('timeline', { backend: name, window: '24h' })}>What ran here over time</a></p>`;
  }

  #facts(all, panel) {
    const groups = grouped(all);
    const only = groups.get('');
    groups.delete('');
    return html`
      ${panel('Facts', only.length === 0 ? html`<p class="soft">It tells nothing more about itself.</p>`
    : facts(only.map(([name, value]) => [spaced(name), told(value)])))}
      ${[...groups].map(([group, values]) => panel(spaced(group), facts(values)))}`;
  }

  #running({ tasks, next }) {
    return html`
      ${table('Tasks that run now', ['Task', 'Method', 'Owner', 'Topic', ['Attempt', 'number'], 'Submitted'],
    tasks.map(task => html`
      <tr>
        <td>${taskLink(task.id)}</td>
        <td>${methodLink(task.method)}</td>
        <td>${task.owner}</td>
        <td>${task.topic}</td>
        <td class="number">${task.attempts}</td>
        <td class="nowrap">${whenAgo(task.timestamps.inputReceived)}</td>
      </tr>`), 'Nothing runs here now.')}
      ${next ? html`
        <p><a href=${address('tasks', { backend: this.name, state: 'RUNNING' })}>All that run here</a></p>` : nothing}`;
  }

  #charts(day) {
    const one = history.only(day);
    const panel = (title, chart) => html`<article class="panel"><h3>${title}</h3>${chart}</article>`;
    return history.nothingIn(one) ? html`<p class="soft">Nothing ran here.</p>` : html`
      <div class="panels">
        ${panel('Utilisation', history.utilisation(day, one))}
        ${panel('Tasks per minute', history.throughput(day, one))}
        ${panel('Running', history.latency(day, 'running', 'Running', one))}
      </div>`;
  }

  #methods({ series }) {
    return series.length === 0 ? nothing : table('By method', ['Method', ['Succeeded', 'number'], ['Failed', 'number'],
      ['Failure share', 'number'], ['Running on average', 'number'], ['Half ran within', 'number'],
      ['95 % within', 'number']],
    series.filter(({ method }) => method).map(({ method, total }) => html`
      <tr>
        <th scope="row">${methodLink(method)}</th>
        <td class="number">${tasksLink(total.succeeded, { backend: this.name, method, state: 'SUCCEEDED' })}</td>
        <td class="number">${tasksLink(total.failed, { backend: this.name, method, state: 'FAILED' })}</td>
        <td class="number">${share(history.failureShare(total))}</td>
        <td class="number">${rough(total.running)}</td>
        <td class="number">${duration(total.runningSeconds?.p50)}</td>
        <td class="number">${duration(total.runningSeconds?.p95)}</td>
      </tr>`));
  }
}
