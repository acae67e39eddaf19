/** What the environment says of how the service is watched. */
import { RapError } from '../errors/rap-error.ts';

export interface WatchSettings {
  /** Who has it may read health and metrics; '' where none is set. */
  token: string;
  heartbeat: HeartbeatSettings | undefined;
}

export interface HeartbeatSettings {
  url: URL;
  method: 'GET' | 'POST';
  /** Milliseconds. */
  every: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SHORTEST_TOKEN = 16;
const MOST_MINUTES = 1440;

/** @throws RapError CONFIG_INVALID naming the variable */
export function watchSettings(env: Environment): WatchSettings {
  return { token: tokenOf(env), heartbeat: heartbeatOf(env) };
}

function refuse(variable: string, why: string, cure: string): never {
  throw new RapError('CONFIG_INVALID', `${variable} ${why}`, { cure, details: { field: variable } });
}

function tokenOf(env: Environment): string {
  const token = env.RAP_METRICS_TOKEN?.trim() ?? '';
  if (token !== '' && (token.length < SHORTEST_TOKEN || !/^[\x21-\x7e]+$/.test(token))) {
    refuse(
      'RAP_METRICS_TOKEN',
      'is no token',
      `Give ${SHORTEST_TOKEN} letters, digits or signs at least, without blanks; "openssl rand -hex 24" makes one.`,
    );
  }
  return token;
}

function heartbeatOf(env: Environment): HeartbeatSettings | undefined {
  const text = env.RAP_HEARTBEAT_URL?.trim() ?? '';
  if (text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The address often holds what proves who calls, so it is not repeated.
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    refuse(
      'RAP_HEARTBEAT_URL',
      'is no address',
      'Give the whole address, with https:// or http:// before it.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    refuse(
      'RAP_HEARTBEAT_URL',
      'has a name or password in it',
      'Take an address that proves by itself who calls.',
    );
  }
  const method = env.RAP_HEARTBEAT_METHOD?.trim().toUpperCase() || 'GET';
  if (method !== 'GET' && method !== 'POST') {
    refuse('RAP_HEARTBEAT_METHOD', `is "${method.slice(0, 20)}"`, 'It can be GET or POST.');
  }
  const minutes = Number(env.RAP_HEARTBEAT_MINUTES?.trim() || '5');
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_MINUTES) {
    refuse(
      'RAP_HEARTBEAT_MINUTES',
      'is no number of minutes',
      `Give a whole number from 1 to ${MOST_MINUTES}.`,
    );
  }
  return { url, method, every: minutes * 60_000 };
}
