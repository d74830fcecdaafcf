import { html } from '../lib.js';

/** Tables of more cells than this take too long. */
const MOST_CELLS = 4_000_000;
const AROUND = 3;

/**
 * Lines of two texts as `[' ' | '-' | '+', line]`, the longest common ones kept; null when they are too long to be
 * compared.
 */
function lines(before, after) {
  const one = before.split('\n');
  const other = after.split('\n');
  const width = other.length + 1;
  if ((one.length + 1) * width > MOST_CELLS) {
    return null;
  }
  const common = new Uint32Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      common[i * width + j] = one[i] === other[j] ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < one.length || j < other.length;) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      found.push([' ', one[i]]);
      i++;
      j++;
    } else if (j === other.length || i < one.length && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
      found.push(['-', one[i++]]);
    } else {
      found.push(['+', other[j++]]);
    }
  }
  return found;
}

/** What has changed from one text to another, with some lines around. */
export function difference(label, before, after) {
  const all = lines(before, after);
  if (all === null) {
    return html`<p class="soft">They are too long to be compared.</p>`;
  }
  const changed = all.flatMap(([kind], at) => kind === ' ' ? [] : [at]);
  if (changed.length === 0) {
    return html`<p class="soft">They are the same.</p>`;
  }
  const near = at => changed.some(each => Math.abs(each - at) <= AROUND);
  const shown = all.map(([kind, line], at) => near(at) ? [kind, line] : null);
  return html`<pre class="difference" tabindex="0" aria-label=${label}>${shown.map((each, at) => {
    if (each === null) {
      return shown[at - 1] === null ? '' : '  …\n';
    }
    const [kind, line] = each;
    const text = `${kind} ${line}`;
    return kind === '-' ? html`<del>${text}</del>` : kind === '+' ? html`<ins>${text}</ins>` : `${text}\n`;
  })}</pre>`;
}
