import type { ReasonTexts } from './reason.ts';

/** These stand in messages and records too, whatever the language of the mails: a change of them is one of the contract. */
export const en: ReasonTexts = {
  sentences: {
    said: '{who} says the session is {says} ({how}, recorded by {by} at {time}).',
    'said-held':
      '{who} says the session is held ({how}, recorded by {by} at {time}); nothing that stops it was seen since.',
    'in-force': '{signal}, issued at {time}, was in force at the cut-off {cutOff}.',
    'in-force-before': '{signal}, issued on {time}, was in force at the cut-off {cutOff}.',
    issued:
      '{signal} was issued at {time}, at or after the cut-off {cutOff} and not after the start {start}.',
    'not-resumed':
      'The session is cancelled and not resumed for the rest of the day, even if the signal is lowered.',
    'no-log-in': 'No further log-in; the primary addresses are put back without a test.',
    'lowered-at-cut-off':
      '{signal} was cancelled exactly at the cut-off {cutOff}: whether it was "in force at" that time can be read both ways.',
    'raised-at-start':
      '{signal} was issued exactly at the start {start}: whether that is "during" the session can be read both ways.',
    'nobody-decides': '{question} Nobody is there to decide, so it cancels.',
    'person-decides': 'A person decides: ring the hotline.',

    'issued-after-start': '{signal} was issued at {time}, after the start {start}.',
    'ends-at-once':
      'What was in force before it is not known, so the session may already have been cancelled: it stops at once.',
    'ends-as-planned': '{minutes} minutes later is past the end, so the session runs to {end} all the same.',
    'ends-early':
      'The session ends {minutes} minutes later, at {time}, even if the signal is lowered before.',
    'no-part-begins': 'No part begins after this; the primary addresses are put back without a test.',

    'in-force-now': '{signal} is in force now; if it is at {cutOff}, it cancels.',
    'first-verdict':
      'The first verdict comes at {time}, when what was issued or lowered by {cutOff} is published.',
    'nothing-cancels': 'Nothing that cancels was in force or issued from {from} to {to}.',
    'start-missed': "The start {start} passed in hold; the session begins only on a person's word.",
    'nothing-stops': 'Nothing that stops the session was issued since its start.',
    'goes-on': '{signal} was issued at {time}, during the session: all goes on as normal.',
    'runs-on': '{doubt} A running session is not stopped by that.',

    'unknown-since': 'What is in force since {from} is not known: the Observatory gave no good answer.',
    'unknown-since-because':
      'What is in force since {from} is not known: the Observatory gave no good answer ({why}).',
    'unknown-between': 'What was in force from {from} to {to} is not known: nobody watched.',
    'not-trusted': 'The answer of {source} cannot be trusted since {since}: {why}.',
    vanished: '{signal} is no longer listed since {since}, but was not seen cancelled.',
    'possible-extreme': 'Possibly Extreme Conditions, to be confirmed by a person: "{title}" ({link}).',
    'report-stands-still':
      "The Observatory's hourly report stands still since {since}, so an empty warning list may be old.",
    'press-silent':
      "The Government's press feed gave no good answer since {since}, so Extreme Conditions cannot be seen.",

    'red-in-force': '{signal} is in force.',
    'pre-no-8': '{signal}: No. 8 may be issued within two hours.',

    'no-answer': 'no answer within {seconds} s',
    'not-reached': 'cannot be reached ({system})',
    'wrong-status': 'status {status} instead of 200',
    'too-large': 'more than {bytes} bytes',
    'other-host': 'redirected to another host: {location}',
    'redirected-again': 'redirected again and again',
    'old-copy': 'an old copy, {seconds} s in a cache',
    'clock-ahead': "our clock is {seconds} s ahead of the server's, or the answer is an old copy",
    'clock-behind': "our clock is {seconds} s behind the server's, or the answer is an old copy",
    'empty-answer': 'an empty answer',
    'not-json': 'not JSON: {answer}',
    'not-an-object': 'not a JSON object: {answer}',
    'no-update-time': 'no updateTime: {answer}',
    'details-no-list': '"details" is no list: {answer}',
    'no-details': 'no "details": {answer}',
    'not-rss': 'not a whole RSS document: {answer}',
    'unknown-warning': 'unknown warning {answer}',
    'unknown-entry': 'unknown entry {answer}',
    several: '{list}',
  },
  signals: {
    TC1: 'Signal No. 1',
    TC3: 'Signal No. 3',
    TC8: 'Signal No. 8',
    TC8NE: 'Signal No. 8 Northeast',
    TC8SE: 'Signal No. 8 Southeast',
    TC8SW: 'Signal No. 8 Southwest',
    TC8NW: 'Signal No. 8 Northwest',
    TC9: 'Signal No. 9',
    TC10: 'Signal No. 10',
    WRAINA: 'Amber Rainstorm Warning',
    WRAINR: 'Red Rainstorm Warning',
    WRAINB: 'Black Rainstorm Warning',
    WTCPRE8: 'Pre-No. 8 Special Announcement',
    EC: 'Extreme Conditions',
  },
  titled: '{title} ({code})',
  who: { hkex: 'HKEX', operator: 'The operator' },
  says: { held: 'held', cancelled: 'cancelled', terminated: 'terminated' },
  source: {
    warnsum: 'warnsum',
    'warning-info': 'warning-info',
    rss: 'rss',
    heartbeat: 'heartbeat',
    press: 'press',
  },
  semicolon: '; ',
};
