import { html, nothing } from '../lib.js';
import { post } from '../api.js';
import { ask } from './dialog.js';

/**
 * Buttons that pause, resume and drain.
 *
 * @param view that shows them
 * @param path of what is moved
 * @param named in a sentence, such as `backend local`
 */
export function gateButtons(view, { path, gate, named }) {
  if (!view.mayAdminister) {
    return nothing;
  }
  const move = (verb, done) => view.act(() => post(`${path}/${verb}`), done);
  const pause = async () => await ask({
    title: `Pause ${named}?`, yes: 'Pause',
    body: html`<p>Nothing more is started. Tasks are accepted and wait; what runs goes on.</p>`,
  }) && move('pause', `Paused ${named}.`);
  const drain = async () => await ask({
    title: `Drain ${named}?`, yes: 'Drain', danger: true,
    body: html`<p>Nothing more is accepted: submits are refused. What was accepted is finished.</p>`,
  }) && move('drain', `Draining ${named}.`);
  const resume = async () => await ask({
    title: `Resume ${named}?`, yes: 'Resume', body: html`<p>Tasks are accepted and started again.</p>`,
  }) && move('resume', `Resumed ${named}.`);
  return html`
    ${gate === 'OPEN' ? nothing : html`<button @click=${resume}>Resume ${named}</button>`}
    ${gate === 'PAUSED' ? nothing : html`<button class="quiet" @click=${pause}>Pause ${named}</button>`}
    ${gate === 'DRAINING' ? nothing : html`<button class="quiet" @click=${drain}>Drain ${named}</button>`}`;
}
