/** What each node is set to, by its type. */
import { saved as contactNotify } from '../contact-notify/schema.ts';
import { saved as rapAccount } from '../rap-account/schema.ts';
import { saved as rapConnect } from '../rap-connect/schema.ts';
import { saved as rapContacts } from '../rap-contacts/schema.ts';
import { saved as rapDownload } from '../rap-download/schema.ts';
import { saved as rapList } from '../rap-list/schema.ts';
import { saved as rapPlan } from '../rap-plan/schema.ts';
import { saved as rapSchedule } from '../rap-schedule/schema.ts';
import { saved as rapStatus } from '../rap-status/schema.ts';
import { saved as rapSwitch } from '../rap-switch/schema.ts';
import { saved as reportCheck } from '../report-check/schema.ts';
import { saved as reportCompare } from '../report-compare/schema.ts';
import { saved as reportRoute } from '../report-route/schema.ts';
import { saved as sessionEvidence } from '../session-evidence/schema.ts';
import { saved as sessionTimer } from '../session-timer/schema.ts';
import { saved as weatherCheck } from '../weather-check/schema.ts';

export const schemas = {
  'contact-notify': contactNotify,
  'rap-account': rapAccount,
  'rap-connect': rapConnect,
  'rap-contacts': rapContacts,
  'rap-download': rapDownload,
  'rap-list': rapList,
  'rap-plan': rapPlan,
  'rap-schedule': rapSchedule,
  'rap-status': rapStatus,
  'rap-switch': rapSwitch,
  'report-check': reportCheck,
  'report-compare': reportCompare,
  'report-route': reportRoute,
  'session-evidence': sessionEvidence,
  'session-timer': sessionTimer,
  'weather-check': weatherCheck,
};

export type NodeType = keyof typeof schemas;

/** The keys of every member of a union. */
type KeysOf<T> = T extends unknown ? keyof T & string : never;

/** What a node of a type saves. */
export type Setting<T extends NodeType> =
  | KeysOf<(typeof schemas)[T]['schema']['_zod']['input']>
  | 'name'
  | 'version';
