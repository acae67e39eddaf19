/** A point of the verdict as a sentence. */
import type { Shortfall } from '../../model/completeness.ts';
import { shortfallText } from '../../model/completeness-text.ts';
import { type Kit, tell } from '../kit.ts';
import type { Point } from './verdict.ts';

/** So many names are in a sentence. */
const NAMED = 3;

/** @param isFirst it is the headline, and leans on nothing before it */
export function sentence(point: Point, t: Kit, isFirst = false): string {
  const { kind, n, names, account } = point;
  const more = n - NAMED;
  const list = names.slice(0, NAMED).join(', ');
  const text =
    kind === 'shortfall' ? shortfallText(JSON.parse(point.text) as Shortfall, t.language) : point.text;
  const key = kind === 'later' && !isFirst ? 'desk.today.laterMore' : (`desk.today.points.${kind}` as const);
  return tell(t, key, {
    ...{ n, account, text: text.replace(/[.。]$/, '') },
    names: more > 0 ? `${list}, ${tell(t, 'desk.today.more', { n: more })}` : list,
  });
}
