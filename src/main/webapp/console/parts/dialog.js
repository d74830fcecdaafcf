import { html, nothing, render } from '../lib.js';

/**
 * Asks a question in a dialog.
 *
 * @param body a template; its form elements are in the answer
 * @param yes words of the button that agrees
 * @returns the form's values as an object when agreed, else null
 */
export function ask({ title, body = nothing, yes, danger = false }) {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  document.body.append(dialog);
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      const agreed = dialog.returnValue === 'yes';
      const values = Object.fromEntries(new FormData(dialog.querySelector('form')));
      dialog.remove();
      resolve(agreed ? values : null);
    });
    render(html`
      <article>
        <form method="dialog">
          <h2 id="dialog-title">${title}</h2>
          ${body}
          <footer>
            <button class="quiet" value="no" formnovalidate>Back</button>
            <button class=${danger ? 'danger' : ''} value="yes">${yes}</button>
          </footer>
        </form>
      </article>`, dialog);
    dialog.showModal();
  });
}

/** Shows something in a dialog until it is closed. */
export function tell({ title, body }) {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  render(html`
    <article>
      <form method="dialog">
        <h2 id="dialog-title">${title}</h2>
        ${body}
        <footer><button>Close</button></footer>
      </form>
    </article>`, dialog);
  dialog.showModal();
}
