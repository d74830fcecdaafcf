// What an attempt writes, while it writes it.

import { text } from '../api.js';

const POLL = 1000;
/** The server sends no more at once: what is longer is read on without a rest. */
const FULL = 1 << 20;
/** Of a text that grows only the end stays in the page. */
const MOST = 400_000;
const OVERLAP = 200;

/**
 * `<live-output .path=${path of the stream} ?running=${boolean} label="…">`: reads on each second while the attempt
 * runs, and once more when it is over.
 */
class LiveOutput extends HTMLElement {
  static observedAttributes = ['running'];

  path = '';
  #offset = 0;
  #timer = null;
  #pre = document.createElement('pre');
  #note = document.createElement('p');
  #follow = document.createElement('input');

  connectedCallback() {
    const label = this.getAttribute('label');
    this.#pre.tabIndex = 0;
    this.#pre.setAttribute('role', 'region');
    this.#pre.setAttribute('aria-label', label);
    this.#pre.hidden = true;
    this.#note.className = 'soft';
    this.#note.textContent = 'Loading…';
    this.#follow.type = 'checkbox';
    this.#follow.checked = true;
    const follow = document.createElement('label');
    follow.className = 'inline follow';
    follow.append(this.#follow, ` Follow the end of ${label}`);
    this.replaceChildren(this.#note, this.#pre, follow);
    queueMicrotask(() => this.#read());
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  attributeChangedCallback() {
    if (this.isConnected && this.path !== '') {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#read(), POLL / 2);
    }
  }

  get #running() {
    return this.hasAttribute('running');
  }

  async #read() {
    clearTimeout(this.#timer);
    let rest = POLL;
    try {
      const found = await text(this.path, { offset: this.#offset });
      if (found.next === null) {
        this.#kept(found.text);
      } else {
        rest = Number(found.next) - this.#offset >= FULL ? 0 : POLL;
        this.#offset = Number(found.next);
        this.#add(found.text);
      }
      this.#say();
    } catch (problem) {
      this.#note.textContent = problem.message;
      this.#note.hidden = false;
    }
    this.querySelector('label').hidden = !this.#running;
    if (this.#running && this.isConnected) {
      this.#timer = setTimeout(() => this.#read(), rest);
    }
  }

  #say() {
    const empty = this.#pre.textContent === '';
    this.#pre.hidden = empty;
    this.#note.hidden = !empty;
    this.#note.textContent = this.#running ? 'Nothing was written yet.' : 'Nothing was written.';
  }

  /** The end that was kept goes on from what was read live, where it can be told. */
  #kept(whole) {
    const had = this.#pre.textContent;
    const at = had === '' ? -1 : whole.lastIndexOf(had.slice(-OVERLAP));
    if (at < 0) {
      if (whole !== '') {
        this.#pre.textContent = whole;
        this.#end();
      }
    } else {
      this.#add(whole.slice(at + Math.min(OVERLAP, had.length)));
    }
  }

  #add(more) {
    if (more !== '') {
      const all = this.#pre.textContent + more;
      this.#pre.hidden = false;
      this.#pre.textContent = all.slice(-MOST);
      this.#end();
    }
  }

  #end() {
    if (this.#follow.checked) {
      this.#pre.scrollTop = this.#pre.scrollHeight;
    }
  }
}

customElements.define('live-output', LiveOutput);
