/**
 * The practice session of 21 June 2025, filled in from circular PT/SCS/HKCC/136/2025 (26 May 2025) and its
 * information package. The circular calls 13 June 2025 a Wednesday in section 3.2; it was a Friday, and the date
 * is the same everywhere else. The account names are invented.
 */
import type { PracticePlan } from '../plan.ts';

export const practice20250621: PracticePlan = {
  title: 'Practice Session for Enhancement of CCASS and CCMS Report Download',
  source: 'Circular PT/SCS/HKCC/136/2025 of 26 May 2025',
  date: '2025-06-21',
  weekday: 'Saturday',
  accounts: [
    { account: 'SIM001', installation: 'hkscc' },
    { account: 'SIMC01', installation: 'hkcc-seoch' },
  ],
  parts: [
    {
      name: 'Part 1',
      start: '14:00',
      end: '16:00',
      dataCentre: 'secondary',
      tasks: ['log-in', 'list', 'download', 'log-out'],
    },
    {
      name: 'Part 2',
      start: '18:00',
      end: '19:00',
      dataCentre: 'primary',
      tasks: ['check-addresses', 'log-in', 'log-out'],
    },
  ],
  weather: {
    cutOff: '09:00',
    noticeMinutes: 15,
    cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
    terminates: ['no-8', 'extreme-conditions'],
  },
  hotlines: [
    { installation: 'hkscc', name: 'CCASS hotline', number: '2979-7111', from: '12:00' },
    { installation: 'hkcc-seoch', name: 'DCASS hotline', number: '2979-7222', from: '12:00' },
  ],
  reportsOf: '2025-06-20',
  deadlines: [
    {
      what: 'Answer the questionnaire (HKCC & SEOCH) in Client Connect',
      date: '2025-05-30',
      remindDaysBefore: [2, 0],
    },
    {
      what: 'Apply for new RAP accounts (TECHS 8, remark "for CCASS and CCMS Reports Practice Session")',
      date: '2025-05-30',
      remindDaysBefore: [2, 0],
    },
    {
      what: 'Test the connectivity of new RAP accounts (possible from this day)',
      date: '2025-06-09',
      weekday: 'Monday',
      remindDaysBefore: [0],
    },
    {
      what: 'Register for the practice session in Client Connect, section "Event"',
      date: '2025-06-13',
      weekday: 'Friday',
      remindDaysBefore: [7, 1, 0],
    },
    {
      what: 'Download the reports from the CCASS/CCMS Terminal for the comparison',
      date: '2025-06-20',
      weekday: 'Friday',
      remindDaysBefore: [0],
    },
  ],
  // Ours: the package only asks that the contacts are reachable (3.2 v).
  drillBusinessDaysBefore: 2,
  keyFreeze: { from: '2025-06-21 14:00', to: '2025-06-21 19:00' },
};
