/** Where in the desk a mail's line is looked after. Without the address of the desk there are no links. */
import { isErrorCode } from '../errors/codes.ts';

/** Pages of the desk, and what they are asked for. */
export interface Links {
  today: string;
  alarms: string;
  quarantine: string;
  system: string;
  practice: string;
  /** One alarm. */
  alarm(id: number): string;
  /** The story of a version of a report. */
  report(version: number): string;
  /** The runbook's entry of a code; '' for one that is not ours. */
  runbook(code: string): string;
  /** A report in quarantine. */
  held(id: number): string;
}

/** @param desk of the contacts' settings; '' gives '' for every link */
export function linksOf(desk: string): Links {
  const page = (path: string) => (desk === '' ? '' : `${desk}/${path}`);
  return {
    today: page(''),
    alarms: page('alarms'),
    quarantine: page('quarantine'),
    system: page('system'),
    practice: page('practice'),
    alarm: (id) => page(`alarms#alarm-${id}`),
    report: (version) => page(`report/${version}`),
    runbook: (code) => (isErrorCode(code) ? page(`runbook/${code}`) : ''),
    held: (id) => page(`quarantine#report-${id}`),
  };
}
