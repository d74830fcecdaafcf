/** Reads what is dear to read only every few seconds, however often a view is read. */
export class Seldom {
  #seconds;
  #kept = new Map();

  constructor(seconds) {
    this.#seconds = seconds;
  }

  /** @param key what is asked for; @param read reads it; what it refuses is not kept */
  get(key, read) {
    const kept = this.#kept.get(key);
    if (kept && Date.now() - kept.at < this.#seconds * 1000) {
      return kept.answer;
    }
    const answer = read();
    this.#kept.set(key, { at: Date.now(), answer });
    answer.catch(() => this.#kept.delete(key));
    return answer;
  }

  forget() {
    this.#kept.clear();
  }
}
