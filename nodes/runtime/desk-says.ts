/** What the desk says of the whole site: its plugin answers, and nodes that tell people whether all is well ask here. */
import type { NodeAPI } from 'node-red';
import { toldFault } from '../../lib/desk/fault.ts';
import { asOfText } from '../../lib/desk/layout.ts';
import type { Light } from '../../lib/desk/light/file.ts';
import { asRapError } from '../../lib/errors/rap-error.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { t } from '../../lib/i18n/translate.ts';
import { clockOf } from './runtime.ts';

type Answer = (language: Language) => Promise<Light>;

/** By the events of the runtime: Node-RED has one such object in a process, and every module its own RED. */
const answers = new WeakMap<object, Answer>();

export function answerForDesk({ events }: Pick<NodeAPI, 'events'>, answer: Answer): void {
  answers.set(events, answer);
}

/** The desk of a runtime that was before this one. */
export function forgetDesk({ events }: Pick<NodeAPI, 'events'>): void {
  answers.delete(events);
}

export function hasDesk({ events }: Pick<NodeAPI, 'events'>): boolean {
  return answers.has(events);
}

/** What Today says now. @returns undefined where no desk is loaded @throws RapError where it does not answer */
export async function askDesk(
  { events }: Pick<NodeAPI, 'events'>,
  language: Language,
): Promise<Light | undefined> {
  return answers.get(events)?.(language);
}

/** The same; where nobody answers, that is what is said, and nothing is well. Never throws. */
export async function deskOrWhy(RED: NodeAPI, language: Language): Promise<Light> {
  let why: string[] = [];
  try {
    const light = await askDesk(RED, language);
    if (light !== undefined) return light;
  } catch (thrown) {
    why = [toldFault({ language }, asRapError(thrown)).what];
  }
  return {
    ...{ tone: 'bad', headline: t(language, 'desk.frame.noAnswer'), others: why, more: why.length },
    ...{ onShare: 0, all: 0, openAlarms: 0, leftovers: [], moreLeftovers: 0 },
    asOf: asOfText(clockOf(RED).now()),
  };
}
