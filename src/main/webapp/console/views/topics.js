import { html } from '../lib.js';
import { get, part } from '../api.js';
import { address } from '../router.js';
import { number } from '../format.js';
import { View } from '../view.js';
import { badge } from '../parts/badge.js';
import { facts, table } from '../parts/facts.js';
import { methodLink, taskLink, tasksLink } from '../parts/links.js';
import { ownerChoice } from '../parts/owner.js';
import { paging } from '../parts/paging.js';
import { piece, pieces } from '../parts/pieces.js';
import { Seldom } from '../parts/seldom.js';
import { UNFINISHED } from '../parts/states.js';
import { whenAgo } from '../parts/when.js';

/** Results come with their values, which may be long. */
const PAGE = 10;
const SHOWN = 160;

function short(value) {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

function said({ failure, value }) {
  if (failure) {
    return `${failure.type}: ${failure.message}`.slice(0, SHOWN);
  }
  return value === undefined ? 'no value' : short(value);
}

/** All topics, or one with the results that wait in it. Nothing is received here, or acknowledged. */
export default class Topics extends View {
  #seldom = new Seldom(5);

  constructor(at, me) {
    super(at, me);
    [this.name] = this.segments;
    this.events = this.name ? { topic: this.name } : {};
  }

  get title() {
    return this.name ? `Topic ${this.name}` : 'Topics';
  }

  get owner() {
    return this.query.get('owner');
  }

  async load() {
    const { owner } = this;
    if (!this.name) {
      this.topics = await this.#seldom.get(`all ${owner}`, () => get('topics', { owner }));
      return;
    }
    const after = this.query.get('after') ?? '0';
    const path = `topics/${part(this.name)}`;
    this.found = await pieces({
      topic: get(path, { owner }),
      results: this.#seldom.get(`${owner} ${after}`, () => get(`${path}/results`, { owner, after, limit: PAGE })),
    });
  }

  template() {
    return this.name ? this.#one() : this.#list();
  }

  #list() {
    return html`
      ${ownerChoice(this.owner, owner => address('topics', { owner }), 'everybody’s')}
      ${table('Topics', ['Topic', 'Owner', ['Waiting', 'number'], ['With a consumer', 'number'],
    ['Consumers', 'number'], 'Oldest not acknowledged', ['Unfinished tasks', 'number'], 'Done'],
  this.topics.map(topic => this.#row(topic)), 'No results wait, and no task is unfinished. '
    + 'A topic is here while its tasks run and until their results are acknowledged.')}`;
  }

  #row({ topic, owner, waiting, leased, consumers, oldestAt, unfinished, done }) {
    return html`
      <tr>
        <th scope="row" class="wrap"><a href=${address(['topics', topic], { owner })}>${topic}</a></th>
        <td>${owner}</td>
        <td class="number">${number(waiting)}</td>
        <td class="number">${number(leased)}</td>
        <td class="number">${number(consumers)}</td>
        <td class="nowrap">${whenAgo(oldestAt)}</td>
        <td class="number">${tasksLink(unfinished, { topic, owner, state: UNFINISHED })}</td>
        <td>${done ? 'yes' : 'no'}</td>
      </tr>`;
  }

  #one() {
    return html`
      ${piece(this.found.topic, ({ topic, owner, waiting, leased, consumers, oldestAt, unfinished, done }) => html`
        ${facts([
    ['Owner', owner],
    ['Results and items that wait', number(waiting)],
    ['Of these with a consumer',
      `${number(leased)}${consumers === undefined ? '' : `, ${number(consumers)} consumers`}`],
    ['Oldest not acknowledged', whenAgo(oldestAt)],
    ['Unfinished tasks', number(unfinished)],
    ['Done', done ? 'yes: every task is over and everything acknowledged' : 'no'],
  ])}
        <p><a href=${address('tasks', { topic, owner })}>Its tasks</a></p>`)}
      <h2>Results that wait</h2>
      <p class="soft">To look at them takes nothing away from those who receive them.</p>
      ${piece(this.found.results, results => this.#results(results))}`;
  }

  #results(results) {
    const after = this.query.get('after');
    const page = from => address(['topics', this.name], { owner: this.owner, after: from });
    return html`
      ${table('Results that wait',
    [['Sequence', 'number'], 'Task', 'Method', 'Outcome', 'Value', ['Handed out', 'number'], 'Came'],
    results.map(result => html`
      <tr>
        <td class="number">${result.sequence}</td>
        <td>${taskLink(result.taskId)}</td>
        <td>${methodLink(result.method)}</td>
        <td class="nowrap">${result.complete ? badge(result.state) : `item ${result.index}`}</td>
        <td class="wrap mono">${said(result)}</td>
        <td class="number">${number(result.deliveries)}</td>
        <td class="nowrap">${whenAgo(result.timestamps.resultReceived)}</td>
      </tr>`), after ? 'No more results wait.' : 'No results wait. They stay here until a consumer acknowledges them.')}
      ${paging(after ? page('') : null, results.length === PAGE ? page(results.at(-1).sequence) : null)}`;
  }
}
