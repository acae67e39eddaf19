/** The page on which people log in: Node-RED's token endpoint, without the way through the editor. */

import { html } from '../../lib/desk/html.ts';
import { type Kit, tell } from '../../lib/desk/kit.ts';
import { pieces, wholePage } from '../../lib/desk/layout.ts';
import { catalogues } from '../../lib/i18n/catalogues.ts';

export interface LoginPage {
  /** Where to go afterwards, below the desk's address; '' for Today. */
  next: string;
  /** Had the browser a login that has ended? */
  ended: boolean;
  /** People log in through another service: there is nothing to type here. */
  elsewhere: boolean;
}

/** A path of the desk that somebody was on their way to; '' for anything else. */
export function nextOf(text: unknown): string {
  return typeof text === 'string' && /^[a-z][\w/.~-]{0,200}(\?[\w=&%+.~:-]{0,400})?$/.test(text) ? text : '';
}

export async function loginPage(t: Kit, { next, ended, elsewhere }: LoginPage): Promise<string> {
  const told = {
    'data-wrong': tell(t, 'desk.frame.login.wrong'),
    'data-slow': JSON.stringify(catalogues[t.language]['desk.frame.login.slow']),
    'data-no-server': tell(t, 'desk.frame.login.noServer'),
    'data-no-right': tell(t, 'desk.frame.login.noRight'),
  };
  const fault = html`<p class="fault" id="login-fault" role="alert"${ended ? '' : html` hidden`}>${ended ? tell(t, 'desk.frame.login.ended') : ''}</p>`;
  const form = html`<form id="login" method="post" action="session" data-next="${next}" data-wrong="${told['data-wrong']}" data-slow="${told['data-slow']}" data-no-server="${told['data-no-server']}" data-no-right="${told['data-no-right']}"><label>${tell(t, 'desk.frame.login.user')}<input name="username" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required autofocus></label><label>${tell(t, 'desk.frame.login.password')}<input name="password" type="password" autocomplete="current-password" required></label>${fault}<div class="acts"><button type="submit">${tell(t, 'desk.frame.login.enter')}</button></div></form>`;
  const other = html`<p>${tell(t, 'desk.frame.login.elsewhere')}</p>${fault}<p><a class="button" href="../">${tell(t, 'desk.frame.login.openEditor')}</a></p><form id="login" data-next="${next}" data-elsewhere="yes" data-no-right="${tell(t, 'desk.frame.login.noRight')}" hidden></form>`;
  const main = html`<section class="card narrow"><h1>${tell(t, 'desk.frame.login.title')}</h1><noscript><p class="fault">${tell(t, 'desk.frame.login.needsScript')}</p></noscript>${elsewhere ? other : form}</section>`;
  const sheet = { title: tell(t, 'desk.frame.login.title'), lines: [], main, follows: 'no' as const };
  return wholePage(sheet, t, await pieces(sheet, t, ''));
}
