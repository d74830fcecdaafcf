import { html } from '../lib.js';
import { ago, NONE, time } from '../format.js';

const shown = (instant, text) => instant
  ? html`<time datetime=${instant} title=${instant}>${text}</time>`
  : NONE;

/** An instant, as a clock shows it. */
export const when = instant => shown(instant, time(instant));

/** An instant by how long ago it was. */
export const whenAgo = instant => shown(instant, ago(instant));

const two = value => String(value).padStart(2, '0');

/** What a field of type datetime-local holds: the time here, without its zone. */
export function localTime(instant) {
  if (!instant) {
    return '';
  }
  const at = new Date(instant);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The same to the minute, as such a field holds it that has no step of its own. */
export const localMinute = instant => localTime(instant).slice(0, 16);

export const instantOf = local => local === '' ? '' : new Date(local).toISOString();

// While a time is typed it changes with every key: it counts when its field is left.

const isTime = ({ target }) => target.type === 'datetime-local';

export const settled = event => !isTime(event);

export const left = (event, query) => isTime(event)
  && sameLocal(event.target.value) !== localTime(query.get(event.target.name));

const sameLocal = local => local === '' ? '' : localTime(local);
