import { html } from '../lib.js';
import { NONE, ago, time } from '../format.js';

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

const tag = (instant, words) =>
  html`<time datetime=${instant} title=${FULL.format(new Date(instant))}>${words}</time>`;

/** How long ago an instant was. */
export const passed = instant => instant ? tag(instant, ago(instant)) : NONE;

/** The instant itself. */
export const moment = instant => instant ? tag(instant, time(instant)) : NONE;
