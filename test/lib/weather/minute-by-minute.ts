/**
 * The weather rule told again, minute by minute and without any of the code it is compared with: a walk through
 * the day that looks at what is in force now and a minute ago. Slow and plain on purpose. Minutes count from
 * midnight of the session's date; earlier ones are negative.
 */
export interface Row {
  code: string;
  issued: number;
  cancelled: number;
}

export interface Hours {
  cutOff: number;
  start: number;
  end: number;
  notice: number;
  /** Minutes after the cut-off before what was in force at it is judged. */
  settle: number;
}

export interface State {
  verdict: string;
  effectiveAt: number | null;
  /** Black was issued while the session ran. */
  goesOnUnderBlack: boolean;
}

const gale = new Set(['TC8', 'TC8NE', 'TC8SE', 'TC8SW', 'TC8NW', 'TC9', 'TC10']);

export function walk(rows: readonly Row[], hours: Hours, unattended: boolean, until: number): State[] {
  const inForce = (wanted: (code: string) => boolean, minute: number) =>
    rows.some((row) => wanted(row.code) && row.issued <= minute && minute < row.cancelled);
  const isGale = (code: string) => gale.has(code);
  const isExtreme = (code: string) => code === 'EC';
  const isBlack = (code: string) => code === 'WRAINB';

  const states: State[] = [];
  let state: State = { verdict: 'pending', effectiveAt: null, goesOnUnderBlack: false };
  for (let minute = 0; minute <= until; minute++) {
    const kinds = [isGale, isExtreme, isBlack].map((kind) => ({
      black: kind === isBlack,
      now: inForce(kind, minute),
      before: inForce(kind, minute - 1),
    }));
    const raised = kinds.filter((kind) => kind.now && !kind.before);
    const over = state.verdict === 'cancelled' || state.verdict === 'terminated';
    if (!over && minute >= hours.cutOff) state = next(state, minute);
    states.push(state);

    function next(from: State, t: number): State {
      const stopping = raised.some((kind) => !kind.black);
      if (from.verdict === 'terminating')
        return t === from.effectiveAt ? { ...from, verdict: 'terminated' } : from;
      if (t > hours.start) {
        if (stopping && t <= hours.end) {
          const effectiveAt = Math.min(t + hours.notice, hours.end);
          return { ...from, verdict: t >= effectiveAt ? 'terminated' : 'terminating', effectiveAt };
        }
        if (from.verdict === 'hold') return from;
        const black = from.goesOnUnderBlack || (t <= hours.end && raised.some((kind) => kind.black));
        return { ...from, verdict: t >= hours.end ? 'completed' : 'running', goesOnUnderBlack: black };
      }
      const atCutOff = [isGale, isExtreme, isBlack].map((kind) => ({
        inForce: inForce(kind, hours.cutOff),
        lowered: inForce(kind, hours.cutOff - 1) && !inForce(kind, hours.cutOff),
      }));
      const early = atCutOff.some((kind) => kind.inForce || (unattended && kind.lowered));
      if (raised.some((kind) => !kind.black || t < hours.start)) {
        return { ...from, verdict: 'cancelled', effectiveAt: early ? hours.cutOff : t };
      }
      if (t === hours.cutOff + hours.settle) {
        if (early) return { ...from, verdict: 'cancelled', effectiveAt: hours.cutOff };
        if (atCutOff.some((kind) => kind.lowered)) return { ...from, verdict: 'hold' };
      }
      if (t === hours.start && raised.some((kind) => kind.black)) {
        return unattended ? { ...from, verdict: 'cancelled', effectiveAt: t } : { ...from, verdict: 'hold' };
      }
      if (from.verdict === 'hold') return from;
      if (t === hours.start) return { ...from, verdict: 'running' };
      return { ...from, verdict: t < hours.cutOff + hours.settle ? 'pending' : 'clear' };
    }
  }
  return states;
}
