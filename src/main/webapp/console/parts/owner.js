import { html, nothing } from '../lib.js';
import { go } from '../router.js';

/**
 * A choice of whose things are shown.
 *
 * @param to address of the view with another owner, or with the usual ones when it is empty
 * @param usual whose are shown when nobody is named, such as `mine`
 */
export function ownerChoice(owner, to, usual) {
  const show = event => {
    event.preventDefault();
    go(to(new FormData(event.target).get('owner').trim()));
  };
  return html`
    <form class="row" @submit=${show}>
      <label>Owner <input name="owner" maxlength="100" placeholder=${usual} .value=${owner ?? ''}></label>
      <button class="quiet">Show</button>
      ${owner ? html`<a class="way" href=${to('')}>Show ${usual}</a>` : nothing}
    </form>`;
}
