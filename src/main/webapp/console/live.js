// Tells a view when it should be read anew.

import { url } from './api.js';

/** Milliseconds between two reads, however much happens. */
const REST = 1000;
/** Milliseconds until a server that does not answer is asked again. */
const AWAY = 2000;
/** A stream that is not open by then is kept back by something on the way. */
const OPEN = 3000;
/** After this time events are tried again where there were none to listen to. */
const AGAIN = 20_000;
const KINDS = [
  'SUBMITTED', 'SUBMITTING', 'QUEUED', 'RUNNING', 'ITEM', 'GIVEN_BACK', 'RETRY', 'PRIORITY', 'MOVED', 'CANCELING',
  'SUCCEEDED', 'FAILED', 'CANCELED', 'reset',
];

/**
 * Listens until one event comes, and no longer: the view is read anew when the next stream is open, so that nothing is
 * missed, and at most once a second. What no event tells is seen by reading every few seconds all the same; that is
 * all there is where events cannot be listened to.
 */
export class Live {
  #filter;
  #every;
  #read;
  #source = null;
  #timer = null;
  #silentUntil = 0;
  #away = false;
  #ended = false;

  /**
   * @param filter parameters of the stream of events; null to listen to none
   * @param every tells the seconds after which it is read anew without an event
   * @param read reads the view anew and tells whether the server answered; never fails
   */
  constructor(filter, every, read) {
    this.#filter = filter;
    this.#every = every;
    this.#read = read;
    document.addEventListener('visibilitychange', this.#seen);
    this.#listen();
  }

  /** A page that nobody sees reads nothing, and is read as soon as somebody does. */
  #seen = () => {
    if (document.hidden) {
      this.#stop();
    } else if (!this.#ended) {
      this.#listen();
    }
  };

  #listen() {
    this.#stop();
    if (this.#filter === null || Date.now() < this.#silentUntil) {
      this.#readAndGoOn();
      return;
    }
    const source = new EventSource(url('events', this.#filter));
    this.#source = source;
    const silence = () => {
      this.#silentUntil = Date.now() + AGAIN;
      this.#listen();
    };
    source.onopen = () => {
      clearTimeout(this.#timer);
      this.#readAndGoOn();
    };
    source.onerror = silence;
    this.#timer = setTimeout(silence, OPEN);
    for (const kind of KINDS) {
      source.addEventListener(kind, () => {
        this.#stop();
        this.#later(REST);
      });
    }
  }

  async #readAndGoOn() {
    const source = this.#source;
    const answered = await this.#read();
    if (this.#away && answered) {
      this.#silentUntil = 0;
    }
    this.#away = !answered;
    if (this.#source === source) {
      this.#later(answered ? this.#every() * 1000 : AWAY);
    }
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    if (!this.#ended && !document.hidden) {
      this.#timer = setTimeout(() => this.#listen(), milliseconds);
    }
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  end() {
    this.#ended = true;
    document.removeEventListener('visibilitychange', this.#seen);
    this.#stop();
  }
}
