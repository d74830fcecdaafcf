// Changes of many tasks at once: counted first, then asked, then carried out by the server and watched.

import { html, nothing } from '../lib.js';
import { get, part, post, Unreachable } from '../api.js';
import { address } from '../router.js';
import { number, words } from '../format.js';
import { ask, tell } from './dialog.js';

const POLL = 1000;
const ACTIONS = {
  CANCEL: { word: 'Cancel', done: 'canceled', danger: true },
  RERUN: { word: 'Run again', done: 'run again' },
  REPRIORITIZE: { word: 'Change priority', done: 'changed' },
  MOVE: { word: 'Move', done: 'moved' },
  DELETE: { word: 'Delete', done: 'deleted', danger: true },
};
const REASONS = {
  IS_OVER: 'over already',
  IS_NOT_OVER: 'not over yet',
  DOES_NOT_WAIT: 'not waiting any more',
  NOTHING_TO_CHANGE: 'as it should be already',
  MAY_NOT_RUN_THERE: 'of a method that may not run there',
  CHANGED_MEANWHILE: 'changed meanwhile',
};

const tasks = count => `${number(count)} ${count === 1 ? 'task' : 'tasks'}`;

export const skipped = counts => Object.entries(counts)
  .map(([reason, count]) => `${number(count)} ${REASONS[reason] ?? words(reason)}`).join(', ');

/** Priorities, of one task or many. */
export async function askPriority(title, before = 0) {
  const values = await ask({
    title, yes: 'Go on',
    body: html`<label>Priority, from -1000 to 1000; higher runs earlier
      <input name="priority" type="number" min="-1000" max="1000" required .value=${String(before)}></label>`,
  });
  return values && Number(values.priority);
}

export async function askBackend(title, names) {
  const values = await ask({
    title, yes: 'Go on',
    body: html`<label>Backend to wait for
      <select name="backend" required>${names.map(name => html`<option>${name}</option>`)}</select></label>`,
  });
  return values && values.backend;
}

/** The operations that were begun in a view. */
export class Bulk {
  #view;
  #running = [];
  #timer = null;
  #ended = false;

  constructor(view) {
    this.#view = view;
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /**
   * @param filter as in the body of an operation
   * @param which says in words which tasks are meant
   * @returns whether it was begun
   */
  async start(action, filter, which) {
    try {
      const more = await this.#more(action);
      return more !== null && await this.#count({ action, filter, ...more }, which);
    } catch (problem) {
      this.#view.say(problem.message, true);
      return false;
    }
  }

  async #more(action) {
    if (action === 'REPRIORITIZE') {
      const priority = await askPriority('Change priority');
      return priority === null ? null : { priority };
    }
    if (action === 'MOVE') {
      const names = (await get('backends')).map(each => each.name);
      const backend = await askBackend('Move waiting tasks', names);
      return backend === null ? null : { backend };
    }
    return {};
  }

  async #count(body, which) {
    const preview = await post('operations', { ...body, dryRun: true });
    const { word, done, danger = false } = ACTIONS[body.action];
    const counts = html`
      <p>Of ${tasks(preview.matched)} (${which}) ${number(preview.changeable)} would be ${done}${target(body)}.</p>
      ${Object.keys(preview.skipped).length > 0
        ? html`<p>Passed over: ${skipped(preview.skipped)}.</p>` : nothing}
      ${preview.complete ? nothing : html`<p class="note">These are only the first ones: there may be more, and all of
        them would be ${done}.</p>`}`;
    if (preview.changeable === 0 && preview.complete) {
      tell({ title: 'Nothing to change', body: counts });
      return false;
    }
    const title = `${word}: ${preview.complete ? tasks(preview.changeable) : `at least ${tasks(preview.changeable)}`}`;
    if (!await ask({ title, body: counts, yes: word, danger })) {
      return false;
    }
    const operation = await post('operations', body);
    this.#running.push({ operation, expected: preview.complete ? preview.matched : null });
    this.#show();
    return true;
  }

  #show() {
    this.#view.draw();
    clearTimeout(this.#timer);
    if (!this.#ended && this.#running.some(({ operation }) => goesOn(operation))) {
      this.#timer = setTimeout(() => this.#poll(), POLL);
    }
  }

  async #poll() {
    let over = false;
    for (const each of this.#running.filter(({ operation }) => goesOn(operation))) {
      try {
        each.operation = await get(`operations/${part(each.operation.id)}`);
      } catch (problem) {
        if (!(problem instanceof Unreachable)) {
          this.#view.say(problem.message, true);
          this.#running = this.#running.filter(other => other !== each);
        }
      }
      over ||= !goesOn(each.operation);
    }
    if (over && !this.#ended) {
      this.#view.read();
    }
    this.#show();
  }

  async #stop(each) {
    try {
      each.operation = await post(`operations/${part(each.operation.id)}/stop`);
    } catch (problem) {
      this.#view.say(problem.message, true);
    }
    this.#show();
  }

  #hide(each) {
    this.#running = this.#running.filter(other => other !== each);
    this.#view.draw();
  }

  /** Buttons that begin one. */
  buttons(disabled, begin) {
    return Object.entries(ACTIONS).map(([action, { word }]) => html`
      <button type="button" class="quiet" ?disabled=${disabled} @click=${() => begin(action)}>${word}…</button>`);
  }

  /** How far they are. */
  template() {
    return this.#running.length === 0 ? nothing : html`
      <section aria-label="Operations begun here" class="begun">
        ${this.#running.map(each => this.#one(each))}
      </section>`;
  }

  #one(each) {
    const { operation, expected } = each;
    const { word, done } = ACTIONS[operation.action];
    const passed = Object.keys(operation.skipped).length > 0 ? `; passed over: ${skipped(operation.skipped)}` : '';
    const failed = operation.failed > 0 ? `; ${number(operation.failed)} went wrong` : '';
    const wrong = `${failed}${operation.note ? `. ${operation.note}` : ''}`;
    const changed = `${number(operation.changed)} ${done}${target(operation)}`;
    return html`
      <div class="row" role="status">
        <a href=${address(['operations', operation.id])}>${word}</a>
        ${goesOn(operation) ? html`
          <progress aria-label="${word}: tasks come to" max=${Math.max(1, expected ?? 1)}
            value=${expected === null ? nothing : Math.min(expected, operation.matched)}></progress>` : nothing}
        <span>${words(operation.state)}: ${changed}${passed}${wrong}</span>
        ${goesOn(operation)
          ? html`<button type="button" class="quiet" @click=${() => this.#stop(each)}>Stop</button>`
          : html`<button type="button" class="quiet" aria-label="Hide this operation"
              @click=${() => this.#hide(each)}>Hide</button>`}
      </div>`;
  }
}

const goesOn = operation => operation.state === 'PENDING' || operation.state === 'RUNNING';

function target({ action, priority, backend }) {
  return action === 'REPRIORITIZE' ? ` to priority ${priority}` : action === 'MOVE' ? ` to ${backend}` : '';
}
