// The libraries, in one place: the paths have the versions in them that the build packs.
export { html, svg, render, nothing } from '../webjars/lit-html/3.3.2/lit-html.js';
export { repeat } from '../webjars/lit-html/3.3.2/directives/repeat.js';
export { live } from '../webjars/lit-html/3.3.2/directives/live.js';
export { keyed } from '../webjars/lit-html/3.3.2/directives/keyed.js';
export { AsyncDirective, directive } from '../webjars/lit-html/3.3.2/async-directive.js';
export { default as uPlot } from '../webjars/uplot/1.6.30/dist/uPlot.esm.js';
