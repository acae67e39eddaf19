/** A point of the verdict as a sentence, and what stands behind it. */
import type { Shortfall } from '../../model/completeness.ts';
import { shortfallText } from '../../model/completeness-text.ts';
import { detailsOf, type Fault, toldFault } from '../fault.ts';
import type { Html } from '../html.ts';
import { type Kit, tell } from '../kit.ts';
import type { Point } from './verdict.ts';

/** So many names are in a sentence. */
const NAMED = 3;

/** @param isFirst it is the headline, and leans on nothing before it */
export function sentence(point: Point, t: Kit, isFirst = false): string {
  const { kind, n, names, each, account, fault } = point;
  const more = n - each.slice(0, NAMED).reduce((sum, one) => sum + one, 0);
  const list = names.slice(0, NAMED).join(', ');
  const text =
    kind === 'shortfall'
      ? shortfallText(JSON.parse(point.text) as Shortfall, t.language)
      : fault === undefined
        ? point.text
        : toldText(fault, t, kind === 'locked');
  const key = kind === 'later' && !isFirst ? 'desk.today.laterMore' : (`desk.today.points.${kind}` as const);
  return tell(t, key, {
    ...{ n, account, text: text.replace(/[.。]$/, '') },
    names: more > 0 ? `${list}, ${tell(t, 'desk.today.more', { n: more })}` : list,
  });
}

/**
 * A fault as a part of a sentence; in another language than its own with what to do, as it says less by itself.
 * @param isNamed the sentence says what it is
 */
function toldText(fault: Fault, t: Kit, isNamed: boolean): string {
  const { what, cure, details } = toldFault(t, fault);
  if (details.length === 0 || cure === '') return what;
  return isNamed ? cure : `${what}。${cure}`;
}

/** The sentence that a fault came with, where the reader was told it in other words. */
export function behind({ fault }: Point, t: Kit): Html {
  return fault === undefined ? '' : detailsOf(t, toldFault(t, fault));
}
