// Forms whose faults are told at the fields that they are about.

import { html, nothing } from '../lib.js';

/** What the server found wrong with a form that was sent, until it is sent again. */
export class Faults {
  #view;
  #problem = null;

  constructor(view) {
    this.#view = view;
  }

  /** @param name of a field, or of a member below it as in `retry.backoffSeconds` */
  of(name) {
    return this.#errors.filter(({ field }) => field === name || field.startsWith(`${name}.`));
  }

  get #errors() {
    return this.#problem?.errors ?? [];
  }

  get any() {
    return this.#problem !== null;
  }

  /** What belongs to no field that is shown. */
  rest(names) {
    if (this.#problem === null) {
      return [];
    }
    const told = this.#errors.filter(error => !names.some(name => this.of(name).includes(error)));
    if (told.length > 0) {
      return told.map(({ field, message }) => field ? `${field}: ${message}` : message);
    }
    return this.#errors.length > 0 ? [] : [this.#problem.message];
  }

  clear() {
    this.#problem = null;
  }

  /**
   * Sends a form; says how it went, or shows the faults and goes to the first of them.
   *
   * @param form its element
   * @param send does it
   * @param done says that it was done
   * @returns what was answered, or undefined
   */
  async send(form, send, done) {
    try {
      const answer = await send();
      this.clear();
      this.#view.say(done);
      return answer;
    } catch (problem) {
      this.#problem = problem;
      this.#view.draw();
      (form.querySelector('[aria-invalid="true"]') ?? form.querySelector('[role="alert"]'))?.focus();
      return undefined;
    }
  }
}

/**
 * A field with its label, a help and what is wrong with it.
 *
 * @param control makes the element from its attributes `{ id, invalid, about }`, to be set as id, aria-invalid and
 *     aria-describedby
 */
export function field(faults, { name, label, help, id = `field-${name}` }, control) {
  const wrong = faults.of(name);
  const about = [help ? `${id}-help` : '', wrong.length > 0 ? `${id}-wrong` : ''].filter(each => each).join(' ');
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${control({ id, invalid: wrong.length > 0 ? 'true' : nothing, about: about || nothing })}
      ${help ? html`<p class="soft help" id="${id}-help">${help}</p>` : nothing}
      ${wrong.length > 0 ? html`<p class="wrong" id="${id}-wrong">${wrong.map(({ field: of, message }) => html`
        ${of === name ? nothing : html`<code>${of}</code>: `}${message}<br>`)}</p>` : nothing}
    </div>`;
}

/** What is wrong with a form as a whole. */
export function wrong(faults, names) {
  const rest = faults.rest(names);
  return rest.length === 0 ? nothing
    : html`<div class="problem" role="alert" tabindex="-1">${rest.map(each => html`<div>${each}</div>`)}</div>`;
}

/** The values of a form that are not empty. */
export const entered = form => Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
