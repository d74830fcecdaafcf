// What every view has in common.

import { html, nothing, render } from './lib.js';
import { Live } from './live.js';
import { Unreachable } from './api.js';

/** A view reads what it shows, and draws what it has read. */
export class View {
  /** Parameters of the events that concern it; null for what no event tells. */
  events = {};
  /** Seconds after which it is read anew without an event; may change with what was read. */
  every = 10;

  #live = null;
  #place = null;
  #shell = null;
  #reads = 0;
  #reading = Promise.resolve(true);
  #problem = null;
  #loaded = false;

  /** @param at its address: segments after its name, and the query as URLSearchParams; @param me the caller */
  constructor(at, me) {
    this.segments = at.segments;
    this.query = at.query;
    this.me = me;
  }

  /** A short text, which is the page's title too. */
  get title() {
    throw new Error('not named');
  }

  /** Reads what is shown into fields. */
  async load() {}

  /** What is shown, once it was read; a heading is there already. */
  template() {
    return nothing;
  }

  /** Beside the heading. */
  actions() {
    return nothing;
  }

  get maySubmit() {
    return this.me.roles.includes('submitter');
  }

  get mayAdminister() {
    return this.me.roles.includes('administrator');
  }

  mayChange(owner) {
    return this.mayAdminister || this.maySubmit && owner === this.me.user;
  }

  open(place, shell) {
    this.#place = place;
    this.#shell = shell;
    this.draw();
    this.#listen();
  }

  /** Its address has another query; what it showed stays until the new is there. */
  moved(query) {
    this.query = query;
    this.#listen();
  }

  #listen() {
    this.#live?.end();
    this.#live = new Live(this.events, () => this.every, () => this.read());
  }

  close() {
    this.#live?.end();
    this.#live = null;
    this.#place = null;
  }

  /**
   * Reads follow each other, so that none brings back what was before; of several that wait only the newest is needed.
   *
   * @returns whether the server answered
   */
  read() {
    const mine = ++this.#reads;
    const next = () => mine === this.#reads ? this.#readNow() : true;
    this.#reading = this.#reading.then(next, next);
    return this.#reading;
  }

  async #readNow() {
    let reached = true;
    try {
      await this.load();
      this.#problem = null;
      this.#loaded = true;
      this.#shell?.reached();
    } catch (problem) {
      reached = !(problem instanceof Unreachable);
      if (reached) {
        this.#shell?.reached();
        this.#problem = problem;
      } else {
        this.#shell?.lost();
      }
    }
    this.draw();
    return reached;
  }

  draw() {
    if (this.#place) {
      document.title = `${this.title} · Colmenar`;
      render(html`
        <header class="title"><h1 tabindex="-1">${this.title}</h1><div class="actions">${this.actions()}</div></header>
        ${this.#problem ? html`<p class="problem" role="alert">${this.#problem.message}</p>` : nothing}
        ${this.#loaded ? this.template() : this.#problem ? nothing : html`<p aria-busy="true">Loading…</p>`}
      `, this.#place);
    }
  }

  /** Does what a user asked for, says how it went, and shows the new state. */
  async act(what, done) {
    try {
      const answer = await what();
      this.say(typeof done === 'function' ? done(answer) : done);
      await this.read();
      return answer;
    } catch (problem) {
      this.say(problem.message, true);
      return undefined;
    }
  }

  say(sentence, bad = false) {
    this.#shell?.say(sentence, bad);
  }
}
