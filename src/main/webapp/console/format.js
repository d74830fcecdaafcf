// How numbers and times are shown.

const NUMBER = new Intl.NumberFormat();
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const UNITS = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

export const NONE = '–';

export const number = value => value === undefined || value === null ? NONE : NUMBER.format(value);

/** One digit behind the point where that tells something. */
export function rough(value) {
  if (value === undefined || value === null) {
    return NONE;
  }
  return NUMBER.format(Math.abs(value) < 100 ? Math.round(value * 10) / 10 : Math.round(value));
}

export const share = value => value === undefined || value === null ? NONE : `${rough(value * 100)} %`;

/** A length of time in seconds, with its two largest units. */
export function duration(seconds) {
  if (seconds === undefined || seconds === null) {
    return NONE;
  }
  if (seconds < 0) {
    return `-${duration(-seconds)}`;
  }
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 60) {
    return `${Math.round(seconds * 10) / 10} s`;
  }
  const at = UNITS.findIndex(([size]) => seconds >= size);
  const [size, unit] = UNITS[at];
  const whole = Math.floor(seconds / size);
  const [smaller, name] = UNITS[at + 1];
  const rest = Math.floor((seconds - whole * size) / smaller);
  return rest > 0 ? `${whole} ${unit} ${rest} ${name}` : `${whole} ${unit}`;
}

/** Seconds from one instant to another; undefined when one of them is not known. */
export const between = (from, to) => from && to ? (new Date(to) - new Date(from)) / 1000 : undefined;

export const since = instant => between(instant, new Date());

/** Without the day when it is today. */
export function time(instant) {
  if (!instant) {
    return NONE;
  }
  const at = new Date(instant);
  return at.toDateString() === new Date().toDateString() ? CLOCK.format(at) : DAY.format(at);
}

export function ago(instant) {
  if (!instant) {
    return NONE;
  }
  const seconds = Math.floor(since(instant));
  return seconds < 1 ? 'just now' : `${duration(seconds)} ago`;
}

export function bytes(count) {
  if (count === undefined || count === null) {
    return NONE;
  }
  const power = count < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(count) / 10));
  return `${rough(count / 1024 ** power)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

/** Of an id the part that tells tasks of one day apart. */
export const shortId = id => id.slice(-12);

export const words = constant => constant.toLowerCase().replaceAll('_', ' ');
