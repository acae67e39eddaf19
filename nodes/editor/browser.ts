/** The one file of what the dialogs share, as the editor loads it; their scripts find it as `rapOps`. */
import * as kit from './kit.ts';

const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = new URL('kit.css', import.meta.url).href;
document.head.append(style);

Object.assign(globalThis, { rapOps: kit });
